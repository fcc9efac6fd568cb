import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { createCertificate, type ServerCertificate } from '../../../../sandbox/servers/certificate.js'
import { startPostgres, type PostgresServer } from '../../../../sandbox/servers/postgres.js'
import { startRedis, type RedisServer } from '../../../../sandbox/servers/redis.js'
import { action } from '../../../../src/runbooks/actions/run.js'
import { NotPerformedError } from '../../../../src/runbooks/definition/step-kind.js'
import { clusterTemplate } from '../../../servers/cluster-template.js'
import { noEnvironment, perform, type Circumstances } from '../perform.js'

/** All that a URL, a shell, an option file or a conninfo could trip over. */
const password = String.raw`p@ss:w/rd?#%25 '"\$&=,-canary`
const encoded = encodeURIComponent(password).replaceAll("'", '%27')

let folder: string
let server: PostgresServer
let redis: RedisServer
let certificate: ServerCertificate

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handed-'))
  await chmod(folder, 0o755)
  certificate = createCertificate(folder)
  server = await startPostgres(join(folder, 'cluster'), await clusterTemplate(), 'app')
  await server.administer(`ALTER ROLE app PASSWORD '${password.replaceAll("'", "''")}'`)
  redis = await startRedis(join(folder, 'redis'), password.replaceAll(/[\s"'\\]/g, ''))
})
afterAll(async () => {
  await server.stop()
  await redis.stop()
  await rm(folder, { recursive: true, force: true })
})

type Input = Exclude<z.input<typeof action.input>, readonly string[]>
const run = (input: Input, circumstances: Circumstances = {}) => perform(action, input, circumstances)
const urlOf = (query = '', name = 'app') => `postgresql://app:${encoded}@127.0.0.1:${server.port}/${name}${query}`
const psql = (statement: string) => ['psql', '--no-psqlrc', '--tuples-only', '--no-align', `--command=${statement}`]
const redisUrl = (user = '', database = '') =>
  `redis://${user}:${encodeURIComponent(redis.password)}@127.0.0.1:${redis.port}${database}`

/** Prints the command lines of itself and of its parent, which is the program that the step started. */
const showCommandLines = `tr '\\0' ' ' </proc/$PPID/cmdline; tr '\\0' ' ' </proc/$$/cmdline`

describe('a connection to PostgreSQL', () => {
  it('reaches psql with any password, and nothing of it is on a command line', async () => {
    const facts = await run({ argv: psql(`SELECT current_user, current_database()`), postgres: urlOf() })
    expect(facts).toMatchObject({ exitCode: 0, stdout: 'app|app\n', stderr: '' })
    const shown = await run({
      argv: ['psql', '--no-psqlrc', '--quiet', `--command=\\! ${showCommandLines}`],
      postgres: urlOf(),
    })
    expect(shown).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/psql --no-psqlrc --quiet .* sh -c tr /) as string,
    })
    expect(shown.stdout).not.toMatch(/canary/)
  })

  it('reaches what a shell script calls, beside variables of its own', async () => {
    const facts = await run({
      shell: `psql -XAtc "SELECT current_setting('lock_timeout'), current_setting('DateStyle')" -c "$1"`,
      arguments: ['SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()'],
      postgres: urlOf('?DateStyle=SQL%2C%20DMY&application_name=mine'),
      environment: { PGOPTIONS: '-c lock_timeout=60s' },
    })
    expect(facts).toMatchObject({ exitCode: 0, stdout: '1min|SQL, DMY\nmine\n' })
  })

  it('takes a dump, as the owner of its file alone', async () => {
    await server.administer('CREATE TABLE kept (n int); ALTER TABLE kept OWNER TO app; INSERT INTO kept VALUES (7)')
    const archive = join(folder, 'kept.dump')
    const facts = await run({
      shell: 'umask 077; pg_dump --format=custom --table=kept --file="$1"; pg_restore --data-only --file=- -- "$1"',
      arguments: [archive],
      postgres: { url: urlOf() },
    })
    expect(facts.exitCode).toBe(0)
    expect(facts.stdout).toMatch(/^7$/m)
    expect((await stat(archive)).mode & 0o777).toBe(0o600)
  })

  it('goes over TLS as its URL says, and not otherwise', async () => {
    await server.restart({ tls: certificate, plainToo: true })
    const encrypted = psql('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
    const verified = `?sslmode=verify-full&sslrootcert=${encodeURIComponent(certificate.certificateFile)}`
    expect(await run({ argv: encrypted, postgres: urlOf(verified) })).toMatchObject({ stdout: 't\n' })
    expect(await run({ argv: encrypted, postgres: urlOf('?sslmode=require') })).toMatchObject({ stdout: 't\n' })
    expect(await run({ argv: encrypted, postgres: urlOf('?sslmode=disable') })).toMatchObject({ stdout: 'f\n' })
    const other = createCertificate(await mkdtemp(join(folder, 'other-')))
    const refused = urlOf(`?sslmode=verify-ca&sslrootcert=${encodeURIComponent(other.certificateFile)}`)
    expect(await run({ argv: encrypted, postgres: refused })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/certificate verify failed/) as string,
    })
    await server.restart()
  })

  it('may be one of several servers', async () => {
    const url = urlOf('?target_session_attrs=read-write').replace('127.0.0.1:', '127.0.0.1:1,127.0.0.1:')
    expect(await run({ argv: psql('SELECT 1'), postgres: url })).toMatchObject({ exitCode: 0, stdout: '1\n' })
  })

  it('may be a socket', async () => {
    const url = `postgresql://app@/app?host=${encodeURIComponent(folder)}&port=5999`
    expect(await run({ argv: psql('SELECT 1'), postgres: url })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`on socket "${folder}/.s.PGSQL.5999" failed`) as string,
    })
  })

  it('takes what the URL leaves out from the environment under test, as the driver does', async () => {
    const url = `postgresql://app@127.0.0.1:${server.port}/app`
    const environment = { PGPASSWORD: password }
    expect(await run({ argv: psql('SELECT 1'), postgres: url }, { environment })).toMatchObject({ exitCode: 0 })
  })

  it.each([
    ['mysql://app@127.0.0.1/app', /^bad-url: invalid DSN/],
    [
      'postgresql://app@127.0.0.1/app?sslmode=verify-ca&sslrootcert=/nowhere/ca.crt',
      /^(file-not-found|trust-file-unreadable): /,
    ],
    [
      'postgresql://app@127.0.0.1/app?sslmode=require&sslpassword=canary',
      /^the key of the client certificate has a password/,
    ],
  ])('%s is refused before anything runs', async (postgres, message) => {
    const ended = run({ argv: ['touch', join(folder, 'ran')], postgres })
    await expect(ended).rejects.toThrow(message)
    await expect(ended).rejects.toBeInstanceOf(NotPerformedError)
    await expect(ended).rejects.not.toThrow(/canary/)
    await expect(stat(join(folder, 'ran'))).rejects.toThrow()
  })

  it('is in the plan without its password', () => {
    const input = action.input.parse({ argv: ['psql', '-l'], postgres: urlOf() })
    const { lines, addresses } = action.describe(input, noEnvironment)
    expect(lines).toEqual(['psql -l', `connected to app at 127.0.0.1:${server.port} by PG* variables`])
    expect(addresses).toEqual([`127.0.0.1:${server.port}`])
  })
})

describe('a connection to Redis', () => {
  it('reaches redis-cli: options behind its name, the password in a variable', async () => {
    expect(await run({ argv: ['redis-cli', 'PING'], redis: redisUrl() })).toMatchObject({
      exitCode: 0,
      stdout: 'PONG\n',
      stderr: '',
    })
    await redis.administer('ACL', 'SETUSER', 'ops', 'on', `>${redis.password}`, '~*', '+@all')
    const facts = await run({ argv: ['redis-cli', 'CLIENT', 'INFO'], redis: { url: redisUrl('ops', '/3') } })
    expect(facts.stdout).toMatch(/ db=3 .* user=ops /)
    const environment = await run({ argv: ['redis-cli', 'PING'], redis: redisUrl('ops').replace(/:[^:@]*@/, '@') })
    expect(environment.stdout).toMatch(/^NOAUTH/)
  })

  it('reaches a shell script as its last arguments', async () => {
    const file = join(folder, 'own.rdb')
    const facts = await run({
      shell: 'umask 077; file=$1; shift; redis-cli "$@" --rdb "$file" >&2; printf "%s " "$@"; env | grep -c canary',
      arguments: [file],
      redis: redisUrl('', '/2'),
    })
    expect(facts).toMatchObject({ exitCode: 0, stdout: `-h 127.0.0.1 -p ${redis.port} -n 2 1\n` })
    expect((await readFile(file)).subarray(0, 5).toString()).toBe('REDIS')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('goes over TLS as its URL says', async () => {
    await redis.restart({ tls: certificate })
    const url = redisUrl().replace('redis:', 'rediss:')
    const trusting = `${url}?ssl_ca_certs=${encodeURIComponent(certificate.certificateFile)}`
    expect(await run({ argv: ['redis-cli', 'PING'], redis: { url: trusting, driver: 'redis-py' } })).toMatchObject({
      stdout: 'PONG\n',
    })
    expect(
      await run({ argv: ['redis-cli', 'PING'], redis: { url: `${url}?ssl_cert_reqs=none`, driver: 'redis-py' } }),
    ).toMatchObject({ stdout: 'PONG\n' })
    expect(await run({ argv: ['redis-cli', 'PING'], redis: url })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/certificate verify failed/) as string,
    })
    await redis.restart()
  })

  it('is for redis-cli alone, and its plan shows the whole command', async () => {
    const input = action.input.parse({ argv: ['redis-cli', '--rdb', '/tmp/a'], redis: redisUrl('ops', '/2') })
    const { lines, addresses } = action.describe(input, noEnvironment)
    expect(lines).toEqual([
      `redis-cli -h 127.0.0.1 -p ${redis.port} -n 2 --user ops --rdb /tmp/a`,
      'with REDISCLI_AUTH set',
    ])
    expect(addresses).toEqual([`127.0.0.1:${redis.port}`])
    const ended = run({ argv: ['timeout', '5', 'redis-cli'], redis: redisUrl() })
    await expect(ended).rejects.toThrow(/^run\.argv\[0]: redis is for redis-cli and valkey-cli/)
    await expect(ended).rejects.toBeInstanceOf(NotPerformedError)
  })
})

it.each([
  [{ argv: ['timeout', '5', 'redis-cli'], redis: 'redis://h' }, ['argv', 0], /^redis is for redis-cli and valkey-cli/],
  [
    { argv: ['psql'], postgres: 'x', environment: { PGHOST: 'other' } },
    ['environment', 'PGHOST'],
    /^postgres sets PGHOST/,
  ],
  [{ shell: 'psql', postgres: undefined, inherit: ['HOME', 'PGSSLCERT'] }, ['inherit', 1], /^postgres sets PGSSLCERT/],
  [{ argv: ['redis-cli'], redis: 'x', inherit: ['REDISCLI_AUTH'] }, ['inherit', 0], /^redis sets REDISCLI_AUTH/],
])('%j is a mistake of the file', (written, path, message) => {
  expect(action.writtenProblems?.(written)).toEqual([{ path, message: expect.stringMatching(message) as string }])
})

it.each([
  { argv: [undefined, 'PING'], redis: 'x' },
  { argv: ['/opt/bin/valkey-cli'], redis: 'x' },
  { shell: 'redis-cli "$@"', redis: 'x' },
  { argv: ['psql'], postgres: 'x', environment: { PGOPTIONS: '-c a=b', PGCONNECT_TIMEOUT: '3' } },
  { argv: ['psql'], environment: { PGHOST: 'h' } },
  ['psql'],
])('%j is none', (written) => {
  expect(action.writtenProblems?.(written)).toEqual([])
})
