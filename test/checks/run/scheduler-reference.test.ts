import { setImmediate as tick } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Deadline } from '../../../src/base/time/deadline.js'
import type { CheckDefinition } from '../../../src/checks/definition.js'
import type { RunEvent } from '../../../src/checks/check-event.js'
import type { Plan } from '../../../src/checks/plan/plan.js'
import type { PlanRunRequest, RunResult } from '../../../src/checks/run/check-run-request.js'
import { runPlan } from '../../../src/checks/run/scheduler.js'
import { propertyRuns } from '../../property-runs.js'
import { answerProbe, definition, expression, plan, runOf } from './builders.js'
import { runPlan as runPlanBefore } from './reference-scheduler.js'

const node = fc.record({
  behaviour: fc.constantFrom('pass', 'pass', 'pass', 'pass', 'fail', 'error', 'inapplicable', 'unknowable'),
  isAdvisory: fc.boolean(),
  isGate: fc.boolean(),
  isAlone: fc.integer({ min: 0, max: 4 }).map((number) => number === 0),
  ticks: fc.integer({ min: 0, max: 5 }),
  needs: fc.array(fc.nat(), { maxLength: 4 }),
  isWaived: fc.boolean(),
  rank: fc.nat(),
})
type Node = typeof node extends fc.Arbitrary<infer Shape> ? Shape : never

/**
 * `ordered`: each need is before what needs it, as in every plan; `shuffled`: or behind it, and there are no circles;
 * `any`: circles as well.
 */
type Order = 'ordered' | 'shuffled' | 'any'

function graph(nodes: readonly Node[], order: Order): Plan {
  const sorted = order === 'ordered' ? nodes.toSorted((a, b) => Number(a.isGate) - Number(b.isGate)) : nodes
  const ranked = sorted.map((_, index) => index)
  if (order === 'shuffled') ranked.sort((a, b) => sorted[a]!.rank - sorted[b]!.rank)
  const needsOf = (needs: readonly number[], index: number): string[] => {
    const possible = order === 'any' ? ranked : ranked.slice(0, ranked.indexOf(index))
    return possible.length === 0 ? [] : needs.map((need) => `a/a/${possible[need % possible.length]}`)
  }
  const checks = sorted.map(({ behaviour, isAdvisory, isGate, isAlone, ticks, needs }, index): CheckDefinition =>
    definition({
      id: `a/a/${index}`,
      stage: isGate ? 'gates' : 'config',
      severity: isAdvisory ? 'advisory' : 'blocker',
      needs: needsOf(needs, index),
      ...(behaviour === 'inapplicable' ? { when: expression('false', () => false) } : {}),
      ...(behaviour === 'unknowable' ? { when: expression('none', () => undefined) } : {}),
      probe: {
        kind: isAlone ? 'lonely' : 'answer',
        input: { references: [], resolve: () => ({ id: `${behaviour} ${ticks} ${index}` }) },
      },
    }),
  )
  return plan(checks)
}

interface Ran {
  readonly result: Omit<RunResult, 'outcomes'>
  readonly outcomes: readonly unknown[]
  /** What was reported, and what was looked at, in the order in which that happened. */
  readonly happened: readonly string[]
}

/** Runs it, and writes down what happened; `abortAfter` so many events it is interrupted. */
async function ran(
  run: typeof runPlan,
  plans: Plan,
  overrides: Partial<PlanRunRequest>,
  abortAfter = Infinity,
): Promise<Ran> {
  const happened: string[] = []
  const interruption = new AbortController()
  const observe = async ({ id: input }: { readonly id: string }) => {
    const [behaviour, ticks, index] = input.split(' ')
    happened.push(`observes a/a/${index}`)
    for (let each = 0; each < Number(ticks); each += 1) await tick()
    happened.push(`observed a/a/${index}`)
    if (behaviour === 'error') throw new Error('boom')
    return { ok: behaviour !== 'fail', value: '' }
  }
  const probes = [answerProbe(observe), answerProbe(observe, { kind: 'lonely', concurrency: 'alone' })]
  const onEvent = (event: RunEvent): void => {
    happened.push(`${event.type} ${event.id}${event.type === 'check-finished' ? ` ${event.outcome.status}` : ''}`)
    // As a signal does: between two things that happen, not within one.
    if (happened.length >= abortAfter) setImmediate(() => interruption.abort())
  }
  const { outcomes, ...result } = await run(
    runOf(plans, probes, { onEvent, signal: interruption.signal, ...overrides }).request,
  )
  return {
    result,
    outcomes: outcomes.map(({ id, status, message, blockedBy, attempts }) => [
      id,
      status,
      message,
      blockedBy,
      attempts,
    ]),
    happened,
  }
}

function waiverOf(nodes: readonly Node[]): Required<Pick<PlanRunRequest, 'waive'>> {
  return {
    waive: (outcome) =>
      outcome.status === 'fail' && nodes[Number(outcome.id.slice('a/a/'.length))]?.isWaived === true
        ? { ...outcome, status: 'waived' }
        : outcome,
  }
}

const nodes = fc.array(node, { maxLength: 24 })
const concurrency = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 64 }))

describe('a run is what the slow scheduler before made of it', () => {
  it.each(['ordered', 'shuffled', 'any'] as const)('event by event, for %s graphs', async (order) => {
    await fc.assert(
      fc.asyncProperty(nodes, concurrency, fc.boolean(), async (all, most, failFast) => {
        const plans = graph(all, order)
        const options = { concurrency: most, failFast, ...waiverOf(all) }
        expect(await ran(runPlan, plans, options)).toEqual(await ran(runPlanBefore, plans, options))
      }),
      { numRuns: propertyRuns(900) },
    )
  })

  it('when it is interrupted', async () => {
    await fc.assert(
      fc.asyncProperty(nodes, concurrency, fc.integer({ min: 1, max: 60 }), async (all, most, after) => {
        const plans = graph(all, 'ordered')
        const before = await ran(runPlanBefore, plans, { concurrency: most }, after)
        expect(await ran(runPlan, plans, { concurrency: most }, after)).toEqual(before)
      }),
      { numRuns: propertyRuns(150) },
    )
  })

  it('when its deadline has passed before it begins', async () => {
    await fc.assert(
      fc.asyncProperty(nodes, fc.boolean(), async (all, failFast) => {
        const plans = graph(all, 'any')
        const options = (): Partial<PlanRunRequest> => ({ failFast, deadline: Deadline.after(0) })
        expect(await ran(runPlan, plans, options())).toEqual(await ran(runPlanBefore, plans, options()))
      }),
      { numRuns: propertyRuns(90) },
    )
  })
})

describe('a long plan', () => {
  /** How often the needs of a check are read in a run of so many checks, each of which needs the one before. */
  async function readsIn(count: number, isChain: boolean): Promise<number> {
    let reads = 0
    const checks = Array.from({ length: count }, (_, index) =>
      definition({ id: `a/a/${index}`, needs: isChain && index > 0 ? [`a/a/${index - 1}`] : [] }),
    )
    const { checks: planned, ...rest } = plan(checks)
    const counted = planned.map((check) => ({
      definition: check.definition,
      get needs() {
        reads += 1
        return check.needs
      },
    }))
    await runPlan(runOf({ ...rest, checks: counted }, [answerProbe(() => ({ ok: true, value: '' }))]).request)
    return reads
  }

  it.each([true, false])('looks at each check a bounded number of times (chain: %s)', async (isChain) => {
    for (const count of [10, 1000]) expect(await readsIn(count, isChain)).toBeLessThanOrEqual(6 * count)
  })
})
