import { createPrivateKey } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../../../src/redaction/secret-value.js'
import { driver } from '../../../src/net/drivers/redis-py.js'
import { noSurroundings } from '../../../src/net/drivers/driver.js'
import { readRedisSecurity, readRedisTarget, type RedisSecurity } from '../../../src/net/redis/redis-target.js'
import { isRefusal } from '../../../src/net/refusal.js'
import { tlsContext } from '../../../src/net/tls-connection.js'
import { datedCertificate } from '../../servers/dated-certificate.js'
import { expectFew, replay, replayMistake, type OnPurpose } from './replay.js'
import { readVectors, type Vector } from './vectors.js'

/** As the recorder writes it. */
interface Accepted {
  readonly endpoints: readonly ({ readonly host: string; readonly port: number } | { readonly path: string })[]
  readonly user: string
  readonly password: string | null
  readonly database: string
  readonly tls: Readonly<
    Record<'verify' | 'trustFile' | 'certificateFile' | 'keyFile' | 'keyPassword' | 'minimumVersion', string | null>
  > | null
  readonly protocol: string
}

const { origin, vectors } = readVectors<Accepted>('redis-py')

const refusedOnPurpose: readonly OnPurpose[] = [
  [/brackets must enclose only the address/, 12, 'newer patch levels of Python refuse it'],
  [/^Invalid IPv6 URL: percent-encode/, 12, 'brackets in the user-info: other patch levels of Python refuse them'],
  [/^has an @ after its host/, 12, 'a password with a raw / ? or # is cut off without a word: it cannot be meant'],
  [/it needs a Python object/, 12, 'taken for text now, called or iterated over later'],
  [/'encoding'.*only utf-8/, 12, 'what is sent would have to be encoded as the driver does'],
  [/'ssl_ca_path'.*does not support/, 12, 'a folder of hashed certificates, which Node cannot read'],
  [/'ssl_include_verify_flags'/, 12, 'stricter than Node can verify'],
  [/'socket_read_size'.*at least 1/, 12, 'reads nothing, or waits for the end of the connection'],
]

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redis-py-vectors-'))
  const ca = datedCertificate('vectors', -1, 365).cert
  const { cert, key } = datedCertificate('client', -1, 365)
  const locked = createPrivateKey(key).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'opensesame',
  })
  const files = {
    'ca.pem': ca,
    'client.pem': cert,
    'client.key': key,
    'locked.key': locked,
    'both.pem': cert + key,
    'locked.pem': `${cert}${String(locked)}`,
    'not-pem.txt': 'nothing of use\n',
    'empty.pem': '',
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const contexts = new Set<string>()

/** Making a context of the system's authorities takes a while, and the vectors name a few files again and again. */
function contextOnce(security: RedisSecurity): void {
  const key = JSON.stringify({ ...security, passphrase: security.passphrase?.reveal() })
  if (contexts.has(key)) return
  tlsContext(security)
  contexts.add(key)
}

/** As far as the driver gets without a server: the URL read, the files that it names opened, the TLS context made. */
async function made({ url: text }: Vector<Accepted>): Promise<Accepted | string> {
  const url = new Secret(text.replaceAll('FOLDER', folder))
  try {
    const target = readRedisTarget(url, 'redis-py', noSurroundings)
    contextOnce(await readRedisSecurity(target, ''))
  } catch (error) {
    if (isRefusal(error)) return error.problem.detail
    throw error
  }
  const reading = driver.read(new Secret(text), noSurroundings)
  if ('refusal' in reading) return reading.refusal
  const { endpoints, user, password, database, tls, settings } = reading.connection
  return {
    endpoints,
    user,
    password: password?.reveal() ?? null,
    database,
    tls:
      tls === undefined
        ? null
        : {
            verify: tls.verify,
            trustFile: tls.trustFile ?? null,
            certificateFile: tls.certificateFile ?? null,
            keyFile: tls.keyFile ?? null,
            keyPassword: tls.keyPassword?.reveal() ?? null,
            minimumVersion: tls.minimumVersion ?? null,
          },
    protocol: settings['protocol'] ?? '',
  }
}

describe('URLs recorded from redis-py', () => {
  it('are enough, of a known origin, and accepted often enough to prove something', () => {
    expect(origin).toMatchObject({
      driver: 'redis-py',
      version: expect.stringMatching(/^8\./) as string,
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

  /** Whether the driver knows an option, by what its reader says of it alone. */
  const isUnknown = (scheme: string, option: string) => {
    const reading = driver.read(new Secret(`${scheme}://h?${option}`), noSurroundings)
    return 'refusal' in reading && reading.refusal.startsWith('unknown query parameter')
  }

  it('would detect a reader that ignores options which it does not know', async () => {
    const ignoring = (url: string) =>
      url.replace(
        /^(rediss?|unix)(:[^?#]*)\?([^#]*)/i,
        (_all, scheme: string, rest: string, query: string) =>
          `${scheme}${rest}?${query
            .split('&')
            .filter((option) => !isUnknown(scheme, option))
            .join('&')}`,
      )
    const { falseGreens } = await replayMistake(vectors, made, ignoring, refusedOnPurpose)
    expect(falseGreens.filter(({ error }) => error?.includes('unexpected keyword argument')).length).toBeGreaterThan(0)
  })

  it('would detect a reader that takes a negative database for 0', async () => {
    const atZero = (url: string) => url.replace(/^([^:/?#]*:\/\/[^/?#]*)\/-\d+(?=[/?#]|$)/, '$1/0')
    const { falseGreens } = await replayMistake(vectors, made, atZero, refusedOnPurpose)
    expect(falseGreens.length).toBeGreaterThan(0)
    expect(falseGreens.filter(({ error }) => !error?.includes('DB index is out of range'))).toEqual([])
  })
})
