import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/base/errors.js'
import type { CheckDefinition, Definitions } from '../../../src/checks/definition.js'
import { buildPlan, inOrder, type Orderable } from '../../../src/checks/plan/build-plan.js'
import { type SelectionRequest } from '../../../src/checks/plan/plan.js'
import { stages, type Stage } from '../../../src/base/vocabulary.js'

function definition(id: string, over: Partial<CheckDefinition> = {}): CheckDefinition {
  return {
    id,
    system: id.split('/')[0]!,
    title: id,
    why: '',
    severity: 'high',
    class: 'config',
    profiles: ['prod', 'staging', 'dev'],
    stage: 'config',
    needs: [],
    when: undefined,
    applies: undefined,
    probe: { kind: 'env', input: { references: [], resolve: () => ({}) } },
    expect: [],
    warn: [],
    waivable: true,
    isIndependent: false,
    hasAddedGuard: false,
    timeout: 1000,
    retry: { attempts: 1, delay: 1000 },
    fix: '',
    remedy: undefined,
    runbook: undefined,
    docs: undefined,
    source: '',
    position: { file: 'f', line: 1, column: 1 },
    folder: '/',
    inputs: [],
    variables: [],
    references: [],
    digest: '',
    ...over,
  }
}

const checks = [
  definition('bus/config/port'),
  definition('bus/config/portal', { stage: 'runtime', needs: ['bus/config/port'] }),
  definition('bus/datastores/redis', { stage: 'datastores', needs: ['bus/config/port'] }),
  definition('bus/gates/test', { stage: 'gates', profiles: ['prod'] }),
  definition('shield/config/port', { needs: ['shield/secrets/jwt'] }),
  definition('shield/secrets/jwt', { stage: 'config', profiles: ['dev'] }),
]
const definitions: Definitions = {
  packs: [],
  checks: new Map(checks.map((check) => [check.id, check])),
  profiles: new Map([
    ['prod', 'prod'],
    ['production', 'prod'],
    ['staging', 'staging'],
    ['dev', 'dev'],
  ]),
  defaultSelection: ['bus'],
  digest: '',
}

function plan(over: Partial<SelectionRequest> = {}) {
  return buildPlan(definitions, {
    selectors: [],
    given: [],
    stages: [],
    skip: [],
    phase: 'all',
    profile: 'prod',
    ...over,
  })
}
const idsOf = (over: Partial<SelectionRequest>) => plan(over).checks.map((check) => check.definition.id)

describe('buildPlan', () => {
  it('takes the default selection when nothing else is said', () => {
    expect(idsOf({})).toEqual(['bus/config/port', 'bus/datastores/redis', 'bus/gates/test', 'bus/config/portal'])
    expect(plan()).toMatchObject({
      profile: 'prod',
      declared: 4,
      deselected: [],
      skipped: [],
    })
  })

  it('takes no part of a system that is neither meant nor named for one that was left out', () => {
    expect(plan({ selectors: ['shield/config'], profile: 'dev' })).toMatchObject({
      declared: 2,
      deselected: ['shield/secrets/jwt'],
    })
    expect(plan({ selectors: ['bus/config', 'shield/config'] })).toMatchObject({ declared: 6 })
  })

  it('takes ids and whole segments of paths, and no other prefix', () => {
    expect(idsOf({ selectors: ['bus/config/port'] })).toEqual(['bus/config/port'])
    expect(idsOf({ selectors: ['bus/config', 'shield'] })).toEqual([
      'bus/config/port',
      'shield/config/port',
      'bus/config/portal',
    ])
    expect(() => idsOf({ selectors: ['bus/conf'] })).toThrow(UsageError)
  })

  it('chooses by stage and phase', () => {
    expect(idsOf({ stages: ['gates', 'datastores'] })).toEqual(['bus/datastores/redis', 'bus/gates/test'])
    expect(idsOf({ phase: 'before-start' })).not.toContain('bus/config/portal')
    expect(idsOf({ phase: 'after-start' })).toEqual(['bus/config/portal'])
  })

  it('lists what a skip removed, and what was never chosen as merely deselected', () => {
    const { checks: planned, skipped, deselected } = plan({ skip: ['bus/gates', 'shield'] })
    expect(planned.map((check) => check.definition.id)).not.toContain('bus/gates/test')
    expect(skipped).toEqual(['bus/gates/test'])
    expect(deselected).toEqual(['bus/gates/test'])
  })

  it('keeps only needs that are selected: another one orders nothing and blocks nothing', () => {
    expect(plan({ selectors: ['bus/config/portal'] }).checks[0]!.needs).toEqual([])
    expect(plan({ selectors: ['bus'] }).checks.at(-1)!.needs).toEqual(['bus/config/port'])
    expect(plan({ selectors: ['shield'] }).checks.map((check) => check.needs)).toEqual([[]])
  })

  it('goes by the profile, under any of its names', () => {
    expect(plan({ profile: 'production' }).profile).toBe('prod')
    expect(idsOf({ profile: 'staging' })).not.toContain('bus/gates/test')
    expect(idsOf({ profile: 'dev', selectors: ['shield'] })).toEqual(['shield/secrets/jwt', 'shield/config/port'])
  })

  it.each([
    [{ selectors: ['bus/confg/port'] }, 'unknown check bus/confg/port', 'did you mean bus/config/port?'],
    [{ selectors: ['sheild'] }, 'unknown check sheild', 'did you mean shield?'],
    [{ skip: ['bus/gate'] }, 'unknown check bus/gate', 'did you mean bus/gates?'],
    [{ profile: 'prd' }, 'unknown profile prd', 'did you mean prod?'],
    [{ selectors: [''] }, 'unknown check ', undefined],
    [{ selectors: ['bus/'] }, 'unknown check bus/', 'did you mean bus?'],
  ])('%j is a usage error', (over, message, hint) => {
    expect(() => plan(over)).toThrow(
      expect.objectContaining({ exitCode: 2, message, ...(hint === undefined ? {} : { hint }) }),
    )
  })

  it.each([
    { selectors: ['bus/gates'], profile: 'dev' },
    { skip: ['bus'] },
    { stages: ['toolchain'] satisfies Stage[] },
    { phase: 'after-start' as const, stages: ['config'] satisfies Stage[] },
  ])('%j selects nothing: exit 3, never a go', (over) => {
    expect(() => plan(over)).toThrow(expect.objectContaining({ exitCode: 3, code: 'nothing-selected' }))
  })

  it('accounts for every check, whatever is asked', () => {
    const selector = fc.constantFrom('bus', 'shield', 'bus/config', 'bus/config/port', 'shield/secrets/jwt')
    const request = fc.record({
      selectors: fc.array(selector, { maxLength: 3 }),
      skip: fc.array(selector, { maxLength: 2 }),
      stages: fc.subarray([...stages]),
      phase: fc.constantFrom('all', 'before-start', 'after-start'),
      profile: fc.constantFrom('prod', 'dev', 'production'),
    } as const)
    fc.assert(
      fc.property(request, (asked) => {
        let made
        try {
          made = plan(asked)
        } catch (error) {
          expect(error).toMatchObject({ exitCode: 3 })
          return
        }
        expect(made.checks.length + made.deselected.length).toBe(made.declared)
        expect(new Set([...made.checks.map((check) => check.definition.id), ...made.deselected]).size).toBe(
          made.declared,
        )
        expect(made.deselected).toEqual(expect.arrayContaining([...made.skipped]))
      }),
    )
  })
})

/** Random checks whose needs lie in an earlier or the same stage, without circles, in any order. */
const graphs = fc
  .array(
    fc.record({ stage: fc.constantFrom(...stages), picks: fc.array(fc.nat(), { maxLength: 4 }), rank: fc.nat() }),
    { minLength: 1, maxLength: 30 },
  )
  .map((drafts) => {
    const sorted = [...drafts].sort((a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage))
    const made = sorted.map(({ stage, picks, rank }, index) => ({
      id: `c${index}`,
      stage,
      rank,
      needs: index === 0 ? [] : [...new Set(picks.map((pick) => `c${pick % index}`))],
    }))
    return made.sort((a, b) => a.rank - b.rank)
  })

describe('inOrder', () => {
  it('puts stages first and needs before what needs them, and loses nothing', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const order = inOrder(graph)
        const at = new Map(order.map((check, index) => [check.id, index]))
        expect([...at.keys()].sort()).toEqual(graph.map((check) => check.id).sort())
        expect(order.map((check) => stages.indexOf(check.stage))).toEqual(
          [...order.map((check) => stages.indexOf(check.stage))].sort((a, b) => a - b),
        )
        for (const check of order) for (const need of check.needs) expect(at.get(need)!).toBeLessThan(at.get(check.id)!)
      }),
    )
  })

  it('keeps the given order where nothing asks for another', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const free = graph.map((check) => ({ ...check, needs: [] }))
        for (const stage of stages)
          expect(inOrder(free).filter((check) => check.stage === stage)).toEqual(
            free.filter((check) => check.stage === stage),
          )
      }),
    )
  })

  it.each<[string, Orderable[]]>([
    [
      'a circle',
      [
        { id: 'a', stage: 'config', needs: ['b'] },
        { id: 'b', stage: 'config', needs: ['a'] },
      ],
    ],
    [
      'a need in a later stage',
      [
        { id: 'a', stage: 'config', needs: ['b'] },
        { id: 'b', stage: 'runtime', needs: [] },
      ],
    ],
  ])('refuses %s rather than leave a check out', (_, graph) => {
    expect(() => inOrder(graph)).toThrow('cannot be ordered')
  })
})
