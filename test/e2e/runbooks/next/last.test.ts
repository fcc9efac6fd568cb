import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf, preflight, type Ended } from '../../cli/preflight.js'

const book = `title: paints a wall
target: the wall of \${{ params.place }}
parameters: { place: { type: path, default: ., description: where it is } }
steps:
  - id: paint
    run: ["true"]
    effect: idempotent
    undo: { run: ["true"] }
  - id: bell
    run: [test, -e, bell]
    effect: read
`

/** Two deployments and a folder without one, of the same user. */
function site() {
  const folder = folderOf({
    'books/site/paint.yaml': book,
    'here/preflight.yaml': 'deployment: here\n',
    'there/preflight.yaml': 'deployment: there\n',
    'nowhere/.keep': '',
    'broken/preflight.yaml': 'deployment: [\n',
  })
  const type = (where: string, ...args: readonly string[]): Promise<Ended> =>
    preflight(['runbook', ...args], { cwd: join(folder, where), environment: { HOME: folder } })
  const start = async (where: string): Promise<string> => {
    const { exitCode, stderr } = await type(where, 'run', 'site/paint', '--no-builtin', '--runbooks', '../books')
    expect(exitCode, stderr).toBe(20)
    return /^run (\S+)$/m.exec(stderr)![1]!
  }
  return { folder, type, start }
}

describe('last', () => {
  it('is the last run of this deployment, whatever was started elsewhere since', async () => {
    const { folder, type, start } = site()
    const id = await start('here')
    await pause()
    await start('there')
    writeFileSync(join(folder, 'here/bell'), '')
    const status = await type('here', 'status')
    expect(status.stdout).toContain(`run ${id}`)
    expect(status.stderr).toBe('')
    const resumed = await type('here', 'resume', 'last')
    expect(resumed.exitCode, resumed.stderr).toBe(0)
    expect(resumed.stdout).toContain(`run ${id}`)
  })

  it('without a deployment is the last run without one', async () => {
    const { folder, type, start } = site()
    const id = await start('nowhere')
    await pause()
    await start('there')
    mkdirSync(join(folder, 'elsewhere'))
    const status = await type('elsewhere', 'status')
    expect(status.stdout).toContain(`run ${id}`)
    expect(status.stderr).toBe('')
  })

  it.each([
    ['resume', ['resume', 'last']],
    ['resolve', ['resolve', 'last', 'paint', '--as', 'done', '--reason', 'I looked']],
    ['approve', ['approve', 'last', '--step', 'paint', '--output', 'agreed']],
    ['undo', ['undo', 'last', '--reason', 'withdrawn']],
  ])('of another deployment is not what %s means: the id is to be typed', async (_, args) => {
    const { type, start } = site()
    const id = await start('there')
    const refused = await type('here', ...args)
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain(`the last run is ${id}, site/paint on the wall of `)
    expect(refused.stderr).toContain('of the deployment there; it is not a run of this deployment')
    expect(refused.stderr).toContain(`if you mean it, type its id instead of last: ${id}`)
  })

  it('of another deployment is shown, and whose it is', async () => {
    const { type, start } = site()
    const id = await start('there')
    for (const args of [['status'], ['verify', 'last'], ['render', '--run', 'last']]) {
      const shown = await type('here', ...args)
      expect(shown.stdout).toContain(id)
      expect(shown.stderr).toContain(`no run of this deployment; the last run is ${id}, site/paint on the wall of `)
    }
  })

  it('is not guessed where the deployment file cannot be read', async () => {
    const { type, start } = site()
    const id = await start('there')
    const refused = await type('broken', 'resume', 'last')
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain('which deployment this is is unknown')
    expect(refused.stderr).toContain(`type its id instead of last: ${id}`)
  })

  it('is not undone without a confirmation, not even that of this deployment', async () => {
    const { type, start } = site()
    const id = await start('here')
    const refused = await type('here', 'undo', 'last', '--reason', 'withdrawn')
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain('an undo needs a confirmation, and there is no terminal to ask at')
    expect((await type('here', 'undo', id, '--reason', 'withdrawn')).exitCode).toBe(21)
  })
})

it('a program that cannot be started did nothing: there is nothing to resolve', async () => {
  const once = (argv: string): string =>
    `title: a step\ntarget: \${{ params.place }}\nparameters: { place: { type: path, default: ., description: where it is } }\nsteps:\n  - { id: page, run: ${argv}, effect: once }\n`
  const folder = folderOf({
    'books/site/missing.yaml': once('[no-such-program]'),
    'books/site/plain.yaml': once('[./a-file]'),
    'books/site/script.yaml': once('{ shell: no-such-program }'),
    'a-file': 'nothing that runs\n',
  })
  const run = (id: string): Promise<Ended> =>
    preflight(['runbook', 'run', id, '--no-builtin', '--runbooks', 'books'], {
      cwd: folder,
      environment: { HOME: folder },
    })
  for (const [id, message] of [
    ['site/missing', 'no-such-program was not found on PATH'],
    ['site/plain', './a-file is not an executable file'],
  ] as const) {
    const ended = await run(id)
    expect(ended.exitCode).toBe(20)
    expect(ended.stdout).toContain(message)
    expect(ended.stdout).not.toContain('runbook resolve')
  }
  const script = await run('site/script')
  expect(script.stdout).toContain('it ended with exit code 127: the shell did not find no-such-program')
  expect(script.stdout).toContain('runbook resolve')
})

it('what could not be undone is undone by the command that is printed as next, once the cause is mended', async () => {
  const folder = folderOf({
    'books/site/stuck.yaml': `title: stuck
target: \${{ params.place }}
parameters: { place: { type: path, default: ., description: where it is } }
steps:
  - { id: paint, run: ["true"], effect: idempotent, undo: { run: [test, -e, mended] } }
`,
  })
  const type = (...args: readonly string[]): Promise<Ended> =>
    preflight(['runbook', ...args], { cwd: folder, environment: { HOME: folder } })
  const { stderr } = await type('run', 'site/stuck', '--no-builtin', '--runbooks', 'books')
  const stuck = await type('undo', /^run (\S+)$/m.exec(stderr)![1]!, '--reason', 'withdrawn')
  expect(stuck.exitCode).toBe(22)
  const [, next = ''] = /^ {2}preflight runbook (resume .*)$/m.exec(stuck.stdout) ?? []
  writeFileSync(join(folder, 'mended'), '')
  const undone = await type(...next.split(' '))
  expect(undone.exitCode, undone.stderr).toBe(21)
})

/** Ids begin with the second of their start: the next is a later one. */
async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1100))
}
