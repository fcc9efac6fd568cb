import { unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { resumeRun, undoRun } from '../../../../src/runbooks/resume-run.js'
import { startRun } from '../../../../src/runbooks/start-run.js'
import { booksOf, quietly } from '../quiet.js'
import { CommandRun } from './command.js'

const books = booksOf(join(import.meta.dirname, 'books'))
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
type Signal = keyof typeof codes
const signals = Object.keys(codes) as Signal[]
/** One handler takes them all, wherever the run is: in a step each has its turn, elsewhere these; all in test:deep. */
const some = (...chosen: readonly Signal[]): readonly Signal[] =>
  process.env['PREFLIGHT_DEEP'] === undefined ? chosen : signals

describe('in a step', () => {
  it.concurrent.for(signals)(
    '%s starts nothing more, leaves nothing running, and the run can be resumed',
    async (signal, { expect, onTestFinished }) => {
      const run = new CommandRun()
      onTestFinished(() => run.remove())
      const { child, ended } = run.start(['run', 'example/stubborn', '--plain', '--param', `folder=${run.folder}`])
      await run.said('| ready')
      child.kill(signal)
      expect(await ended).toBe(codes[signal])
      expect(run.survivors()).toEqual([])
      expect(await run.record()).toMatchObject({ state: 'interrupted', exitCode: codes[signal] })
      expect(run.log()).toEqual(['first', 'begin hold'])
      writeFileSync(join(run.folder, 'go'), '')
      const record = await resumeRun({ ...books, ...quietly(run.state), run: 'last' })
      expect(record).toMatchObject({ state: 'completed', exitCode: 0 })
      expect(run.log()).toEqual(['first', 'begin hold', 'begin hold', 'after'])
    },
  )

  it.concurrent(
    'a second Ctrl-C ends it at once, and still leaves nothing running and a journal that can be gone on with',
    async ({ expect, onTestFinished }) => {
      const run = new CommandRun()
      onTestFinished(() => run.remove())
      const { child, ended } = run.start(['run', 'example/stubborn', '--plain', '--param', `folder=${run.folder}`])
      await run.said('| ready')
      child.kill('SIGINT')
      // Two signals of a kind that are pending at once are one: the second must not come before the first was taken.
      await new Promise((resolve) => setTimeout(resolve, 100))
      child.kill('SIGINT')
      expect(await ended).toBe(130)
      expect(run.survivors()).toEqual([])
      expect(['running', 'interrupted']).toContain((await run.record()).state)
      writeFileSync(join(run.folder, 'go'), '')
      expect(await resumeRun({ ...books, ...quietly(run.state), run: 'last' })).toMatchObject({ state: 'completed' })
      expect(run.log().filter((line) => line === 'after')).toHaveLength(1)
    },
  )
})

describe('in an undo', () => {
  it.concurrent.for(some('SIGHUP'))(
    '%s leaves nothing running, and the undo can be taken again',
    async (signal, { expect, onTestFinished }) => {
      const run = new CommandRun()
      onTestFinished(() => run.remove())
      writeFileSync(join(run.folder, 'go'), '')
      const parameters = [`folder=${run.folder}`]
      expect(await startRun({ ...books, ...quietly(run.state), id: 'example/stubborn', parameters })).toMatchObject({
        state: 'completed',
      })
      unlinkSync(join(run.folder, 'go'))
      const { child, ended } = run.start([
        'undo',
        (await run.record()).started.run,
        '--plain',
        '--reason',
        'the test says so',
      ])
      await run.said('| ready')
      child.kill(signal)
      expect(await ended).toBe(codes[signal])
      expect(run.survivors()).toEqual([])
      expect(await run.record()).toMatchObject({ state: 'interrupted', exitCode: codes[signal], direction: 'undo' })
      writeFileSync(join(run.folder, 'go'), '')
      const record = await undoRun({ ...books, ...quietly(run.state), run: 'last', reason: 'again' })
      expect(record).toMatchObject({ state: 'undone', exitCode: 21 })
    },
  )
})

describe.each([
  ['a prompt', 'attestor', 'type done', some('SIGTERM')],
  ['an approval', 'approver', 'name of the approver', some('SIGINT')],
] as const)('in %s', (_where, who, question, sent) => {
  it.concurrent.for([...sent, 'Ctrl-C'] as const)(
    '%s ends it with nothing attested, and the run can be resumed',
    async (signal, { expect, onTestFinished }) => {
      const run = new CommandRun()
      onTestFinished(() => run.remove())
      const { child, ended } = run.start(
        ['run', 'example/asking', '--param', `folder=${run.folder}`, '--param', `who=${who}`],
        true,
      )
      await run.said(question)
      if (signal === 'Ctrl-C') child.stdin!.write('\u0003')
      else process.kill((await run.record()).operator.pid, signal)
      const code = signal === 'Ctrl-C' ? 130 : codes[signal]
      expect(await ended).toBe(code)
      expect(await run.record()).toMatchObject({ state: 'interrupted', exitCode: code })
      expect(run.log()).toEqual([])
      const conductor = {
        ...quietly(run.state).conductor,
        type: (_question: unknown, expected: string) => Promise.resolve(expected),
        line: () => Promise.resolve('grace'),
      }
      const record = await resumeRun({ ...books, ...quietly(run.state, { conductor }), run: 'last' })
      expect(record.exitCode).toBe(0)
      expect(run.log()).toEqual(['after'])
    },
  )
})

it('a pipe full of yes answers nothing', async ({ expect, onTestFinished }) => {
  const run = new CommandRun()
  onTestFinished(() => run.remove())
  const { child, ended } = run.start([
    'run',
    'example/asking',
    '--param',
    `folder=${run.folder}`,
    '--param',
    'who=attestor',
  ])
  child.stdin!.on('error', () => undefined)
  child.stdin!.end('done\nyes\n'.repeat(1000))
  expect(await ended).toBe(23)
  expect(await run.record()).toMatchObject({ state: 'cancelled', exitCode: 23 })
  expect(run.log()).toEqual([])
})
