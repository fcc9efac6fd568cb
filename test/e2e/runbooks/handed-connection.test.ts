import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres, type PostgresServer } from '../../../sandbox/servers/postgres.js'
import { startRedis, type RedisServer } from '../../../sandbox/servers/redis.js'
import { clusterTemplate } from '../../servers/cluster-template.js'
import { folderOf, preflight } from '../cli/preflight.js'

const secret = 'canary-Wq7%40x2/Zr'
const password = decodeURIComponent(secret)

let home: string
let server: PostgresServer
let redis: RedisServer

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'handed-run-'))
  chmodSync(home, 0o755)
  server = await startPostgres(join(home, 'cluster'), await clusterTemplate(), 'app', password)
  redis = await startRedis(join(home, 'redis'), password)
  await server.administer(
    "CREATE TABLE jobs (id int, state text); ALTER TABLE jobs OWNER TO app; INSERT INTO jobs VALUES (1, 'a'), (2, 'a')",
  )
})
afterAll(async () => {
  await server.stop()
  await redis.stop()
  rmSync(home, { recursive: true, force: true })
})

const parameters = `parameters:
  database_url: { type: secret, variable: DATABASE_URL, description: the database }
  redis_url: { type: secret, variable: REDIS_URL, description: Redis }
`
const index = (unique: string) => `  - id: index
    sql:
      database: \${{ params.database_url }}
      transaction: false
      statements:
        - text: DROP INDEX CONCURRENTLY IF EXISTS jobs_state
        - text: CREATE ${unique} INDEX CONCURRENTLY jobs_state ON jobs (state)
    effect: idempotent
    undo:
      sql:
        database: \${{ params.database_url }}
        transaction: false
        statements: [{ text: DROP INDEX CONCURRENTLY IF EXISTS jobs_state }]
`

function site(steps: string) {
  const cwd = folderOf({ 'books/site/one.yaml': `title: one\n${parameters}steps:\n${steps}` })
  const state = join(cwd, 'state')
  const environment = {
    DATABASE_URL: `postgresql://app:${encodeURIComponent(password)}@127.0.0.1:${server.port}/app`,
    REDIS_URL: `redis://:${encodeURIComponent(password)}@127.0.0.1:${redis.port}/0`,
  }
  const run = (...args: string[]) =>
    preflight(['runbook', ...args, '--no-builtin', '--runbooks', 'books'], { cwd, environment })
  const id = () => readdirSync(join(state, 'runs'))[0]!
  return { cwd, state, run, id }
}

const indexes = async () =>
  await server.administer("SELECT indisvalid AS valid FROM pg_index WHERE indrelid = 'jobs'::regclass")

describe('a run with handed connections and SQL outside a transaction', () => {
  it('does its work, and its plan, journal and report hold no password', async () => {
    const { cwd, state, run, id } = site(`  - id: dump
    run: { argv: [pg_dump, --format=custom, --file=jobs.dump], postgres: "\${{ params.database_url }}" }
    effect: idempotent
  - id: snapshot
    run: { argv: [redis-cli, --rdb, own.rdb], redis: "\${{ params.redis_url }}" }
    effect: idempotent
${index('')}`)
    const plan = await run('plan', 'site/one')
    expect(plan.stdout).toContain(`connected to app at 127.0.0.1:${server.port} by PG* variables`)
    expect(plan.stdout).toContain(`redis-cli -h 127.0.0.1 -p ${redis.port} --rdb own.rdb`)
    expect(plan.stdout).toContain('each by itself, without a transaction')
    const ended = await run('run', 'site/one', '--state', state)
    expect(ended.stderr).toMatch(/completed|✔/)
    expect(ended.exitCode).toBe(0)
    expect(existsSync(join(cwd, 'jobs.dump'))).toBe(true)
    expect(readFileSync(join(cwd, 'own.rdb'), 'latin1')).toMatch(/^REDIS/)
    expect(await indexes()).toEqual([{ valid: true }])
    const report = await run('render', '--run', id(), '--state', state)
    const journal = readFileSync(join(state, 'runs', id(), 'journal.jsonl'), 'utf8')
    for (const text of [plan.stdout, ended.stdout, ended.stderr, report.stdout, journal])
      for (const form of [password, secret, encodeURIComponent(password), 'canary-']) expect(text).not.toContain(form)
  })

  it('counts what a failed statement left, which its undo removes', async () => {
    const { state, run, id } = site(index('UNIQUE'))
    const ended = await run('run', 'site/one', '--state', state)
    expect(ended).toMatchObject({ exitCode: 20, stderr: expect.stringMatching(/23505/) as string })
    expect(await indexes()).toEqual([{ valid: false }])
    expect((await run('undo', id(), '--state', state, '--reason', 'a test')).exitCode).toBe(21)
    expect(await indexes()).toEqual([])
  })
})
