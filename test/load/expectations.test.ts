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

describe('applies', () => {
  const applying = (applies: string) => ({ 'demo/a.yaml': file({ a: check({ applies }) }) })

  it('is a condition over the facts, with its reason', async () => {
    const { checks } = await definitionsOf(applying('{ that: facts.set, message: there is nothing to judge }'))
    expect(checks.get('demo/a/a')?.applies?.that.source).toBe('facts.set')
    expect((await definitionsOf({ 'demo/a.yaml': file({ a: check() }) })).checks.get('demo/a/a')?.applies).toBeUndefined()
  })

  it.each([
    ['without a reason', '{ that: facts.set }', /missing|invalid|applies/],
    ['that can be told before anything is seen', '{ that: profile == "prod", message: not here }', / unobserved-applicability$/],
    ['that is no condition', '{ that: facts.value, message: not here }', / not-boolean$/],
    ['that reads what there is not', '{ that: facts.sat, message: not here }', / unknown-name$/],
    ['whose reason would show a secret', '{ that: facts.set, message: "${{ env.SECRET }}" }', / secret-in-message$/],
  ])('is refused %s', async (_, applies, problem) => {
    const problems = await problemsOf(applying(applies))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(problem)
  })
})
