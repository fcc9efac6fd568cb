import { describe, expect, it } from 'vitest'
import { rootCauses } from '../../../src/reports/html/root-causes.js'
import { checkResult } from './checks.js'

const outline = (...checks: readonly Parameters<typeof checkResult>[0][]): string[] =>
  rootCauses(checks.map(checkResult)).map(({ id, blocked }) => [id, ...blocked.map((check) => check.id)].join(' < '))

describe('what has to be mended', () => {
  it('is nothing when all is green', () => {
    expect(outline({ id: 'a' }, { id: 'b', status: 'warn' }, { id: 'c', status: 'waived' })).toEqual([])
  })

  it('comes with what waits for it, advisory checks too, and no blocked check is a cause', () => {
    expect(
      outline(
        { id: 'a', status: 'fail' },
        { id: 'b', status: 'blocked', blockedBy: 'a' },
        { id: 'c', status: 'warn', blockedBy: 'a' },
      ),
    ).toEqual(['a < b < c'])
  })

  it('is in the order of severity, then of what it holds up, then of the document', () => {
    expect(
      outline(
        { id: 'high', severity: 'high', status: 'fail' },
        { id: 'alone', status: 'error' },
        { id: 'alone-too', status: 'timeout' },
        { id: 'holds-up', status: 'fail' },
        { id: 'waits', status: 'blocked', blockedBy: 'holds-up' },
        { id: 'holds-up-a-blocker', severity: 'high', status: 'fail' },
        { id: 'waits-too', status: 'blocked', blockedBy: 'holds-up-a-blocker' },
      ),
    ).toEqual(['holds-up < waits', 'holds-up-a-blocker < waits-too', 'alone', 'alone-too', 'high'])
  })

  it('is named even when the document does not hold it', () => {
    expect(outline({ id: 'b', status: 'blocked', blockedBy: 'gone' })).toEqual(['gone < b'])
  })

  it('is a check that is blocked by nothing it names', () => {
    expect(outline({ id: 'b', status: 'blocked' })).toEqual(['b'])
  })
})
