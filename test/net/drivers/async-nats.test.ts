import { describe, expect, it } from 'vitest'
import { driver } from '../../../src/net/drivers/async-nats.js'
import { readAs } from '../../../src/net/drivers/known.js'
import { Secret } from '../../../src/redaction/secret-value.js'
import { noSurroundings } from '../../../src/net/drivers/driver.js'
import { parseNatsUrl } from '../../../src/net/nats/nats-url.js'
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

const { origin, vectors } = readVectors<never>('async-nats') as unknown as {
  readonly origin: object
  readonly vectors: readonly Recorded[]
}
const accepted = vectors.filter(({ error }) => error === undefined)

const made = (url: string) => {
  const reading = driver.read(new Secret(url), noSurroundings)
  if ('refusal' in reading) return reading.refusal
  const { endpoints, tls, settings } = reading.connection
  return { ...endpoints[0], tls: tls !== undefined, hasUserInfo: settings['user-info'] !== undefined }
}

const refusalOf = (url: string) => {
  const reading = readAs('async-nats', new Secret(url), noSurroundings)
  return 'refusal' in reading ? reading.refusal : undefined
}

describe('what async-nats makes of a URL', () => {
  it('was recorded from the driver, of enough URLs that it takes', () => {
    expect(origin).toMatchObject({
      driver: 'async-nats',
      version: '0.33.0',
      url: expect.stringMatching(/^2\./) as string,
      compiler: expect.stringMatching(/^rustc /) as string,
      seed: expect.any(Number) as number,
    })
    expect(vectors.length).toBeGreaterThanOrEqual(300)
    expect(accepted.length / vectors.length).toBeGreaterThanOrEqual(0.4)
  })

  it('is refused here where the driver refuses it', () => {
    expect(
      vectors.filter(({ url, error }) => error !== undefined && typeof made(url) !== 'string').map(({ url }) => url),
    ).toEqual([])
  })

  it('is the same here wherever the driver takes it: no false red', () => {
    expect(accepted.map(({ url }) => [url, made(url)])).toEqual(
      accepted.map(({ url, host, port, tls, hasUserInfo }) => [url, { host, port, tls, hasUserInfo }]),
    )
  })

  it('is refused before a connection where it cannot be meant: a list of servers taken for one host', () => {
    const several = accepted.filter(({ host }) => host.includes(','))
    expect(several.length).toBeGreaterThan(0)
    expect(accepted.filter(({ url }) => refusalOf(url) !== undefined)).toEqual(several)
    for (const { url } of several) {
      expect(refusalOf(url)).toContain('several servers')
      expect(() => parseNatsUrl(new Secret(url), 'async-nats')).toThrow(/several servers/)
    }
  })

  it('never holds the credentials of the URL', () => {
    for (const { url, hasUserInfo, host } of accepted) {
      if (hasUserInfo && !host.includes(','))
        expect(parseNatsUrl(new Secret(url), 'async-nats')).toMatchObject({
          user: '',
          password: undefined,
          token: undefined,
          withholdsCredentials: true,
        })
    }
  })
})
