import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type RedisServer, startRedis } from '../../../sandbox/servers/redis.js'
import { createCheckout } from '../../../sandbox/stand-ins/checkout/checkout.js'
import { projectorMigrationPath } from '../../../sandbox/stand-ins/checkout/projector-migration.js'
import { createToolchain, type Toolchain } from '../../../sandbox/stand-ins/toolchain.js'

let folder = ''
let checkout = ''
let toolchain: Toolchain
let redis: RedisServer

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-test-'))
  checkout = join(folder, 'a checkout')
  toolchain = await createToolchain(join(folder, "it's tools"))
  await createCheckout(checkout)
  redis = await startRedis(join(folder, 'redis'))
})
afterEach(() => toolchain.reset())
afterAll(async () => {
  await redis.stop()
  rmSync(folder, { recursive: true })
})

interface Result {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

function run(
  tool: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  cwd = checkout,
): Result {
  const { status, stdout, stderr } = spawnSync(tool, args, {
    cwd,
    env: { PATH: `${toolchain.bin}:/usr/bin:/bin`, ...environment },
    encoding: 'utf8',
    timeout: 20_000,
  })
  return { status, stdout, stderr }
}

const inConda = (...args: readonly string[]): readonly string[] => ['run', '-n', 'helios-gpu-118', ...args]
const unitTests = inConda('pytest', '-q', 'tests/unit', 'tests/integration', '--maxfail=20')
const projectorTests = inConda(
  'pytest',
  '-q',
  'tests/integration/test_continuum_projector_postgres.py',
  'tests/integration/test_continuum_projector_postgres_e2e.py',
)

describe('conda', () => {
  it('lists its environments', () => {
    const { status, stdout } = run('conda', ['env', 'list', '--json'])
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ envs: ['/opt/conda', '/opt/conda/envs/helios-gpu-118'] })
  })

  it('runs python in an environment it has, and in no other', () => {
    expect(run('conda', inConda('python', '-c', 'import redis, google.protobuf; print("imports work")'))).toMatchObject(
      { status: 0, stdout: 'imports work\n' },
    )
    expect(run('conda', ['run', '-n', 'other', 'python', '--version'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('EnvironmentLocationNotFound') as string,
    })
    toolchain.behave({ condaEnvironments: [] })
    expect(run('conda', inConda('python', '--version')).status).toBe(1)
  })

  it('fails an import that is set to fail', () => {
    toolchain.behave({ failingImports: ['asyncpg'] })
    expect(run('conda', inConda('python', '-c', 'import redis; from asyncpg import connect'))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("No module named 'asyncpg'") as string,
    })
  })
})

describe('rustc', () => {
  it('follows the toolchain file of its folder', () => {
    expect(run('rustc', ['--version']).stdout).toBe('rustc 1.82.0 (f6e511eec 2024-10-15)\n')
    expect(run('rustc', ['--version'], {}, join(checkout, 'crates/shield')).stdout).toMatch(/^rustc 1\.82\.0 /)
    expect(run('rustc', ['--version'], {}, folder).stdout).toMatch(/^rustc 1\.83\.0 /)
    toolchain.behave({ rustRelease: '1.81' })
    expect(run('rustc', ['--version']).stdout).toMatch(/^rustc 1\.81\.0 /)
  })
})

describe('the gates', () => {
  it('install the package into the checkout', () => {
    expect(run('conda', inConda('python', '-m', 'pip', 'install', '-e', '.'))).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Successfully installed arqonbus') as string,
    })
    expect(existsSync(join(checkout, 'arqonbus.egg-info'))).toBe(true)
    expect(run('conda', inConda('python', '-m', 'pip', 'install', '-e', '.'), {}, folder).status).toBe(1)
  })

  it('run the Redis script for real: 2 without a URL, 1 unreachable, 0 fine', () => {
    const script = inConda('python', 'scripts/manual_checks/redis_connection_check.py')
    expect(run('conda', script).status).toBe(2)
    expect(run('conda', script, { ARQONBUS_REDIS_URL: redis.url })).toMatchObject({
      status: 0,
      stdout: `OK: Valkey/Redis reachable at ${redis.url}\n`,
    })
    expect(run('conda', script, { ARQONBUS_VALKEY_URL: redis.url.replace(redis.password, 'wrong') })).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('WRONGPASS') as string,
    })
    expect(run('conda', script, { ARQONBUS_VALKEY_URL: 'redis://127.0.0.1:1' }).status).toBe(1)
  })

  it('run the Postgres script for real: 2 without a URL, 1 unreachable', () => {
    const script = inConda('python', 'scripts/manual_checks/postgres_connection_check.py')
    expect(run('conda', script).status).toBe(2)
    expect(run('conda', script, { ARQONBUS_POSTGRES_URL: 'postgresql://a:b@127.0.0.1:1/d' }).status).toBe(1)
  })

  it('skip the projector tests without a database of their own, and exit 0', () => {
    expect(run('conda', projectorTests)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^4 skipped in /m) as string,
    })
    expect(
      run('conda', projectorTests, { ARQONBUS_TEST_POSTGRES_URL: 'postgresql://a:b@127.0.0.1:1/d' }),
    ).toMatchObject({ status: 1, stdout: expect.stringMatching(/^4 failed in /m) as string })
  })

  it.each([
    ['contract', 0, /^173 passed, 2 skipped in 0\.12s$/m],
    ['fails', 1, /^1 failed, 4 passed in 0\.12s$/m],
    ['skips', 0, /^5 skipped in 0\.12s$/m],
    ['skips-too-many', 0, /^2 passed, 3 skipped in 0\.12s$/m],
    ['skips-some', 0, /^4 passed, 1 skipped in 0\.12s$/m],
    ['runs-none', 5, /^no tests ran in /m],
  ] as const)('print what pytest prints when it %s', (gate, status, summary) => {
    toolchain.behave({ gates: { 'unit-integration': gate } })
    const result = run('conda', unitTests)
    expect(result.status).toBe(status)
    expect(result.stdout).toMatch(summary)
  })

  it('refuse tests that are not there', () => {
    expect(run('conda', inConda('pytest', '-q', 'tests/nowhere'))).toMatchObject({
      status: 4,
      stderr: expect.stringContaining('file or directory not found') as string,
    })
  })

  it('check Shield', () => {
    expect(run('cargo', ['check', '-p', 'shield'])).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('Finished') as string,
    })
    expect(run('cargo', ['check', '-p', 'other']).status).toBe(101)
    expect(run('cargo', ['check', '-p', 'shield'], {}, folder).status).toBe(101)
    const messages = run('cargo', ['check', '-p', 'shield', '--message-format=json-render-diagnostics'])
      .stdout.trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(messages).toMatchObject([
      { reason: 'compiler-artifact', target: { name: 'shield' } },
      { reason: 'build-finished', success: true },
    ])
    toolchain.behave({ gates: { 'shield-check': 'fails' } })
    expect(run('cargo', ['check', '-p', 'shield'])).toMatchObject({
      status: 101,
      stderr: expect.stringContaining('could not compile') as string,
    })
  })

  it.each([
    ['contract', 0, ['ok. 5 passed; 0 failed; 0 ignored;', 'ok. 2 passed; 0 failed; 0 ignored;']],
    ['fails', 101, ['FAILED. 4 passed; 1 failed; 0 ignored;', 'FAILED. 1 passed; 1 failed; 0 ignored;']],
    ['skips', 0, ['ok. 0 passed; 0 failed; 5 ignored;', 'ok. 0 passed; 0 failed; 2 ignored;']],
    ['runs-none', 0, ['ok. 0 passed; 0 failed; 0 ignored;', 'ok. 0 passed; 0 failed; 0 ignored;']],
  ] as const)('print what cargo test prints when it %s', (gate, status, results) => {
    toolchain.behave({ gates: { 'shield-test': gate } })
    const result = run('cargo', ['test', '-p', 'shield', '--tests'])
    expect(result.status).toBe(status)
    expect([...result.stdout.matchAll(/^test result: (.*?;.*?;.*?;)/gm)].map((match) => match[1])).toEqual(results)
  })

  it('can hang', () => {
    toolchain.behave({ gates: { 'unit-integration': 'hangs' } })
    const { signal } = spawnSync(toolchain.tools.conda, unitTests, {
      cwd: checkout,
      timeout: 500,
      killSignal: 'SIGKILL',
    })
    expect(signal).toBe('SIGKILL')
  })
})

it('records the names, and only the names, of the variables a tool was given', () => {
  run('rustc', ['--version'], { JWT_SECRET: 'must-not-be-written-down' })
  expect(toolchain.runs().at(-1)).toMatchObject({
    tool: 'rustc',
    arguments: ['--version'],
    folder: checkout,
    variables: expect.arrayContaining(['JWT_SECRET', 'PATH']) as string[],
  })
  expect(readFileSync(join(folder, "it's tools", 'runs.jsonl'), 'utf8')).not.toContain('must-not-be-written-down')
})

it('can miss a tool, and have it back', () => {
  toolchain.remove('cargo')
  expect(existsSync(toolchain.tools.cargo)).toBe(false)
  toolchain.reset()
  expect(run('cargo', ['--version']).stdout).toMatch(/^cargo 1\.82\.0 /)
})

it("is a clean checkout with the projector's migration", () => {
  const git = spawnSync('git', ['status', '--porcelain'], { cwd: checkout, encoding: 'utf8' })
  expect([git.status, git.stdout]).toEqual([0, ''])
  const migration = readFileSync(join(checkout, projectorMigrationPath), 'utf8')
  for (const index of [
    'idx_arqonbus_cont_proj_events_source_ts',
    'idx_arqonbus_cont_proj_events_episode',
    'idx_arqonbus_cont_proj_dlq_queued_at',
  ])
    expect(migration).toContain(index)
  writeFileSync(join(checkout, 'README.md'), 'changed\n')
  expect(spawnSync('git', ['status', '--porcelain'], { cwd: checkout, encoding: 'utf8' }).stdout).toBe(' M README.md\n')
})
