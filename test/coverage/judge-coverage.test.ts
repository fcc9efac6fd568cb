import { describe, expect, it } from 'vitest'
import { coverageProblems, type CoverageGround } from '../../scripts/coverage/judge-coverage.js'
import type { CoveredRow, CoveredRows } from '../../scripts/coverage/rows.js'
import { readTestReport, type TestCase } from '../../scripts/coverage/test-report.js'

const reported = (name: string, ancestorTitles: readonly string[], title: string, status = 'passed') => ({
  name: `/somewhere/test/${name}`,
  assertionResults: [{ ancestorTitles, title, fullName: title, status, duration: 1 }],
})
const practice = 'e2e/runbooks/practice.test.ts'

/** A report as the runner writes it. */
const tests = (...files: readonly ReturnType<typeof reported>[]): readonly TestCase[] =>
  readTestReport(JSON.stringify({ numTotalTests: files.length, testResults: files }))

const ground: CoverageGround = {
  inventory: ['000-01', '000-02', '000-03'],
  checks: new Set(['arqonbus/config/numbers', 'arqonbus/config/debug-off']),
  runbooks: new Set(['arqonbus/daily']),
  alerts: new Set(['arqonbus/service-down']),
  faults: new Map([['debug-on', new Set(['arqonbus/config/debug-off'])]]),
  tests: tests(
    reported('e2e/faults/configuration.test.ts', ['faults: configuration, secrets'], 'debug-on'),
    reported(practice, ['arqonbus/daily'], 'is played to its end'),
    reported('e2e/looks.test.ts', ['the looks (000-03)'], 'find a healthy bus healthy'),
  ),
}

const row = (entry: Partial<CoveredRow>): CoveredRow => ({ kind: 'check', ids: [], proof: [], ...entry })
const covered: CoveredRows = {
  '000-01': row({ kind: 'reference' }),
  '000-02': row({ ids: ['arqonbus/config/debug-off'], proof: [{ fault: 'debug-on' }] }),
  '000-03': row({ kind: 'runbook', ids: ['arqonbus/daily'], proof: ['practice', 'test'] }),
}
const problemsWith = (rows: CoveredRows, other: Partial<CoverageGround> = {}): readonly string[] =>
  coverageProblems({ ...covered, ...rows }, { ...ground, ...other })

describe('the coverage of the inventory', () => {
  it('is whole when every row has its ids and its proofs ran', () => {
    expect(problemsWith({})).toEqual([])
  })

  it('is not when a row has no entry', () => {
    expect(problemsWith({}, { inventory: [...ground.inventory, '000-04'] })).toEqual(['000-04: has no entry'])
  })

  it('is not when an entry is of no row', () => {
    expect(problemsWith({ '000-99': row({ kind: 'open' }) })).toEqual(['000-99: is not a row of the inventory'])
  })

  it('is not when an id does not exist', () => {
    const rows = {
      '000-02': row({ ids: ['arqonbus/config/debug-off', 'arqonbus/config/gone'], proof: [{ fault: 'debug-on' }] }),
    }
    expect(problemsWith(rows)).toEqual(['000-02: there is no check, runbook or alert arqonbus/config/gone'])
  })

  it('is not when one id serves seven rows; six are accepted', () => {
    const numbers = ['04', '05', '06', '07', '08', '09', '10']
    const rowsOf = (count: number): CoveredRows =>
      Object.fromEntries(numbers.slice(0, count).map((each) => [`000-${each}`, covered['000-02']!]))
    const inventory = [...ground.inventory, ...numbers.map((each) => `000-${each}`)]
    expect(problemsWith(rowsOf(5), { inventory: inventory.slice(0, 8) })).toEqual([])
    expect(problemsWith(rowsOf(6), { inventory: inventory.slice(0, 9) })).toEqual([
      'arqonbus/config/debug-off serves 7 rows, more than 6: 000-02, 000-04, 000-05, 000-06, 000-07, 000-08, 000-09',
    ])
  })

  it('is not when something that can be judged is called a reference', () => {
    expect(problemsWith({ '000-02': row({ kind: 'reference' }) })).toEqual([
      '000-02: is not a reference: something of it can be judged',
    ])
  })

  it('is not when something is called only the word of a person', () => {
    expect(problemsWith({ '000-02': { ...covered['000-02']!, kind: 'attested' } })).toEqual([
      '000-02: is not only the word of a person',
    ])
  })

  it('is not when a row is said to be done and names neither ids nor proof', () => {
    expect(problemsWith({ '000-02': row({}) })).toEqual(['000-02: names no id', '000-02: names no proof'])
  })

  it('asks for nothing of a row that is open, which then claims nothing', () => {
    expect(problemsWith({ '000-02': row({ kind: 'open' }) })).toEqual([])
    expect(problemsWith({ '000-02': { ...covered['000-02']!, kind: 'open' } })).toEqual([
      '000-02: is open, so it has no ids and no proof',
    ])
  })
})

describe('a proof', () => {
  it.each(['skipped', 'failed', 'pending'])('that is %s proves nothing', (status) => {
    const [, ...others] = ground.tests
    const skipped = { ...ground.tests[0]!, status }
    expect(problemsWith({}, { tests: [skipped, ...others] })).toEqual([`000-02: fault debug-on is ${status}: debug-on`])
  })

  it('did not run when no test of the report is of it', () => {
    expect(problemsWith({}, { tests: [] })).toEqual([
      '000-02: no fault debug-on ran',
      '000-03: no practice of arqonbus/daily ran',
      '000-03: no test with 000-03 in its title ran',
    ])
  })

  it('by a fault must be one that turns a check of the row red', () => {
    expect(
      problemsWith({ '000-02': row({ ids: ['arqonbus/config/numbers'], proof: [{ fault: 'debug-on' }] }) }),
    ).toEqual(['000-02: none of its checks turns red with the fault debug-on'])
    expect(problemsWith({ '000-02': row({ ids: ['arqonbus/config/numbers'], proof: [{ fault: 'gone' }] }) })).toEqual([
      '000-02: there is no fault gone',
    ])
  })

  it('by a fault is not a test elsewhere that has its name', () => {
    const [, ...others] = ground.tests
    const elsewhere = tests(reported('e2e/other.test.ts', [], 'debug-on'))
    expect(problemsWith({}, { tests: [...elsewhere, ...others] })).toEqual(['000-02: no fault debug-on ran'])
  })

  it('by a practice needs a runbook', () => {
    expect(problemsWith({ '000-02': row({ ids: ['arqonbus/config/numbers'], proof: ['practice'] }) })).toEqual([
      '000-02: has no runbook to practise',
    ])
  })

  it('by a test needs the id itself, not a longer number, and every test that names it to pass', () => {
    const [fault, played] = ground.tests
    const longer = tests(reported('a.test.ts', ['of 1000-03 and 000-031'], 'is something else'))
    expect(problemsWith({}, { tests: [fault!, played!, ...longer] })).toEqual([
      '000-03: no test with 000-03 in its title ran',
    ])
    const skipped = tests(reported('a.test.ts', [], 'is not tried here (000-03)', 'skipped'))
    expect(problemsWith({}, { tests: [...ground.tests, ...skipped] })).toEqual([
      '000-03: test with 000-03 in its title is skipped: is not tried here (000-03)',
    ])
  })
})
