import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Endpoint } from '../../../src/net/drivers/driver.js'
import { Secret } from '../../../src/redaction/secret-value.js'
import { TestedEnvironment } from '../../../src/environment/environment.js'
import { driverContextOf } from '../../../src/environment/driver-context.js'
import { readPostgresSecurity, readPostgresTarget } from '../../../src/net/postgres/postgres-target.js'
import { isRefusal } from '../../../src/net/refusal.js'
import { layOutFiles } from './asyncpg-files.js'
import { expectFew, replay, replayMistake, type OnPurpose } from './replay.js'
import { readVectors, type Vector } from './vectors.js'

/** As the recorder writes it. */
interface Accepted {
  readonly endpoints: readonly Endpoint[]
  readonly user: string
  readonly password: string | null
  readonly database: string
  readonly tls: Readonly<Record<string, unknown>> | null
  readonly settings: Readonly<Record<string, string>>
}

const { origin, vectors } = readVectors<Accepted>('asyncpg')

const refusedOnPurpose: readonly OnPurpose[] = [
  [/first @, so the host would contain/, 12, 'no host has an @: it cannot be meant, and no name server knows it'],
  [/^has an @ after its host/, 8, 'a password with a raw / ? or # is cut off without a word: it cannot be meant'],
  [/^(?:service|PGSERVICE|PGSERVICEFILE) is not supported/, 12, 'service files are not read'],
  [/^Invalid IPv6 URL: /, 8, 'brackets that newer patch levels of Python refuse'],
]

let folder: string
let texts: ReadonlyMap<string, string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asyncpg-vectors-'))
  texts = layOutFiles(folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const nameOf = (text: string | undefined): string | null => {
  if (text === undefined) return null
  const [name] = [...texts].find(([, content]) => content === text) ?? ['unknown']
  return `FOLDER/${name}`
}

/** As far as the driver gets without a server: the URL read, the files that it names opened, the TLS context made. */
async function made({ url, environment }: Vector<Accepted>): Promise<Accepted | string> {
  const variables = Object.fromEntries(
    Object.entries(environment).map(([name, text]) => [name, text.replaceAll('FOLDER', folder)]),
  )
  const context = driverContextOf(TestedEnvironment.of(variables), variables['HOME'])
  try {
    const target = readPostgresTarget(new Secret(url.replaceAll('FOLDER', folder)), 'asyncpg', context)
    const { tls, password } = await readPostgresSecurity(target, '')
    return {
      endpoints: target.endpoints,
      user: target.user,
      password: password?.reveal() ?? null,
      database: target.database,
      tls:
        tls === undefined
          ? null
          : {
              demand: target.tls?.demand,
              verify: tls.verify,
              trustFile: nameOf(tls.trust),
              certificateFile: nameOf(tls.cert),
              keyFile: nameOf(tls.key),
              revocationFile: nameOf(tls.crl),
              minimumVersion: tls.minVersion,
              maximumVersion: tls.maxVersion,
              isDirect: target.tls?.isDirect,
            },
      settings: target.settings,
    }
  } catch (error) {
    if (isRefusal(error)) return error.problem.detail
    throw error
  }
}

describe('URLs and environments recorded from asyncpg', () => {
  it('are enough, of a known origin, and accepted often enough to prove something', () => {
    expect(origin).toMatchObject({
      driver: 'asyncpg',
      version: expect.stringMatching(/^0\.32\./) as string,
      seed: expect.any(Number) as number,
    })
    expect(vectors.length).toBeGreaterThanOrEqual(2000)
    expect(vectors.filter(({ accepted }) => accepted !== undefined).length).toBeGreaterThanOrEqual(vectors.length * 0.4)
    expect(new Set(vectors.map(({ url }) => url)).size).toBe(vectors.length)
  })

  it('are refused wherever the driver raises, and give the fields that it connects with, but for those refused on purpose', async () => {
    const { falseGreens, different, refusedOnPurpose: counts } = await replay(vectors, made, refusedOnPurpose)
    expect(falseGreens).toEqual([])
    expect(different).toEqual([])
    expectFew(counts, refusedOnPurpose, vectors.length)
  })

  it('would detect a reader that ends the user-info at the last @', async () => {
    /** Every @ but the last is part of the user-info, as it is for redis-py. */
    const atTheLast = (url: string) =>
      url.replace(
        /^([^:/?#]*:\/\/)([^/?#]*)(@[^@/?#]*)/,
        (_all, scheme: string, userInfo: string, host: string) => `${scheme}${userInfo.replaceAll('@', '%40')}${host}`,
      )
    const { different } = await replayMistake(vectors, made, atTheLast, refusedOnPurpose)
    expect(different.length).toBeGreaterThan(0)
  })
})
