import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JournalEntry, JournalEvent } from '../../../../src/runbooks/record/journal.js'
import { CrashingRun, isDeep, type Kill } from './crash.js'
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

/** The kills at all of these moments, and those that are done in truth and not only copied. */
function killsOf(entries: number) {
  const kills = boundaries(entries)
  return { kills, inTruth: kills.filter(({ name }) => isDeep || name === 'before entry 3 is acknowledged') }
}

describe('killed, resumed, killed again and resumed', () => {
  // Killed first after the result of `prepare`: the resume has nine entries to write.
  const { kills, inTruth } = killsOf(9)
  async function cutOff(): Promise<CrashingRun> {
    const run = new CrashingRun()
    expect(await run.go('start', { at: 22 })).toBeUndefined()
    expect((await run.entries()).at(-1)?.event).toMatchObject({ type: 'step-result', step: 'prepare' })
    return run
  }

  let copied: CrashingRun
  beforeAll(async () => {
    copied = await cutOff()
    expect(await copied.goAndCopy('resume')).toMatchObject({ state: 'completed' })
  })
  afterAll(() => copied.remove())

  it.for(kills)('$name of the resume', async (kill) => {
    copied.leave(kill)
    await expectHonestResume(copied)
  })

  it.for(inTruth)('$name of the resume, in truth, which leaves what was copied', async (kill, { onTestFinished }) => {
    const run = await cutOff()
    onTestFinished(() => run.remove())
    expect(await run.go('resume', kill)).toBeUndefined()
    copied.leave(kill)
    expect(await run.shape()).toEqual(await copied.shape())
    await expectHonestResume(run)
  })

  async function expectHonestResume(run: CrashingRun): Promise<void> {
    const left = await run.entries()
    const end = await resumeHere(run, left)
    for (const once of ['charge', 'start']) expect(times(run, once)).toBeLessThanOrEqual(1)
    if (isLastIntent(left, 'step-intent', 'charge'))
      expect(end).toMatchObject({ state: 'failed', exitCode: 24, steps: { charge: 'unknown' } })
    else {
      expect(end).toMatchObject({ state: 'completed', exitCode: 0, message: '' })
      expect([...new Set(run.effects())]).toEqual(['look', 'prepare', 'charge', 'start', 'finish'])
    }
  }
})

describe('completed, undone, killed and undone again', () => {
  // The start of the undo, three undos of two entries each, the end.
  const { kills, inTruth } = killsOf(8)
  async function completed(): Promise<CrashingRun> {
    const run = new CrashingRun()
    expect(await startHere(run)).toMatchObject({ state: 'completed' })
    return run
  }

  let copied: CrashingRun
  beforeAll(async () => {
    copied = await completed()
    expect(await copied.goAndCopy('undo')).toMatchObject({ state: 'undone' })
  })
  afterAll(() => copied.remove())

  it.for(kills)('$name of the undo', async (kill) => {
    copied.leave(kill)
    await expectHonestUndo(copied)
  })

  it.for(inTruth)('$name of the undo, in truth, which leaves what was copied', async (kill, { onTestFinished }) => {
    const run = await completed()
    onTestFinished(() => run.remove())
    expect(await run.go('undo', kill)).toBeUndefined()
    copied.leave(kill)
    expect(await run.shape()).toEqual(await copied.shape())
    await expectHonestUndo(run)
  })

  async function expectHonestUndo(run: CrashingRun): Promise<void> {
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
  }
})
