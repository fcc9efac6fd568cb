import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { probeRegistry } from '../../../src/engine/folder-registry.js'
import { folderOf, preflight } from './preflight.js'

const readAt = (folder: string, file: string): string => readFileSync(join(folder, file), 'utf8')

describe('preflight new check', () => {
  it('writes a check that is valid at once, and says what to type next', async () => {
    const cwd = folderOf({})
    const { exitCode, stdout } = await preflight(
      ['new', 'check', 'orders/store/open', '--probe', 'tcp', 'port=1', 'host=h'],
      { cwd },
    )
    expect(exitCode).toBe(0)
    expect(stdout).toBe(
      'wrote checks/orders/store.yaml\nNext: edit it, then\n  preflight validate --checks checks\n  preflight run orders/store/open --checks checks\n',
    )
    expect(readAt(cwd, 'checks/orders/store.yaml')).toMatch(/host: h[^]*# retry: \{ attempts: 3, delay: 1s \}/)
    const next = await preflight(['validate', '--no-builtin', '--checks', 'checks'], { cwd })
    expect(next.stdout).toBe('valid: 1 check in 1 pack (orders)\n')
  })

  it('of every kind', async () => {
    const cwd = folderOf({})
    for (const kind of probeRegistry.names()) {
      const { exitCode, stderr } = await preflight(['new', 'check', `orders/all/${kind}`, '--probe', kind], { cwd })
      expect([kind, exitCode, stderr]).toEqual([kind, 0, ''])
    }
    const { stdout } = await preflight(['validate', '--no-builtin', '--checks', 'checks'], { cwd })
    expect(stdout).toContain(`valid: ${probeRegistry.names().length} checks in 1 pack (orders)`)
  })

  it('goes where the deployment file has its checks, also where another file is wrong', async () => {
    const cwd = folderOf({
      'preflight.yaml': 'checks: [ours]\n',
      'ours/orders/server.yaml':
        'stage: config\nchecks:\n  # first\n  old:\n    title: it is there\n    severity: high\n    class: config\n    file: { path: / }\n    expect: [facts.exists]\n    fix: make it\n',
      'ours/orders/wrong.yaml': 'checks: [\n',
    })
    const { exitCode, stdout, stderr } = await preflight(['new', 'check', 'orders/server/open', '--probe', 'tcp'], {
      cwd,
    })
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(
      /^added to ours\/orders\/server\.yaml\n[^]* {2}preflight validate\n {2}preflight run orders\/server\/open\n$/,
    )
    expect(readAt(cwd, 'ours/orders/server.yaml')).toMatch(/ {2}# first\n {2}old:[^]* {2}open:/)
  })

  it.each([
    [['orders/server/old', '--probe', 'tcp'], 2, /the check old already exists: checks\/orders\/server\.yaml:3/],
    [['orders/open', '--probe', 'tcp'], 2, /orders\/open cannot be the id of a check[^]*orders\/server\/answers/],
    [['../server/open', '--probe', 'tcp'], 2, /cannot be the id of a check/],
    [['orders/new/open', '--probe', 'tpc'], 2, /did you mean tcp\?/],
    [['orders/new/open', '--probe', 'tcp', 'prot=1', 'host=h'], 3, /unknown key prot[^]*did you mean port\?/],
  ])('%j is refused, and nothing is written', async (args, code, message) => {
    const files = { 'checks/orders/server.yaml': 'stage: config\nchecks:\n  old: {}\n' }
    const cwd = folderOf(files)
    const { exitCode, stderr, stdout } = await preflight(['new', 'check', ...args], { cwd })
    expect([exitCode, stdout]).toEqual([code, ''])
    expect(stderr).toMatch(message)
    expect(readAt(cwd, 'checks/orders/server.yaml')).toBe(files['checks/orders/server.yaml'])
    expect(readdirSync(join(cwd, 'checks'))).toEqual(['orders'])
    expect(readdirSync(join(cwd, 'checks/orders'))).toEqual(['server.yaml'])
  })
})

describe('preflight new runbook', () => {
  it('writes a runbook that is valid and can be practised, once', async () => {
    const cwd = folderOf({})
    const write = () => preflight(['new', 'runbook', 'orders/restart'], { cwd })
    const { exitCode, stdout } = await write()
    expect(exitCode).toBe(0)
    expect(stdout).toBe(
      'wrote runbooks/orders/restart.yaml\nNext: edit it, then\n  preflight validate --runbooks runbooks\n  preflight runbook plan orders/restart --runbooks runbooks\n',
    )
    const plan = await preflight(['runbook', 'plan', 'orders/restart', '--runbooks', 'runbooks'], { cwd })
    expect(plan.exitCode, plan.stderr).toBe(0)
    const before = readAt(cwd, 'runbooks/orders/restart.yaml')
    const again = await write()
    expect([again.exitCode, again.stderr]).toEqual([
      2,
      expect.stringContaining('runbooks/orders/restart.yaml already exists'),
    ])
    expect(readAt(cwd, 'runbooks/orders/restart.yaml')).toBe(before)
  })

  it('writes a runbook into the folder that the deployment file names', async () => {
    const cwd = folderOf({ 'preflight.yaml': 'packs: []\nrunbooks: [ops/books]\n', 'ops/books/.keep': '' })
    const { exitCode, stdout } = await preflight(['new', 'runbook', 'orders/restart'], { cwd })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('wrote ops/books/orders/restart.yaml\n')
    expect(stdout).toContain('  preflight runbook plan orders/restart\n')
    expect((await preflight(['runbook', 'show', 'orders/restart'], { cwd })).exitCode).toBe(0)
  })

  it('is refused with an id that no runbook can have', async () => {
    const cwd = folderOf({})
    const { exitCode, stderr } = await preflight(['new', 'runbook', 'Restart'], { cwd })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('Restart cannot be the id of a runbook')])
    expect(existsSync(join(cwd, 'runbooks'))).toBe(false)
  })
})
