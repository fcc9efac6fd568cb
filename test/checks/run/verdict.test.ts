import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../../src/checks/check-event.js'
import { statuses, type Status } from '../../../src/base/vocabulary.js'
import { coverageOf } from '../../../src/checks/result/coverage.js'
import { countNames, reachVerdict } from '../../../src/checks/run/verdict.js'
import { definition, plan } from './builders.js'

const strict = { failOnWarn: true }
const lenient = { failOnWarn: false }

function outcome(id: string, status: Status): Outcome {
  return {
    id,
    status,
    class: 'config',
    message: '',
    facts: {},
    failedExpectations: [],
    blockedBy: undefined,
    attempts: 1,
    startedAt: '',
    durationMs: 0,
  }
}

function verdictOf(found: readonly Status[], options = lenient) {
  const ids = found.map((_, index) => `a/a/${index}`)
  return reachVerdict(
    plan(ids.map((id) => definition({ id }))),
    found.map((status, index) => outcome(ids[index]!, status)),
    options,
  )
}

describe('the verdict', () => {
  it.each<[readonly Status[], number, number]>([
    [['pass'], 0, 0],
    [['pass', 'not-applicable', 'waived'], 0, 0],
    [['pass', 'warn'], 0, 5],
    [['warn'], 0, 5],
    [['waived'], 0, 0],
    [['pass', 'error'], 4, 4],
    [['pass', 'timeout'], 4, 4],
    [['pass', 'blocked'], 4, 4],
    [['error', 'timeout', 'blocked', 'warn', 'fail'], 1, 1],
    [['not-applicable'], 3, 3],
    [['not-applicable', 'not-applicable'], 3, 3],
    [['not-applicable', 'error'], 4, 4],
    [[], 3, 3],
  ])('of %j is exit %i, and %i when warnings count', (found, exitCode, strictExitCode) => {
    expect(verdictOf(found)).toMatchObject({ exitCode, verdict: exitCode === 0 ? 'go' : 'no-go', gaps: [] })
    expect(verdictOf(found, strict)).toMatchObject({
      exitCode: strictExitCode,
      verdict: strictExitCode === 0 ? 'go' : 'no-go',
      gaps: [],
    })
  })

  it('does not depend on the order of the outcomes, counts each once, and is never go with anything that is not green', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...statuses), { minLength: 1 }),
        fc.boolean(),
        fc.infiniteStream(fc.nat()),
        (found, failOnWarn, shuffle) => {
          const shuffled = found
            .map((status) => ({ status, key: shuffle.next().value ?? 0 }))
            .toSorted((a, b) => a.key - b.key)
            .map(({ status }) => status)
          const verdict = verdictOf(found, { failOnWarn })
          expect(verdictOf(shuffled, { failOnWarn })).toEqual(verdict)
          expect(Object.values(countNames).reduce((sum, name) => sum + verdict.counts[name], 0)).toBe(found.length)
          const isGreen = found.every((status) => ['pass', 'waived', 'not-applicable', 'warn'].includes(status))
          const hasWarned = failOnWarn && found.includes('warn')
          expect(verdict.verdict === 'go').toBe(
            isGreen && !hasWarned && found.some((status) => status !== 'not-applicable'),
          )
        },
      ),
    )
  })
})

describe('a run of which something was to be observed', () => {
  const observed = (id: string, status: Status): Outcome => ({ ...outcome(id, status), facts: { set: true } })
  const three = plan(['a/a/x', 'a/a/y', 'a/a/z'].map((id) => definition({ id })))

  it.each<[readonly Outcome[], number, number]>([
    [[observed('a/a/x', 'pass'), observed('a/a/y', 'waived'), observed('a/a/z', 'warn')], 3, 0],
    [[observed('a/a/x', 'pass'), observed('a/a/y', 'pass'), outcome('a/a/z', 'warn')], 3, 3],
    [[observed('a/a/x', 'pass'), observed('a/a/y', 'pass'), outcome('a/a/z', 'not-applicable')], 3, 3],
    [[observed('a/a/x', 'pass'), observed('a/a/y', 'pass'), outcome('a/a/z', 'not-applicable')], 2, 0],
    [[observed('a/a/x', 'pass'), observed('a/a/y', 'fail'), outcome('a/a/z', 'not-applicable')], 3, 1],
    [[observed('a/a/x', 'pass'), outcome('a/a/y', 'timeout'), outcome('a/a/z', 'not-applicable')], 3, 4],
  ])('%j, at least %i, is exit %i', (outcomes, minChecks, exitCode) => {
    expect(reachVerdict(three, outcomes, { failOnWarn: false, minChecks })).toMatchObject({
      exitCode,
      verdict: exitCode === 0 ? 'go' : 'no-go',
      gaps: [],
    })
  })
})

describe('a gap in the accounting', () => {
  const two = plan([definition({ id: 'a/a/x' }), definition({ id: 'a/a/y' })])
  const [x, y] = [outcome('a/a/x', 'pass'), outcome('a/a/y', 'pass')]

  it.each([
    ['a check without an outcome', two, [x]],
    ['an outcome that was not planned', two, [x, y, outcome('a/a/z', 'pass')]],
    ['two outcomes of one check', two, [x, x, y]],
    ['one outcome twice in place of another', two, [x, x]],
    ['a check that is planned twice', plan([definition({ id: 'a/a/x' }), definition({ id: 'a/a/x' })]), [x, x]],
    ['checks that are neither selected nor deselected', { ...two, declared: 3 }, [x, y]],
  ])('is a bug of ours: %s', (_, planned, outcomes) => {
    const verdict = reachVerdict(planned, outcomes, lenient)
    expect(verdict).toMatchObject({ verdict: 'no-go', exitCode: 70 })
    expect(verdict.gaps).not.toEqual([])
  })

  it('counts what could not be judged from this host, and such a go is for a part', () => {
    const away: Outcome = { ...outcome('a/a/1', 'not-applicable'), isElsewhere: true }
    const { counts, verdict, gaps } = reachVerdict(
      plan([definition({ id: 'a/a/0' }), definition({ id: 'a/a/1' })]),
      [outcome('a/a/0', 'pass'), away],
      lenient,
    )
    expect({
      verdict,
      gaps,
      notApplicable: counts.notApplicable,
      elsewhere: counts.elsewhere,
      coverage: coverageOf({ counts }),
    }).toEqual({ verdict: 'go', gaps: [], notApplicable: 1, elsewhere: 1, coverage: 'part' })
    expect(verdictOf(['pass', 'not-applicable']).counts).not.toHaveProperty('elsewhere')
  })
})
