import { it } from 'vitest'
import type { JournalEntry, JournalEvent } from '../../../../src/runbooks/record/journal.js'
import { CrashingRun, type Kill } from './crash.js'
import { resumeHere, startHere, undoHere } from './here.js'

/** A journal that is gone on with is acknowledged first (two operations); then each entry is four, as at a start. */
function boundaries(entries: number): readonly (Kill & { readonly name: string })[] {
  return Array.from({ length: entries }, (_, index) => [
    { name: `before entry ${index + 1} is written`, at: 4 * index + 3 },
    { name: `before entry ${index + 1} is acknowledged`, at: 4 * index + 5 },
  ]).flat()
}

function isLastIntent(entries: readonly JournalEntry[], type: JournalEvent['type'], step: string): boolean {
  const last = entries.at(-1)?.event
  return last?.type === type && 'step' in last && last.step === step
}

const times = (run: CrashingRun, effect: string): number => run.effects().filter((each) => each === effect).length

// Killed first after the result of `prepare`: the resume has nine entries to write.
it.concurrent.for(boundaries(9))(
  'killed, resumed, killed $name of the resume, and resumed',
  async (kill, { expect, onTestFinished }) => {
    const run = new CrashingRun()
    onTestFinished(() => run.remove())
    expect(await run.go('start', { at: 22 })).toBeUndefined()
    expect((await run.entries()).at(-1)?.event).toMatchObject({ type: 'step-result', step: 'prepare' })
    expect(await run.go('resume', kill)).toBeUndefined()
    const left = await run.entries()
    const end = await resumeHere(run, left)
    for (const once of ['charge', 'start']) expect(times(run, once)).toBeLessThanOrEqual(1)
    if (isLastIntent(left, 'step-intent', 'charge'))
      expect(end).toMatchObject({ state: 'failed', exitCode: 24, steps: { charge: 'unknown' } })
    else {
      expect(end).toMatchObject({ state: 'completed', exitCode: 0, message: '' })
      expect([...new Set(run.effects())]).toEqual(['look', 'prepare', 'charge', 'start', 'finish'])
    }
  },
)

// The start of the undo, three undos of two entries each, the end.
it.concurrent.for(boundaries(8))(
  'completed, undone, killed $name of the undo, and undone again',
  async (kill, { expect, onTestFinished }) => {
    const run = new CrashingRun()
    onTestFinished(() => run.remove())
    expect(await startHere(run)).toMatchObject({ state: 'completed' })
    expect(await run.go('undo', kill)).toBeUndefined()
    const left = await run.entries()
    if (left.at(-1)?.event.type === 'run-ended' && left.at(-2)?.event.type === 'undo-result') {
      // It died with its end on disk: there is nothing left to undo.
      await expect(undoHere(run)).rejects.toThrow(/nothing in .* can be undone/)
    } else {
      const end = await undoHere(run)
      if (isLastIntent(left, 'undo-intent', 'charge'))
        expect(end).toMatchObject({
          state: 'undo-failed',
          exitCode: 24,
          steps: { start: 'undone', charge: 'unknown', prepare: 'done' },
        })
      else
        expect(end).toMatchObject({
          state: 'undone',
          exitCode: 21,
          steps: { start: 'undone', charge: 'undone', prepare: 'undone' },
        })
    }
    expect(times(run, 'un-charge')).toBeLessThanOrEqual(1)
    const undone = run.effects().slice(5)
    expect([...new Set(undone)]).toEqual(['un-start', 'un-charge', 'un-prepare'].slice(0, new Set(undone).size))
  },
)
