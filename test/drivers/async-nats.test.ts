import { describe, expect, it } from 'vitest'
import { driver } from '../../src/drivers/async-nats.js'
import { Secret } from '../../src/kernel/secret.js'
import { noSurroundings } from '../../src/model/driver-context.js'
import { parseNatsUrl } from '../../src/wire/nats-url.js'
import { readVectors } from './vectors.js'

/** As the recorder writes it, beside the URL. */
interface Recorded {
  readonly url: string
  readonly error?: string
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly hasUserInfo: boolean
}

const { origin, vectors } = readVectors<never>('async-nats') as unknown as { readonly origin: object; readonly vectors: readonly Recorded[] }

/** Taken by the driver as one host with a comma, which no resolver knows: whoever writes it means several servers. */
const namesSeveral = ({ host }: Recorded) => host.includes(',')

const made = (url: string) => {
  const reading = driver.read(new Secret(url), noSurroundings)
  if ('refusal' in reading) return reading.refusal
  const { endpoints, tls, settings } = reading.connection
  return { ...endpoints[0], tls: tls !== undefined, hasUserInfo: settings['user-info'] !== undefined }
}

describe('what async-nats makes of a URL', () => {
  it('was recorded from the driver, of enough URLs that it takes', () => {
    expect(origin).toMatchObject({ driver: 'async-nats 0.33.0' })
    expect(vectors.length).toBeGreaterThanOrEqual(300)
    expect(vectors.filter(({ error }) => error === undefined).length / vectors.length).toBeGreaterThanOrEqual(0.4)
  })

  it('is refused here where the driver refuses it', () => {
    expect(vectors.filter(({ url, error }) => error !== undefined && typeof made(url) !== 'string').map(({ url }) => url)).toEqual([])
  })

  it('is the same here where the driver takes it', () => {
    const accepted = vectors.filter(({ error }) => error === undefined)
    const several = accepted.filter(namesSeveral)
    expect(several.length).toBeLessThanOrEqual(Math.floor(vectors.length / 100) + 4)
    for (const { url } of several) expect(made(url)).toContain('several servers')
    const others = accepted.filter((vector) => !namesSeveral(vector))
    expect(others.map(({ url }) => [url, made(url)])).toEqual(others.map(({ url, host, port, tls, hasUserInfo }) => [url, { host, port, tls, hasUserInfo }]))
  })

  it('never holds the credentials of the URL', () => {
    for (const { url, hasUserInfo } of vectors.filter(({ error, host }) => error === undefined && !host.includes(','))) {
      if (hasUserInfo) expect(parseNatsUrl(new Secret(url), 'async-nats')).toMatchObject({ user: '', password: undefined, token: undefined, withholdsCredentials: true })
    }
  })
})
