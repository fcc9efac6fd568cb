import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf, preflight } from '../../cli/preflight.js'

const pack = `stage: config
variables: { REGION: { exposure: public } }
inputs:
  wanted: { type: string, description: the region that is wanted }
checks:
  region:
    title: the region is the one that is wanted
    severity: blocker
    class: config
    fix: set it
    env: { name: REGION }
    expect: [{ that: facts.value == inputs.wanted }]
  other:
    title: there is a region
    severity: high
    class: config
    fix: set it
    env: { name: REGION }
    expect: [{ that: facts.set }]
`
const book = (more: string): string => `title: judges a part
target: \${{ params.at }}
parameters:
  at: { type: path, default: ., description: where it is }
steps:
  - id: gate
    run: [test, -e, go]
    effect: read
  - id: judged
    check: { select: [site/a/region]${more} }
`

/** A locked deployment with a runbook that judges one of its checks. */
async function place(more = '') {
  const cwd = realpathSync(
    folderOf({
      'packs/site/a.yaml': pack,
      'books/site/judge.yaml': book(more),
      'a.env': 'REGION=eu\n',
      'preflight.yaml': 'checks: [packs]\nenvironment: [a.env]\ninputs: { wanted: eu }\n',
      go: '',
    }),
  )
  expect(await preflight(['lock', '--no-builtin'], { cwd })).toMatchObject({ exitCode: 0 })
  const runbook = (...args: readonly string[]) =>
    preflight(
      ['runbook', ...args, '--no-builtin', '--runbooks', 'books', ...(args[0] === 'plan' ? [] : ['--state', 'state'])],
      { cwd },
    )
  const replace = (name: string, from: string, to: string) =>
    writeFileSync(join(cwd, name), readFileSync(join(cwd, name), 'utf8').replace(from, to))
  return { cwd, lock: join(cwd, 'preflight.lock'), runbook, replace }
}

describe.concurrent('a step that judges a part of what is locked', () => {
  it('goes on where that is as it was locked, whatever became of the rest', async () => {
    const { runbook, replace } = await place()
    replace('packs/site/a.yaml', 'there is a region', 'there is one')
    expect(await runbook('run', 'site/judge')).toMatchObject({ exitCode: 0 })
  })

  it('fails where its check is another one', async () => {
    const { runbook, replace } = await place()
    replace('packs/site/a.yaml', 'facts.value == inputs.wanted', 'facts.value == inputs.wanted || facts.set')
    const { exitCode, stdout, stderr } = await runbook('run', 'site/judge')
    expect(exitCode).toBe(20)
    expect(stdout + stderr).toContain('site/a/region is locked and changed')
  })

  it('fails where an input has another value, also one that the step gives', async () => {
    const { runbook, replace } = await place(', inputs: { wanted: us }')
    replace('a.env', 'eu', 'us')
    const { exitCode, stdout, stderr } = await runbook('run', 'site/judge')
    expect(exitCode).toBe(20)
    expect(stdout + stderr).toContain('the input site.wanted is locked as "eu", found "us"')
  })
})

describe.concurrent('the lock of steps that run checks', () => {
  const changes = [
    ['deleted', (file: string) => rmSync(file)],
    ['replaced', (file: string) => writeFileSync(file, `${readFileSync(file, 'utf8')}\n`)],
  ] as const

  it.each(changes)('that is %s between plan and run is refused by name', async (_what, change) => {
    const { cwd, lock, runbook } = await place()
    expect(await runbook('plan', 'site/judge', '--output', 'plan.json')).toMatchObject({ exitCode: 0 })
    change(lock)
    const ended = await runbook('run', 'site/judge', '--plan', 'plan.json')
    expect(ended).toMatchObject({ exitCode: 26 })
    expect(ended.stderr).toContain(`lock:${lock} `)
    expect(existsSync(join(cwd, 'state'))).toBe(false)
  })

  it.each(changes)('that is %s between run and resume is refused by name', async (_what, change) => {
    const { cwd, lock, runbook } = await place()
    rmSync(join(cwd, 'go'))
    await runbook('run', 'site/judge')
    writeFileSync(join(cwd, 'go'), '')
    change(lock)
    const ended = await runbook('resume', 'last', '--accept-changed', `lock:${lock}`)
    expect(ended).toMatchObject({ exitCode: 26 })
    expect(ended.stderr).toContain(`lock:${lock} `)
  })

  it('that a step deletes fails the step that judges', async () => {
    const { runbook, replace, lock } = await place()
    replace(
      'books/site/judge.yaml',
      'run: [test, -e, go]\n    effect: read',
      'run: [rm, preflight.lock]\n    effect: idempotent',
    )
    const { exitCode, stdout, stderr } = await runbook('run', 'site/judge')
    expect(exitCode).toBe(20)
    expect(stdout + stderr).toContain('the lock preflight.lock changed since the run was started')
    expect(existsSync(lock)).toBe(false)
  })
})
