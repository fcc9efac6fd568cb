import { describe, expect, it } from 'vitest'
import { noSurroundings } from '../../../src/net/drivers/driver.js'
import { readAs } from '../../../src/net/drivers/known.js'
import { Secret } from '../../../src/redaction/secret-value.js'
import { expectFew, replay, replayMistake, type OnPurpose } from './replay.js'
import { readVectors, type Vector } from './vectors.js'

const name = 'sqlalchemy-psycopg2'

/** What psycopg2 is given, as the recorder writes it; null where libpq decides. */
interface Accepted {
  readonly host: string
  readonly port: number | null
  readonly user: string | null
  readonly password: string | null
  readonly dbname: string | null
  readonly sslmode: string | null
}

const { origin, vectors: recorded } = readVectors<Accepted>(name)

/** By libpq's defaults: port 5432, the user's name for the database, an empty password is none. */
const vectors = recorded.map((vector) => {
  const { accepted } = vector
  if (accepted === undefined) return vector
  return {
    ...vector,
    accepted: {
      ...accepted,
      port: accepted.port ?? 5432,
      password: accepted.password === '' ? null : accepted.password,
      dbname: accepted.dbname === null || accepted.dbname === '' ? accepted.user : accepted.dbname,
      sslmode: accepted.sslmode ?? 'prefer',
    },
  }
})

const onPurpose: readonly OnPurpose[] = [
  [/^has an @, \/, # or blank in its host/, 6, 'a raw @ in a password moves the rest of it into the host'],
]

const isNameless = ({ accepted }: Vector<Accepted>): boolean => accepted !== undefined && !accepted.user
const nameless = vectors.filter(isNameless)
const named = vectors.filter((vector) => !isNameless(vector))

const read = async ({ url }: Vector<Accepted>): Promise<Accepted | string> => {
  const reading = readAs(name, new Secret(url), noSurroundings)
  if ('refusal' in reading) return reading.refusal
  const { endpoints, user, password, database, tls } = reading.connection
  const [endpoint] = endpoints
  if (endpoint === undefined || 'path' in endpoint) return 'a socket'
  const sslmode = tls?.demand ?? 'disable'
  return { ...endpoint, user, password: password?.reveal() ?? null, dbname: database, sslmode }
}

describe('URLs recorded from SQLAlchemy', () => {
  it('are enough, and accepted often enough to prove something', () => {
    expect(origin).toMatchObject({ driver: name, version: expect.stringMatching(/^2\./) as string })
    expect(vectors.length).toBeGreaterThanOrEqual(1000)
    expect(vectors.filter(({ accepted }) => accepted !== undefined).length).toBeGreaterThan(500)
  })

  it('are refused wherever it raises, and give what psycopg2 connects with', async () => {
    const { falseGreens, different, refusedOnPurpose } = await replay(named, read, onPurpose)
    expect(falseGreens).toEqual([])
    expect(different).toEqual([])
    expectFew(refusedOnPurpose, onPurpose, named.length)
  })

  it('are refused without a user: libpq takes the name of the account of the service, which is unknown', async () => {
    expect(nameless.length).toBeGreaterThan(0)
    for (const vector of nameless) expect(await read(vector)).toMatch(/^it has no user/)
  })

  it('would detect a reader that ends the password at the last @', async () => {
    const atTheLast = (url: string): string => url.replace(/@(?=[^@]*@)/g, '%40')
    const { different } = await replayMistake(vectors, read, atTheLast, [])
    expect(different.length).toBeGreaterThan(0)
  })
})

describe('what is refused before anything connects', () => {
  it.each([
    ['sqlite:///app.db', /scheme must be postgresql/],
    ['postgres://u:p@h/d', /SQLAlchemy 2 knows no postgres/],
    ['postgresql:///d', /no host/],
    ['postgresql://h/d', /no user/],
    ['postgresql://u:p@a,b/d', /several hosts/],
    ['postgresql://u:p@h:70000/d', /port/],
    ['postgresql://u:p@h/d?sslmode=on', /sslmode must be one of/],
    ['postgresql://u:p@h/d?sslmode=verify-full', /needs sslrootcert/],
    ['postgresql://u:p@h/d?options=x', /other than sslmode/],
    ['postgresql://u:p@x@h/d', /percent-encode @/],
  ])('%s', (url, words) => {
    expect(readAs(name, new Secret(url), noSurroundings)).toEqual({ refusal: expect.stringMatching(words) as string })
  })

  it('verifies where libpq does', () => {
    const tlsOf = (url: string): unknown => {
      const reading = readAs(name, new Secret(url), noSurroundings)
      return 'refusal' in reading ? reading : reading.connection.tls
    }
    expect(tlsOf('postgresql://u:p@h/d?sslmode=require')).toMatchObject({ demand: 'require', verify: 'none' })
    expect(tlsOf('postgresql://u:p@h/d?sslmode=require&sslrootcert=/ca')).toMatchObject({ verify: 'chain' })
    expect(tlsOf('postgresql://u:p@h/d?sslmode=verify-full&sslrootcert=/ca')).toMatchObject({ verify: 'full' })
  })
})
