import { describe, expect, it } from 'vitest'
import { isConsistent } from '../../../src/attestation/statement/judge-statement.js'
import type { Statement } from '../../../src/attestation/statement/statement.js'
import { checkResult } from '../../incidents/documents.js'
import { attestable, digest, stated } from './documents.js'

const good = stated(attestable([checkResult('a/b/c'), checkResult('a/b/w', { status: 'waived' })]))

function changed(
  predicate: Partial<Statement['predicate']>,
  run: Partial<Statement['predicate']['preflightRun']> = {},
): Statement {
  return {
    ...good,
    predicate: { ...good.predicate, ...predicate, preflightRun: { ...good.predicate.preflightRun, ...run } },
  }
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
    [
      'says go beside a failed check',
      changed({ passedTests: [], failedTests: ['a/b/c'] }, { counts: { ...counts, pass: 0, fail: 1 } }),
    ],
    [
      'says go where nothing was observed',
      changed(
        { result: 'PASSED', passedTests: [], warnedTests: [] },
        { waived: [], counts: { ...counts, pass: 0, waived: 0, notApplicable: 2 } },
      ),
    ],
    ['calls locked what has no lock', changed({}, { coverage: 'locked' })],
    [
      'calls whole what has a lock',
      changed(
        { configuration: [{ name: 'lock', digest: { sha256: digest } }] },
        { lock: { digest, state: 'other-selection' } },
      ),
    ],
    ['calls whole what left something out', changed({}, { counts: { ...counts, declared: 3, deselected: 1 } })],
    ['names fewer tests than it counts', changed({ passedTests: [] })],
    ['has counts that do not add up', changed({}, { counts: { ...counts, selected: 9, declared: 9 } })],
    ['has declared checks that are nowhere', changed({}, { counts: { ...counts, declared: 9 } })],
    [
      'names a test twice among those that passed',
      changed({ passedTests: ['a/b/c', 'a/b/c'] }, { counts: { ...counts, pass: 2, selected: 3, declared: 3 } }),
    ],
    ['names a test as passed and as warned', changed({ passedTests: ['a/b/w'] })],
    [
      'names a waived check twice',
      changed(
        { warnedTests: ['a/b/w', 'a/b/v'] },
        { waived: ['a/b/w', 'a/b/w'], counts: { ...counts, waived: 2, selected: 3, declared: 3 } },
      ),
    ],
    [
      'names a waiver of a check that is not waived',
      changed({}, { waivers: [{ ...good.predicate.preflightRun.waivers![0]!, check: 'a/b/c' }] }),
    ],
    ['leaves the waiver of a waived check out', changed({}, { waivers: [] })],
    ['names no definitions', changed({ configuration: [] })],
    ['ends before it starts', changed({}, { startedAt: '2026-01-02T03:04:07.001Z' })],
    [
      'is about a commit that was not the one checked out',
      { ...good, subject: [{ digest: { gitCommit: 'f'.repeat(40) } }] },
    ],
    ['is about a commit where none was checked out', changed({}, { git: null })],
    ['names a lock and kept to none', changed({ configuration: [{ name: 'lock', digest: { sha256: digest } }] })],
    [
      'names another lock than the one it kept to',
      changed(
        { configuration: [{ name: 'lock', digest: { sha256: 'cd'.repeat(32) } }] },
        { lock: { digest, state: 'locked' }, coverage: 'locked' },
      ),
    ],
    [
      'names a digest twice',
      changed({ configuration: [...good.predicate.configuration, ...good.predicate.configuration] }),
    ],
    ['names a waived check that it does not list', changed({}, { waived: ['a/b/x'] })],
  ])('%s', (_, statement) => {
    expect(isConsistent(statement)).toBe(false)
  })
})
