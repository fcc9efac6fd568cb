import { describe, expect, it } from 'vitest'
import { check, definitionsOf, file, problemsOf } from './support/packs.js'

const pack = (expectations: string) => ({ 'demo/a.yaml': file({ a: check({ expect: expectations }) }) })

describe('an expectation', () => {
  it('may pass by itself only where it says so', async () => {
    const { checks } = await definitionsOf(pack('[{ that: facts.set, transient: true }, { that: facts.set, transient: false }, { that: facts.set }]'))
    expect(checks.get('demo/a/a')?.expect.map(({ isTransient }) => isTransient)).toEqual([true, false, false])
  })

  it.each(['"true"', 'yes', '1', 'null'])('says so in no other way: %s', async (word) => {
    expect(await problemsOf(pack(`[{ that: facts.set, transient: ${word} }]`))).toHaveLength(1)
  })
})
