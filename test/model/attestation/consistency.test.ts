import { describe, expect, it } from 'vitest'
import { isConsistent } from '../../../src/model/attestation/consistency.js'
import type { Statement } from '../../../src/model/attestation/statement.js'
import { checkResult } from '../incident/documents.js'
import { attestable, digest, stated } from './documents.js'

const good = stated(attestable([checkResult('a/b/c'), checkResult('a/b/w', { status: 'waived' })]))

function changed(predicate: Partial<Statement['predicate']>, run: Partial<Statement['predicate']['preflightRun']> = {}): Statement {
  return { ...good, predicate: { ...good.predicate, ...predicate, preflightRun: { ...good.predicate.preflightRun, ...run } } }
}

it('what is made of a result is consistent', () => {
  expect(isConsistent(good)).toBe(true)
})

describe('no statement of ours', () => {
  const { counts } = good.predicate.preflightRun
  it.each<[string, Statement]>([
    ['calls a waived one passed', changed({ result: 'PASSED' })],
    ['calls a no-go anything but failed', changed({}, { verdict: 'no-go', exitCode: 1 })],
    ['says go with an exit code of a no-go', changed({}, { exitCode: 1 })],
    ['says no-go with the exit code of a go', changed({ result: 'FAILED' }, { verdict: 'no-go' })],
    ['says go beside a failed check', changed({ passedTests: [], failedTests: ['a/b/c'] }, { counts: { ...counts, pass: 0, fail: 1 } })],
    ['says go where nothing was observed', changed({ result: 'PASSED', passedTests: [], warnedTests: [] }, { waived: [], counts: { ...counts, pass: 0, waived: 0, notApplicable: 2 } })],
    ['calls locked what has no lock', changed({}, { coverage: 'locked' })],
    ['calls whole what has a lock', changed({}, { lock: { digest, state: 'other-selection' } })],
    ['calls whole what left something out', changed({}, { counts: { ...counts, declared: 3, deselected: 1 } })],
    ['names fewer tests than it counts', changed({ passedTests: [] })],
    ['has counts that do not add up', changed({}, { counts: { ...counts, selected: 9, declared: 9 } })],
    ['has declared checks that are nowhere', changed({}, { counts: { ...counts, declared: 9 } })],
    ['names a waived check that it does not list', changed({}, { waived: ['a/b/x'] })],
  ])('%s', (_, statement) => {
    expect(isConsistent(statement)).toBe(false)
  })
})
