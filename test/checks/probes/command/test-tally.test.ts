import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TestTally } from '../../../../src/checks/probes/command/test-tally.js'

function tally(...lines: string[]) {
  const counted = new TestTally()
  for (const line of lines) counted.line(line)
  return { runner: counted.runner, ...counted.counts }
}
const zero = { passed: 0, failed: 0, skipped: 0, errors: 0, uncounted: 0 }

describe('TestTally', () => {
  it.each([
    ['3 passed in 0.02s', { runner: 'pytest', passed: 3 }],
    [
      '=================== 1 failed, 2 passed, 4 skipped, 2 warnings in 61.20s (0:01:01) ===================',
      { runner: 'pytest', failed: 1, passed: 2, skipped: 4 },
    ],
    [
      '5 passed, 1 xfailed, 2 xpassed, 3 deselected, 1 error in 1.10s',
      { runner: 'pytest', passed: 7, uncounted: 4, errors: 1 },
    ],
    ['2 passed, 3 subtests passed in 0.10s', { runner: 'pytest', passed: 2 }],
    ['no tests ran in 0.00s', { runner: 'pytest' }],
    [
      'test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.00s',
      { runner: 'cargo', passed: 12, skipped: 1 },
    ],
    [
      'test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s',
      { runner: 'cargo', passed: 1, failed: 2 },
    ],
    ['      Tests  61 passed (61)', { runner: 'vitest', passed: 61 }],
    [
      '      Tests  2 failed | 63 passed | 2 skipped | 1 todo (68)',
      { runner: 'vitest', failed: 2, passed: 63, skipped: 3 },
    ],
    [
      'Tests:       1 failed, 2 skipped, 1 todo, 3 passed, 7 total',
      { runner: 'jest', failed: 1, skipped: 3, passed: 3 },
    ],
    ['--- PASS: TestSplit (0.00s)', { runner: 'go', passed: 1 }],
    ['    --- SKIP: TestSplit/empty (0.00s)', { runner: 'go', skipped: 1 }],
    ['ok  \texample.org/split\t0.003s', { runner: 'go' }],
    ['FAIL\texample.org/split\t0.003s', { runner: 'go' }],
  ])('%s', (line, counts) => {
    expect(tally(line)).toEqual({ ...zero, ...counts })
  })

  it.each([
    'E   AssertionError: 3 passed in 0.02s',
    'running 12 tests',
    '3 passed',
    ' Test Files  3 passed (3)',
    'Test Suites: 1 passed, 1 total',
    '3 files copied in 5 seconds',
    'PASS',
    '',
  ])('does not take %j for a summary', (line) => {
    expect(tally(line)).toEqual({ runner: 'none', ...zero })
  })

  it('adds up several summaries, and keeps the runner of the first', () => {
    const cargo = (passed: number, ignored: number) =>
      `test result: ok. ${passed} passed; 0 failed; ${ignored} ignored; 0 measured; 0 filtered out`
    expect(tally(cargo(3, 0), 'noise', cargo(0, 2), cargo(4, 0), '1 passed in 0.1s')).toEqual({
      ...zero,
      runner: 'cargo',
      passed: 8,
      skipped: 2,
    })
  })

  it('takes any line, and adds what it says', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'0123456789 passedfilgn,;|()=.\t:-') }),
        (line) => void tally(line),
      ),
    )
    fc.assert(
      fc.property(fc.nat({ max: 1e6 }), fc.nat({ max: 1e6 }), (passed, skipped) => {
        expect(tally(`${passed} passed, ${skipped} skipped in 3.00s`)).toMatchObject({ passed, skipped })
      }),
    )
  })
})
