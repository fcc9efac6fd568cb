import { expect, it } from 'vitest'
import type { JournalEntry } from '../../../../src/runbooks/record/journal.js'
import { CrashingRun, type End, type Kill } from './crash.js'
import { resumeHere } from './here.js'

const whole: readonly string[] = ['look', 'prepare', 'charge', 'start', 'finish']

/**
 * Each entry is four operations: the line, its flush, the head, its flush. What a killed process leaves differs at
 * these three.
 */
function boundaries(entries: number): readonly (Kill & { readonly name: string })[] {
  return Array.from({ length: entries }, (_, index) => [
    { name: `before entry ${index + 1} is written`, at: 4 * index + 2 },
    { name: `in the middle of entry ${index + 1}`, at: 4 * index + 2, torn: true },
    { name: `before entry ${index + 1} is acknowledged`, at: 4 * index + 4 },
  ]).flat()
}

/**
 * Of a step that must happen at most once and that nothing can verify: its action was announced, and no end of it is on
 * record.
 */
function isLeftOpen(entries: readonly JournalEntry[]): boolean {
  const last = entries.at(-1)?.event
  return last?.type === 'step-intent' && last.step === 'charge'
}

// The first operation writes the head's two empty slots; thirteen entries follow.
it.concurrent.for(boundaries(13))('killed $name, and resumed', async ({ at, torn }, { onTestFinished }) => {
  const run = new CrashingRun()
  onTestFinished(() => run.remove())
  expect(await run.go('start', { at, torn: torn ?? false })).toBeUndefined()
  const left = await run.entries()
  const done = run.effects()
  expect(done).toEqual(whole.slice(0, done.length))

  const end = await resumeHere(run, left)
  expectHonest(run, left, end)
})

function expectHonest(run: CrashingRun, left: readonly JournalEntry[], end: End | undefined): void {
  const effects = run.effects()
  for (const once of ['charge', 'start'])
    expect(effects.filter((effect) => effect === once).length, `${once} happened`).toBeLessThanOrEqual(1)
  if (left.length === 0) {
    // It died before it began: there is nothing to resume, and nothing was done.
    expect(end).toBeUndefined()
    expect(effects).toEqual([])
    return
  }
  if (isLeftOpen(left)) {
    expect(end).toMatchObject({
      state: 'failed',
      exitCode: 24,
      steps: { charge: 'unknown', start: 'not-run', finish: 'not-run' },
    })
    return
  }
  expect(end).toMatchObject({
    state: 'completed',
    exitCode: 0,
    steps: { look: 'done', prepare: 'done', charge: 'done', start: 'verified', finish: 'done' },
  })
  expect([...new Set(effects)]).toEqual(whole)
}
