import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CheckDefinition, Definitions } from '../../src/model/definition.js'
import type { SelectionRequest } from '../../src/model/plan.js'
import { formatLock, isSameChoice, LockFormatError, parseLock, placeInLock, type SelectionLock } from '../../src/model/selection-lock.js'
import type { Stage } from '../../src/model/vocabulary.js'
import { buildPlan } from '../../src/plan/build-plan.js'
import { compareWithLock } from '../../src/plan/compare-lock.js'
import { definition } from '../run/builders.js'

const hash = (letter: string): string => letter.repeat(64)
const check = (name: string, over: Partial<CheckDefinition> = {}): CheckDefinition => definition({ id: `demo/${name}`, digest: hash('a'), profiles: ['prod', 'staging'], ...over })

function definitionsOf(...checks: readonly CheckDefinition[]): Definitions {
  return {
    packs: [],
    checks: new Map(checks.map((each) => [each.id, each])),
    profiles: new Map([['prod', 'prod'], ['staging', 'staging']]),
    defaultSelection: ['demo'],
    digest: hash('d'),
  }
}

const whole: SelectionRequest = { selectors: [], stages: [], skip: [], phase: 'all', profile: 'prod' }
const lock: SelectionLock = {
  profile: 'prod',
  selection: { selectors: [], stages: [], skip: [], phase: 'all' },
  definitionsDigest: hash('d'),
  checks: new Map([['demo/one', hash('a')], ['demo/two', hash('a')]]),
}

/** @param asked the selectors of the command line, where others are resolved from the deployment file */
function compare(definitions: Definitions, request: Partial<SelectionRequest> = {}, asked?: readonly string[]) {
  const full = { ...whole, ...request }
  const { stages, skip, phase } = full
  return compareWithLock(lock, { selectors: [...(asked ?? full.selectors)], stages: [...stages], skip: [...skip], phase }, buildPlan(definitions, full), definitions)
}

const both = definitionsOf(check('one'), check('two'))

describe('a run held against a lock', () => {
  it.each([
    ['all of it', both, {}, 'locked', []],
    ['more than it', definitionsOf(check('one'), check('two'), check('three')), {}, 'locked', []],
    ['all of it, by other words', both, { selectors: ['demo/one', 'demo/two'] }, 'locked', []],
    ['one that is gone', definitionsOf(check('one')), {}, 'broken', ['missing demo/two']],
    ['one that changed', definitionsOf(check('one'), check('two', { digest: hash('b') })), {}, 'broken', ['changed demo/two']],
    ['one that is skipped', both, { skip: ['demo/two'] }, 'broken', ['deselected demo/two']],
    ['one that left the profile', definitionsOf(check('one'), check('two', { profiles: ['staging'] })), {}, 'broken', ['deselected demo/two']],
    ['another profile', both, { profile: 'staging' }, 'broken', []],
    ['a part, by its name', both, { selectors: ['demo/one'] }, 'other-selection', ['deselected demo/two']],
    ['a part, by its stage', definitionsOf(check('one'), check('two', { stage: 'runtime' })), { stages: ['config'] }, 'other-selection', ['deselected demo/two']],
    ['a part, by its phase', definitionsOf(check('one'), check('two', { stage: 'runtime' })), { phase: 'after-start' }, 'other-selection', ['deselected demo/one']],
  ] as const)('of %s', (_, definitions, request, state, breaches) => {
    const comparison = compare(definitions, request)
    expect(comparison.state).toBe(state)
    expect(comparison.breaches.map(({ kind, id }) => `${kind} ${id}`)).toEqual(breaches)
  })

  it('is broken when the deployment file selects less than before', () => {
    expect(compare(both, { selectors: ['demo/one'] }, [])).toMatchObject({ state: 'broken', breaches: [{ id: 'demo/two', message: 'demo/two is locked and deselected: nothing selects it' }] })
  })

  it('tells what was added', () => {
    expect(compare(definitionsOf(check('zero'), check('one'), check('two'))).added).toEqual(['demo/zero'])
  })

  it('says why a check is not in it', () => {
    const messages = (request: Partial<SelectionRequest>, definitions = both): readonly string[] => compare(definitions, request).breaches.map(({ message }) => message)
    expect(messages({ skip: ['demo/two'] })).toEqual(['demo/two is locked and deselected: it is skipped'])
    expect(messages({}, definitionsOf(check('one'), check('two', { profiles: ['staging'] })))).toEqual(['demo/two is locked and deselected: it does not belong to the profile prod'])
    expect(messages({}, definitionsOf(check('one'), check('two', { digest: hash('b') })))).toEqual(['demo/two is locked and changed: checks/demo/a.yaml:1:1 is not what was locked'])
  })
})

describe('the text of a lock', () => {
  const text = formatLock(lock)

  it('is read back as it was written, whatever is locked', () => {
    const id = fc.stringMatching(/^[a-z0-9]{1,5}(\/[a-z0-9]{1,5}){1,2}$/)
    const digests = fc.stringMatching(/^[0-9a-f]{64}$/)
    const names = fc.uniqueArray(id, { maxLength: 4 }).map((each) => each.toSorted())
    const selection = fc.record({ selectors: names, stages: fc.constantFrom<Stage[][]>([], ['config'], ['config', 'runtime']), skip: names, phase: fc.constantFrom('all' as const, 'before-start' as const, 'after-start' as const) })
    const locks = fc.record({ profile: id, selection, definitionsDigest: digests, checks: fc.array(fc.tuple(id, digests), { minLength: 1 }).map((pairs) => new Map([...new Map(pairs)].toSorted(([a], [b]) => (a < b ? -1 : 1)))) })
    fc.assert(
      fc.property(locks, (each) => {
        expect(parseLock(formatLock(each))).toEqual(each)
      }),
    )
  })

  it.each([
    ['nothing', ''],
    ['no JSON', 'schemaVersion: 1\n'],
    ['another version', text.replace('"schemaVersion": 1', '"schemaVersion": 2')],
    ['a further key', text.replace('"profile"', '"more": 1,\n  "profile"')],
    ['a check twice', text.replace('    "demo/two"', `    "demo/one": "${hash('b')}",\n    "demo/two"`)],
    ['another order', text.replace(/ {4}"demo\/one.*\n/, '').replace(/( {4}"demo\/two": "a+")\n/, `$1,\n    "demo/one": "${hash('a')}"\n`)],
    ['another layout', JSON.stringify(JSON.parse(text))],
    ['another line end', text.replaceAll('\n', '\r\n')],
    ['no digest', text.replace(hash('a'), 'none')],
    ['a digest in capitals', text.replaceAll(hash('a'), hash('A'))],
    ['no check', formatLock({ ...lock, checks: new Map() })],
  ])('is none with %s', (_, changed) => {
    expect(changed).not.toBe(text)
    expect(() => parseLock(changed)).toThrow(LockFormatError)
  })

  it('says where each check stands', () => {
    const lines = text.split('\n')
    for (const id of lock.checks.keys()) expect(lines[placeInLock(lock, id, 'x').line - 1]).toContain(`"${id}"`)
  })
})

describe('what is asked for', () => {
  it('is the same in any order, and however often it is said', () => {
    const asked = { selectors: ['a', 'b'], stages: [], skip: [], phase: 'all' as const }
    expect(isSameChoice(asked, { ...asked, selectors: ['b', 'a', 'b'], skip: ['c'] })).toBe(true)
    expect(isSameChoice(asked, { ...asked, selectors: ['a'] })).toBe(false)
    expect(isSameChoice(asked, { ...asked, stages: ['config'] })).toBe(false)
    expect(isSameChoice(asked, { ...asked, phase: 'before-start' })).toBe(false)
  })
})
