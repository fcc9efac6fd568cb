import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checklistEnd, itemEnds } from '../../../src/runbooks/run/checklist-end.js'
import { stepStates, type StepState } from '../../../src/runbooks/definition/runbook-vocabulary.js'

const item = (state: StepState, path: string = state) => ({ path, state })

const someItems = fc.array(fc.record({ state: fc.constantFrom(...stepStates), path: fc.string() }))

describe('the end of a checklist', () => {
  it.each([
    [['done', 'verified'], 0, 'completed'],
    [['done', 'skipped'], 0, 'completed'],
    [['done', 'open'], 29, 'open'],
    [['done', 'open', 'not-evaluated'], 4, 'not-evaluated'],
    [['done', 'open', 'not-evaluated', 'failed'], 1, 'failed'],
    [['skipped'], 4, 'not-evaluated'],
    [['done', 'unknown'], 4, 'not-evaluated'],
  ] as const)('is, of items that are %s, %i', (states, exitCode, state) => {
    expect(
      checklistEnd(
        states.map((each) => item(each)),
        false,
      ),
    ).toMatchObject({ exitCode, state })
  })

  it('names the items by how they ended', () => {
    const items = [item('done', 'a'), item('failed', 'b'), item('open', 'c'), item('not-evaluated', 'd')]
    expect(checklistEnd(items, false).message).toBe('1 of 4 items holds; failed: b; not evaluated: d; open: c')
  })

  it('is by the word of a person where one said that something is done', () => {
    expect(checklistEnd([item('done')], true).state).toBe('completed-with-manual')
  })

  it('is a function of how the items ended, in whatever order', () => {
    fc.assert(
      fc.property(someItems, someItems, (some, others) => {
        const items = [...some, ...others]
        const ends = new Set(items.map(({ state }) => itemEnds[state]))
        const { exitCode } = checklistEnd(items, false)
        expect(exitCode).toBe(
          ends.has('red')
            ? 1
            : ends.has('not-evaluated') || !(ends.has('holds') || ends.has('open'))
              ? 4
              : ends.has('open')
                ? 29
                : 0,
        )
        expect(checklistEnd(items.toReversed(), false).exitCode).toBe(exitCode)
        expect(checklistEnd([...items, item('failed')], true).exitCode).toBe(1)
      }),
    )
  })
})
