import fc from 'fast-check'
import { expect, it } from 'vitest'
import { buildPlan } from '../../../src/checks/plan/build-plan.js'
import { check, definitionsOf, file } from './support/packs.js'

const names = ['a', 'b', 'c', 'd', 'e', 'f']

it('plans the same, in any order of the files and of their declarations', async () => {
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(names, { minLength: names.length }), async (order) => {
      const files = order.map((name) => {
        const needs = name === 'a' ? '[]' : `[demo/${names[names.indexOf(name) - 1]!}/one]`
        const head = name === order[0] ? 'variables: { V: { exposure: public } }\n' : ''
        return [`demo/${name}.yaml`, file({ one: check({ needs, when: 'vars.V != ""' }), two: check() }, head)] as const
      })
      const definitions = await definitionsOf(Object.fromEntries(files))
      const plan = buildPlan(definitions, {
        selectors: [],
        given: [],
        stages: [],
        skip: [],
        phase: 'all',
        profile: 'prod',
      })
      expect(plan.checks.map((planned) => planned.definition.id)).toEqual(
        names.flatMap((name) => [`demo/${name}/one`, `demo/${name}/two`]),
      )
    }),
    { numRuns: 10 },
  )
})
