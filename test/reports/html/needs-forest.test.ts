import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { needsForest, type Forest } from '../../../src/reports/html/needs-forest.js'
import { checkResult } from './checks.js'

const forest = (...checks: readonly Parameters<typeof checkResult>[0][]): Forest => needsForest(checks.map(checkResult))

/** The drawing as text: `│` where a line passes, `├` and `└` where one ends. */
const drawn = ({ branches }: Forest): string[] =>
  branches.map(({ check, depth, trunks, isLast, alsoNeeds }) => {
    const lines = depth === 0 ? '' : `${trunks.map((runs) => (runs ? '│' : ' ')).join('')}${isLast ? '└' : '├'}`
    return `${lines}${check.id}${alsoNeeds.length === 0 ? '' : ` +${alsoNeeds.join('+')}`}`
  })

describe('the drawing of what needs what', () => {
  it('puts every check below what it needs', () => {
    expect(
      drawn(
        forest(
          { id: 'a' },
          { id: 'b', needs: ['a'] },
          { id: 'c', needs: ['b'] },
          { id: 'd', needs: ['a'] },
          { id: 'e', needs: ['d'] },
        ),
      ),
    ).toEqual(['a', '├b', '│└c', '└d', ' └e'])
  })

  it('leaves out checks that are alone', () => {
    expect(forest({ id: 'a' }, { id: 'b' }, { id: 'c', needs: ['b'] })).toMatchObject({
      lone: 1,
      branches: [{ depth: 0 }, { depth: 1 }],
    })
  })

  it('draws a check with several needs once: below the deepest, without those that are above it anyway', () => {
    expect(
      drawn(forest({ id: 'a' }, { id: 'b', needs: ['a'] }, { id: 'x' }, { id: 'c', needs: ['a', 'x', 'b'] })),
    ).toEqual(['a', '└b', ' └c +x'])
  })

  it('draws it below the need that is red, when one is', () => {
    expect(
      drawn(
        forest(
          { id: 'a' },
          { id: 'b', needs: ['a'] },
          { id: 'red', status: 'fail' },
          { id: 'c', status: 'blocked', blockedBy: 'red', needs: ['b', 'red'] },
        ),
      ),
    ).toEqual(['a', '└b', 'red', '└c +b'])
  })

  it('knows of an older result what blocked a check', () => {
    const older = checkResult({ id: 'b', status: 'blocked', blockedBy: 'a' })
    delete older.needs
    expect(drawn(needsForest([checkResult({ id: 'a', status: 'fail' }), older]))).toEqual(['a', '└b'])
  })

  it('names needs that the document does not hold', () => {
    expect(drawn(forest({ id: 'b', needs: ['gone'] }))).toEqual(['b +gone'])
  })

  it('draws each check at most once, whatever needs a damaged document claims', () => {
    const ids = ['a', 'b', 'c', 'd', 'e']
    const check = fc.record({ id: fc.constantFrom(...ids), needs: fc.array(fc.constantFrom(...ids)) })
    fc.assert(
      fc.property(fc.array(check), (checks) => {
        const { branches, lone } = forest(...checks)
        const names = branches.map((branch) => branch.check.id)
        expect(new Set(names).size).toBe(names.length)
        expect(names.length + lone).toBe(new Set(checks.map(({ id }) => id)).size)
        for (const { depth, trunks } of branches) expect(trunks).toHaveLength(Math.max(0, depth - 1))
      }),
    )
  })
})
