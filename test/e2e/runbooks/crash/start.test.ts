import { afterAll, beforeAll, expect, it } from 'vitest'
import type { JournalEntry } from '../../../../src/runbooks/record/journal.js'
import { CrashingRun, type End, isDeep, type Kill } from './crash.js'
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
const kills = boundaries(13)

let copied: CrashingRun
beforeAll(async () => {
  copied = new CrashingRun()
  expect(await copied.goAndCopy('start')).toMatchObject({ state: 'completed' })
})
afterAll(() => copied.remove())

it.for(kills)('killed $name, and resumed', async (kill) => {
  copied.leave(kill)
  await expectHonestResume(copied)
})

/** Before it began, in the middle of announcing `charge`, and before what came of it is written. */
const inTruth = ['before entry 1 is written', 'in the middle of entry 6', 'before entry 7 is written']

it.for(kills.filter(({ name }) => isDeep || inTruth.includes(name)))(
  'killed $name in truth, which leaves what was copied, and resumed',
  async (kill, { onTestFinished }) => {
    const run = new CrashingRun()
    onTestFinished(() => run.remove())
    expect(await run.go('start', kill)).toBeUndefined()
    copied.leave(kill)
    expect(await run.shape()).toEqual(await copied.shape())
    await expectHonestResume(run)
  },
)

async function expectHonestResume(run: CrashingRun): Promise<void> {
  const left = await run.entries()
  const done = run.effects()
  expect(done).toEqual(whole.slice(0, done.length))
  expectHonest(run, left, await resumeHere(run, left))
}

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
