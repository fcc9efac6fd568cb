import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf, preflight, type Ended } from '../../cli/preflight.js'

/** A beginning of the id of a run that is the only one. */
const onlyRun = '2'

const book = `title: writes beside where it was started
target: the files of \${{ params.repository }}
parameters:
  repository: { type: path, default: ., description: where the files are }
steps:
  - id: given
    run: [cp, "\${{ params.repository }}/colour", "\${{ params.repository }}/door"]
    effect: idempotent
    undo: { run: [rm, "\${{ params.repository }}/door"] }
  - id: bare
    run: [cp, colour, gate]
    effect: idempotent
    undo: { run: [rm, gate] }
  - id: bell
    run: [test, -e, bell]
    effect: read
  - id: included
    runbook: site/included
`
const included = `title: a part of another
parameters:
  repository: { type: path, default: ., description: where the files are }
steps:
  - id: roof
    run: [cp, "\${{ params.repository }}/colour", "\${{ params.repository }}/roof"]
    effect: idempotent
    undo: { run: [rm, "\${{ params.repository }}/roof"] }
`

/** Two deployments of the same shape, and one folder of runbooks beside them. */
class Two {
  readonly folder = realpathSync(folderOf({ 'books/site/paint.yaml': book, 'books/site/included.yaml': included }))
  readonly a = this.#deployment('a', 'red')
  readonly b = this.#deployment('b', 'blue')

  #deployment(name: string, colour: string): string {
    const folder = join(this.folder, name)
    mkdirSync(folder)
    writeFileSync(join(folder, 'colour'), colour)
    for (const each of ['door', 'gate', 'roof']) writeFileSync(join(folder, each), 'bare')
    return folder
  }

  runbook(cwd: string, ...args: readonly string[]): Promise<Ended> {
    const state = args[0] === 'plan' ? [] : ['--state', join(this.folder, 'state')]
    return preflight(['runbook', ...args, ...state, '--no-builtin', '--runbooks', '../books'], { cwd })
  }

  painted(folder: string): readonly string[] {
    return ['door', 'gate', 'roof'].map((each) =>
      existsSync(join(folder, each)) ? readFileSync(join(folder, each), 'utf8') : 'gone',
    )
  }
}

const untouched = ['bare', 'bare', 'bare']

describe.concurrent('the folder a run is started in', () => {
  it('is the one it is resumed in, wherever that is typed', async () => {
    const two = new Two()
    expect(await two.runbook(two.a, 'run', 'site/paint')).toMatchObject({ exitCode: 20 })
    writeFileSync(join(two.a, 'bell'), '')
    expect(await two.runbook(two.b, 'resume', 'last')).toMatchObject({ exitCode: 0 })
    expect([two.painted(two.a), two.painted(two.b)]).toEqual([['red', 'red', 'red'], untouched])
  })

  it('is the one it is taken back in, wherever that is typed', async () => {
    const two = new Two()
    await two.runbook(two.a, 'run', 'site/paint')
    expect(await two.runbook(two.b, 'undo', onlyRun, '--reason', 'no')).toMatchObject({ exitCode: 21 })
    expect([two.painted(two.a), two.painted(two.b)]).toEqual([['gone', 'gone', 'bare'], untouched])
  })

  it.each([['resume'], ['undo', '--reason', 'no']])(
    'is named by %s when it is gone, and nothing is done',
    async (command, ...more) => {
      const two = new Two()
      await two.runbook(two.a, 'run', 'site/paint')
      renameSync(two.a, join(two.folder, 'moved'))
      const ended = await two.runbook(two.b, command, onlyRun, ...more)
      expect(ended).toMatchObject({ exitCode: 2 })
      expect(ended.stderr).toContain(two.a)
      expect([two.painted(join(two.folder, 'moved')), two.painted(two.b)]).toEqual([['red', 'red', 'bare'], untouched])
    },
  )

  it('is part of the plan, and so are paths that are meant from it', async () => {
    const two = new Two()
    expect(await two.runbook(two.a, 'plan', 'site/paint', '--output', '../plan.json')).toMatchObject({ exitCode: 0 })
    const plan = JSON.parse(readFileSync(join(two.folder, 'plan.json'), 'utf8')) as {
      readonly target: string
      readonly parameters: unknown
      readonly covers: readonly unknown[]
    }
    expect(plan).toMatchObject({ target: `the files of ${two.a}`, parameters: { repository: { value: two.a } } })
    expect(plan.covers).toContainEqual(expect.objectContaining({ kind: 'working_folder', detail: two.a }))
    const ended = await two.runbook(
      two.b,
      'run',
      'site/paint',
      '--plan',
      '../plan.json',
      '--param',
      `repository=${two.a}`,
    )
    expect(ended).toMatchObject({ exitCode: 26 })
    expect(ended.stderr).toContain(`working_folder:preflight was "${two.a}", is "${two.b}"`)
    expect([two.painted(two.a), two.painted(two.b)]).toEqual([untouched, untouched])
  })
})
