import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Deployment } from '../../../sandbox/deployment.js'
import { startRedis, type RedisServer } from '../../../sandbox/servers/redis.js'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { folderOf, preflight, startHere, startProgram } from './preflight.js'
import { startTestDeployment } from '../../servers/cluster-template.js'

const pack = `stage: datastores
variables:
  STORE_URL: { reads: [url], exposure: dsn }
  KEY: { exposure: secret }
checks:
  store:
    title: the store takes writes
    severity: blocker
    class: dependency
    timeout: 2s
    redis: { url: "\${{ env.STORE_URL }}" }
    expect:
      - that: facts.problem.code == "none"
        message: "\${{ facts.problem.code }}"
      - that: facts.reached == "write"
    fix: start it
  key:
    title: the key is strong
    severity: blocker
    class: config
    secret: { name: KEY }
    expect:
      - that: facts.set && size(facts.reasons) == 0
    fix: make another
  after:
    title: the store says what it is
    severity: blocker
    class: dependency
    needs: [site/a/store]
    redis: { url: "\${{ env.STORE_URL }}", write: false }
    expect:
      - that: facts.role == "master"
    fix: look at it
`

const strong = 'n7Xq2LwB9sVt4KzR8mYc1HdJ6pGf3QaUeTi5OxNbWvCk0Z'
const args = [
  'run',
  '--no-builtin',
  '--checks',
  'packs',
  '--env-file',
  'site.env',
  '--output',
  'result.json',
  '--no-keep',
] as const

function site(url: string, key = strong) {
  const folder = folderOf({ 'packs/site/a.yaml': pack, 'site.env': `STORE_URL='${url}'\nKEY=${key}\n` })
  const result = (): ResultDocument => JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as ResultDocument
  const checks = () =>
    Object.fromEntries(
      result().checks.map(({ id, status, attempts }) => [id.replace('site/a/', ''), { status, attempts }]),
    )
  return { folder, result, checks }
}

let place: string
let redis: RedisServer
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'wait-'))
  redis = await startRedis(join(place, 'redis'))
}, 60_000)
afterAll(async () => {
  await redis.stop()
  rmSync(place, { recursive: true, force: true })
})

const wrongPassword = () => redis.url.replace(redis.password, 'wrong')

describe('run --wait', { timeout: 120_000 }, () => {
  it('is a go when the server comes up later, and says meanwhile what it waits for', async () => {
    const { folder, checks, result } = site(redis.url)
    await redis.stop()
    const run = startHere([...args, '--wait', '2m'], { cwd: folder })
    await run.said('waiting for site/a/store: connection-refused, ')
    await redis.restart()
    const { exitCode, stderr } = await run
    expect({ exitCode, verdict: result().verdict }).toEqual({ exitCode: 0, verdict: 'go' })
    expect(stderr).toMatch(/waiting for site\/a\/store: connection-refused, (2m00s|1m5\ds) left/)
    expect(checks()).toMatchObject({
      store: { status: 'pass' },
      key: { status: 'pass', attempts: 1 },
      after: { status: 'pass', attempts: 1 },
    })
    expect(checks()['store']?.attempts).toBeGreaterThan(1)
  })

  it('ends at once with a wrong password, and with a weak secret', async () => {
    for (const { folder, checks } of [site(wrongPassword()), site(redis.url, 'changeme')]) {
      const { exitCode, stderr } = await preflight([...args, '--wait', '1h'], { cwd: folder })
      expect(exitCode).toBe(1)
      expect(stderr).not.toContain('waiting for')
      expect(Object.values(checks()).every(({ attempts }) => attempts <= 1)).toBe(true)
    }
  })

  it('ends when the server comes up and refuses', async () => {
    const { folder, checks } = site(wrongPassword())
    await redis.stop()
    const run = startHere([...args, '--wait', '1h'], { cwd: folder })
    await run.said('waiting for site/a/store')
    await redis.restart()
    expect((await run).exitCode).toBe(1)
    expect(checks()).toMatchObject({ store: { status: 'fail' }, after: { status: 'blocked' } })
  })

  it('waits for a server that is paused', async () => {
    const { folder, checks } = site(redis.url)
    await redis.pause()
    try {
      const run = startHere([...args, '--wait', '1h'], { cwd: folder })
      await run.said('waiting for site/a/store: no answer')
      redis.resume()
      expect((await run).exitCode).toBe(0)
      expect(checks()).toMatchObject({ store: { status: 'pass' } })
    } finally {
      redis.resume()
    }
  })

  it('gives up when the time is over, and at the deadline of the run', async () => {
    await redis.stop()
    try {
      const { folder, checks } = site(redis.url)
      expect((await preflight([...args, '--wait', '1s'], { cwd: folder })).exitCode).toBe(1)
      expect(checks()['store']?.attempts).toBeGreaterThan(1)
      const ended = await preflight([...args, '--wait', '1h', '--deadline', '4s'], { cwd: folder })
      expect([1, 4]).toContain(ended.exitCode)
    } finally {
      await redis.restart()
    }
  })

  it('ends at once when it is interrupted', async () => {
    await redis.stop()
    try {
      const { folder, result } = site(redis.url)
      const run = startProgram([...args, '--wait', '1h'], { cwd: folder })
      await run.said('waiting for')
      run.child.kill('SIGINT')
      expect((await run).exitCode).toBe(130)
      expect(result()).toMatchObject({ state: 'incomplete', verdict: null })
    } finally {
      await redis.restart()
    }
  })

  it.each(['2', '0s', 'soon', '-1m', '100ms', '2h', ''])('refuses the duration "%s"', async (duration) => {
    const { folder } = site(redis.url)
    expect((await preflight([...args, `--wait=${duration}`], { cwd: folder })).exitCode).toBe(2)
    expect(existsSync(join(folder, 'result.json'))).toBe(false)
  })
})

describe('the whole sandbox', () => {
  let deployment: Deployment
  beforeAll(async () => {
    deployment = await startTestDeployment()
  }, 120_000)
  afterAll(() => deployment.stop())

  /**
   * A production preflight while one server is away; the server comes when it was waited for and so many milliseconds
   * are over.
   */
  async function whileAway(name: keyof Deployment['servers'], milliseconds: number, more: readonly string[] = []) {
    const folder = folderOf({})
    deployment.writeEnvironmentFile(join(folder, 'prod.env'))
    const server = deployment.servers[name]
    await server.stop()
    const inputs = Object.entries(deployment.inputs).flatMap(([input, value]) => ['--input', `${input}=${value}`])
    const run = startHere(
      ['run', '--env-file', 'prod.env', ...inputs, '--no-keep', '--output', 'result.json', '--wait', '2m', ...more],
      { cwd: folder },
    )
    try {
      await run.said('waiting for ')
      await sleep(milliseconds)
    } finally {
      await server.restart()
    }
    const { exitCode, stdout, stderr } = await run
    const document = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as ResultDocument
    return {
      exitCode,
      verdict: document.verdict,
      deselected: document.run.selection.deselectedIds,
      notes: `${stdout}\n${stderr}`,
      stderr,
    }
  }

  it('whose Redis comes late is a go of everything', { timeout: 240_000 }, async () => {
    const { notes, stderr, ...ended } = await whileAway('redis', 2500)
    expect(ended, notes).toEqual({ exitCode: 0, verdict: 'go', deselected: [] })
    const eviction = stderr.split('\n').filter((line) => line.includes('hot-store-eviction'))
    expect(eviction.length, 'a check that stays blocked is reported once, and once more when it ran').toBe(2)
  })

  it.each(['postgres', 'nats'] as const)('whose %s comes late is a go', { timeout: 240_000 }, async (name) => {
    const { notes, exitCode, verdict, deselected } = await whileAway(name, 0, ['--skip', 'arqonbus/gates'])
    expect({ exitCode, verdict }, notes).toEqual({ exitCode: 0, verdict: 'go' })
    expect(deselected.filter((id) => !id.startsWith('arqonbus/gates/'))).toEqual([])
  })

  it(
    'whose bus fell back on its memory is not waited for: it does not leave that by itself',
    { timeout: 240_000 },
    async () => {
      const folder = folderOf({})
      deployment.writeEnvironmentFile(join(folder, 'prod.env'))
      const inputs = Object.entries(deployment.inputs).flatMap(([input, value]) => ['--input', `${input}=${value}`])
      deployment.bus.misbehaviour.storageStats = 'degraded'
      try {
        const { exitCode, stderr } = await preflight(
          ['run', 'arqonbus/runtime', '--env-file', 'prod.env', ...inputs, '--no-keep', '--wait', '1h'],
          { cwd: folder },
        )
        expect({ exitCode, waits: stderr.includes('waiting for') }).toEqual({ exitCode: 1, waits: false })
      } finally {
        deployment.bus.behave()
      }
    },
  )
})
