import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Secret } from '../../../src/redaction/secret-value.js'
import { noSurroundings } from '../../../src/net/drivers/driver.js'
import { logInToRedis } from '../../../src/net/redis/redis-login.js'
import { readRedisTarget } from '../../../src/net/redis/redis-target.js'
import { isRefusal } from '../../../src/net/refusal.js'
import { readVectors } from './vectors.js'

/** As the recorder writes it: what the driver said, with the server's answers in RESP. */
interface Recorded {
  readonly url: string
  readonly server: 'Redis7' | 'Redis5' | 'Resp2Proxy'
  readonly hasPassword: boolean
  readonly exchange: readonly (readonly [words: readonly string[], answer: string])[]
  readonly error?: string
}

const { origin, vectors } = readVectors<never>('redis-py-greeting') as unknown as {
  readonly origin: object
  readonly vectors: readonly Recorded[]
}

const isLogin = ([name = '', version]: readonly string[]) => name === 'AUTH' || (name === 'HELLO' && version === '3')

let server: Server | undefined
afterEach(() => new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve()))))

/**
 * A server that gives the recorded answers; what the driver never said (a greeting before it, the way back to RESP2) it
 * answers as its kind does.
 */
async function serve({ exchange, hasPassword }: Recorded, said: string[][]): Promise<number> {
  const answers = new Map(exchange.map(([words, answer]) => [words.join(' '), answer]))
  const other: Readonly<Record<string, string>> = {
    PING: hasPassword ? '-NOAUTH Authentication required.\r\n' : '+PONG\r\n',
    'HELLO 2': '+OK\r\n',
  }
  server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      const words = chunk
        .toString('utf8')
        .split('\r\n')
        .filter((_line, index) => index > 0 && index % 2 === 0)
      said.push(words)
      socket.write(other[words.join(' ')] ?? answers.get(words.join(' ')) ?? '-ERR not recorded\r\n')
    })
  })
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** @returns the code of the refusal; `none` when it logged in, up to the database */
async function login(vector: Recorded, said: string[][]): Promise<string> {
  const port = await serve(vector, said)
  const target = readRedisTarget(new Secret(vector.url), 'redis-py', noSurroundings)
  try {
    const session = await logInToRedis(
      { ...target, endpoint: { host: '127.0.0.1', port } },
      {},
      { signal: new AbortController().signal, limit: () => 5000 },
    )
    session.end()
    return 'none'
  } catch (error) {
    if (isRefusal(error)) return error.problem.code
    throw error
  }
}

describe('how redis-py greets', () => {
  it('was recorded from the driver, against servers of each kind', () => {
    expect(origin).toMatchObject({ driver: 'redis-py', version: expect.stringMatching(/^8\./) as string })
    expect(new Set(vectors.map((vector) => vector.server))).toEqual(new Set(['Redis7', 'Redis5', 'Resp2Proxy']))
    expect(vectors.filter(({ error }) => error === undefined).length).toBeGreaterThan(10)
  })

  it.each(
    vectors.map(
      (vector) =>
        [`${vector.server}, ${vector.hasPassword ? 'a password' : 'no password'}: ${vector.url}`, vector] as const,
    ),
  )('%s', async (_name, vector) => {
    const said: string[][] = []
    const code = await login(vector, said)
    expect(code === 'none').toBe(vector.error === undefined)
    // With nothing to say, the driver learns at its first command that a password is wanted; here the greeting has
    // shown it.
    expect(said.filter(isLogin)).toEqual(vector.exchange.map(([words]) => words).filter(isLogin))
    const isTooOld = vector.server !== 'Redis7' && !vector.url.includes('protocol=2')
    expect(code === 'unknown-hello').toBe(isTooOld)
  })
})
