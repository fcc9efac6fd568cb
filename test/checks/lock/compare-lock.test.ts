import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CheckDefinition, Definitions } from '../../../src/checks/definition.js'
import { buildPlan } from '../../../src/checks/plan/build-plan.js'
import { type SelectionRequest } from '../../../src/checks/plan/plan.js'
import {
  type LockDemands,
  type LockedInput,
  formatLock,
  isSameChoice,
  LockFormatError,
  parseLock,
  placeInLock,
  type SelectionLock,
} from '../../../src/checks/lock/selection-lock.js'
import type { Stage } from '../../../src/base/vocabulary.js'
import { compareWithLock, type ComparedDeployment } from '../../../src/checks/lock/breaches.js'
import { definition } from '../run/builders.js'

const hash = (letter: string): string => letter.repeat(64)
const check = (name: string, over: Partial<CheckDefinition> = {}): CheckDefinition =>
  definition({ id: `demo/${name}`, digest: hash('a'), profiles: ['prod', 'staging'], ...over })

function definitionsOf(...checks: readonly CheckDefinition[]): Definitions {
  return {
    packs: [],
    checks: new Map(checks.map((each) => [each.id, each])),
    profiles: new Map([
      ['prod', 'prod'],
      ['staging', 'staging'],
    ]),
    defaultSelection: ['demo'],
    digest: hash('d'),
  }
}

const whole: SelectionRequest = { selectors: [], given: [], stages: [], skip: [], phase: 'all', profile: 'prod' }
const lock: SelectionLock = {
  profile: 'prod',
  selection: { selectors: [], stages: [], skip: [], phase: 'all' },
  demands: undefined,
  definitionsDigest: hash('d'),
  checks: new Map([
    ['demo/one', hash('a')],
    ['demo/two', hash('a')],
  ]),
}

const demands: LockDemands = {
  deployment: 'eu-1',
  waivers: { signers: ['ops@example.com ssh-ed25519 AAAA'] },
  inputs: new Map<string, LockedInput>([
    ['bus_url', { rule: 'https://*.internal' }],
    ['limit', { value: '10' }],
    ['skip', { default: true }],
    ['token', { secret: 'set' }],
  ]),
}

/** @param asked the selectors of the command line, where others are resolved from the deployment file */
function compare(
  definitions: Definitions,
  request: Partial<SelectionRequest> = {},
  asked?: readonly string[],
  compared: ComparedDeployment = { deployment: undefined, inputs: [] },
  held = lock,
) {
  const full = { ...whole, ...request }
  const { stages, skip, phase } = full
  return compareWithLock(
    held,
    { selectors: [...(asked ?? full.selectors)], stages: [...stages], skip: [...skip], phase },
    buildPlan(definitions, full),
    definitions,
    compared,
  )
}

const both = definitionsOf(check('one'), check('two'))

describe('a run held against a lock', () => {
  it.each([
    ['all of it', both, {}, 'locked', []],
    ['more than it', definitionsOf(check('one'), check('two'), check('three')), {}, 'locked', []],
    ['all of it, by other words', both, { selectors: ['demo/one', 'demo/two'] }, 'locked', []],
    ['one that is gone', definitionsOf(check('one')), {}, 'broken', ['missing demo/two']],
    [
      'one that changed',
      definitionsOf(check('one'), check('two', { digest: hash('b') })),
      {},
      'broken',
      ['changed demo/two'],
    ],
    ['one that is skipped', both, { skip: ['demo/two'] }, 'broken', ['deselected demo/two']],
    [
      'one that left the profile',
      definitionsOf(check('one'), check('two', { profiles: ['staging'] })),
      {},
      'broken',
      ['deselected demo/two'],
    ],
    ['another profile', both, { profile: 'staging' }, 'broken', []],
    ['a part, by its name', both, { selectors: ['demo/one'] }, 'other-selection', ['deselected demo/two']],
    [
      'a part, by its stage',
      definitionsOf(check('one'), check('two', { stage: 'runtime' })),
      { stages: ['config'] },
      'other-selection',
      ['deselected demo/two'],
    ],
    [
      'a part, by its phase',
      definitionsOf(check('one'), check('two', { stage: 'runtime' })),
      { phase: 'after-start' },
      'other-selection',
      ['deselected demo/one'],
    ],
  ] as const)('of %s', (_, definitions, request, state, breaches) => {
    const comparison = compare(definitions, request)
    expect(comparison.state).toBe(state)
    expect(comparison.breaches.map(({ kind, id }) => `${kind} ${id}`)).toEqual(breaches)
  })

  it('is broken when the deployment file selects less than before', () => {
    expect(compare(both, { selectors: ['demo/one'] }, [])).toMatchObject({
      state: 'broken',
      breaches: [{ id: 'demo/two', message: 'demo/two is locked and deselected: nothing selects it' }],
    })
  })

  it('is broken when an input differs from the locked definition, and something else where something else was asked for', () => {
    const inputs = [{ lockedName: 'demo.limit', message: 'the input demo.limit is locked as "10", found "1000"' }]
    expect(compare(both, {}, [], { deployment: undefined, inputs })).toMatchObject({
      state: 'broken',
      breaches: [],
      inputs,
    })
    expect(compare(both, { selectors: ['demo/one'] }, ['demo/one'], { deployment: undefined, inputs })).toMatchObject({
      state: 'other-selection',
      inputs,
    })
  })

  it.each([
    ['eu-1', 'eu-1', 'locked'],
    ['eu-1', 'eu-2', 'broken'],
    ['eu-1', undefined, 'broken'],
    [null, undefined, 'locked'],
    [null, 'eu-1', 'broken'],
  ] as const)('locked for the deployment %s and run for %s', (locked, deployment, state) => {
    const held = { ...lock, demands: { ...demands, deployment: locked } }
    expect(compare(both, {}, [], { deployment, inputs: [] }, held)).toMatchObject({
      state,
      isOtherDeployment: state === 'broken',
    })
  })

  it('says nothing of the deployment under a lock of the format before', () => {
    expect(compare(both, {}, [], { deployment: 'eu-2', inputs: [] })).toMatchObject({
      state: 'locked',
      isOtherDeployment: false,
    })
  })

  it('says what was added', () => {
    expect(compare(definitionsOf(check('zero'), check('one'), check('two'))).added).toEqual(['demo/zero'])
  })

  it('says why a check is not in it', () => {
    const messages = (request: Partial<SelectionRequest>, definitions = both): readonly string[] =>
      compare(definitions, request).breaches.map(({ message }) => message)
    expect(messages({ skip: ['demo/two'] })).toEqual(['demo/two is locked and deselected: it is skipped'])
    expect(messages({}, definitionsOf(check('one'), check('two', { profiles: ['staging'] })))).toEqual([
      'demo/two is locked and deselected: it does not belong to the profile prod',
    ])
    expect(messages({}, definitionsOf(check('one'), check('two', { digest: hash('b') })))).toEqual([
      'demo/two is locked and changed: checks/demo/a.yaml:1:1 differs from the locked definition',
    ])
  })
})

describe('the text of a lock', () => {
  const text = formatLock(lock)
  const second = formatLock({ ...lock, demands })

  it('is read back as it was written, whatever is locked', () => {
    const id = fc.stringMatching(/^[a-z0-9]{1,5}(\/[a-z0-9]{1,5}){1,2}$/)
    const digests = fc.stringMatching(/^[0-9a-f]{64}$/)
    const names = fc.uniqueArray(id, { maxLength: 4 }).map((each) => each.toSorted())
    const selection = fc.record({
      selectors: names,
      stages: fc.constantFrom<Stage[][]>([], ['config'], ['config', 'runtime']),
      skip: names,
      phase: fc.constantFrom('all' as const, 'before-start' as const, 'after-start' as const),
    })
    const line = fc.stringMatching(/^[ -~é中]{1,20}$/).filter((each) => !/\*/.test(each))
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string()))
    const input = fc.oneof<fc.Arbitrary<LockedInput>[]>(
      fc.record({ value: text }),
      fc.record({ rule: line }),
      fc.constant({ default: true as const }),
      fc.record({ secret: line }),
    )
    const inputs = fc
      .array(fc.tuple(fc.stringMatching(/^[a-z][a-z0-9_]{0,5}$/), input))
      .map((pairs) => new Map([...new Map(pairs)].toSorted(([a], [b]) => (a < b ? -1 : 1))))
    const waivers = fc.oneof<fc.Arbitrary<LockDemands['waivers']>[]>(
      fc.record({ signers: fc.array(line) }),
      fc.record({ unsigned: fc.constant(true as const), file: fc.oneof(line, fc.constant(null)) }),
    )
    const demanded = fc.option(fc.record({ deployment: fc.oneof(fc.string(), fc.constant(null)), waivers, inputs }), {
      nil: undefined,
    })
    const locks = fc.record({
      profile: id,
      demands: demanded,
      selection,
      definitionsDigest: digests,
      checks: fc
        .array(fc.tuple(id, digests), { minLength: 1 })
        .map((pairs) => new Map([...new Map(pairs)].toSorted(([a], [b]) => (a < b ? -1 : 1)))),
    })
    fc.assert(
      fc.property(locks, (each) => {
        expect(parseLock(formatLock(each))).toEqual(each)
      }),
    )
  })

  it.each([
    ['nothing', ''],
    ['no JSON', 'schemaVersion: 1\n'],
    ['a version of the future', text.replace('"schemaVersion": 1', '"schemaVersion": 3')],
    ['a version that holds more', text.replace('"schemaVersion": 1', '"schemaVersion": 2')],
    ['a version that holds less', second.replace('"schemaVersion": 2', '"schemaVersion": 1')],
    ['no signers', second.replace(/"waivers": \{[^}]*\}/, '"waivers": {}')],
    ['signers and none', second.replace('"waivers": {', '"waivers": {\n    "unsigned": true,')],
    ['a signer of two lines', second.replace('ssh-ed25519 AAAA', 'ssh-ed25519 AAAA\\nevil ssh-ed25519 AAAA')],
    ['an input that may be anything by accident', second.replace('"rule": "https://*.internal"', '')],
    ['a rule that is empty', second.replace('https://*.internal', '')],
    ['an input twice', second.replace('    "limit": {', '    "bus_url": {\n      "rule": "*"\n    },\n    "limit": {')],
    [
      'depths that no lock has',
      text.replace('"selectors": []', `"selectors": ${'['.repeat(100_000)}${']'.repeat(100_000)}`),
    ],
    ['a further key', text.replace('"profile"', '"more": 1,\n  "profile"')],
    ['a check twice', text.replace('    "demo/two"', `    "demo/one": "${hash('b')}",\n    "demo/two"`)],
    [
      'another order',
      text
        .replace(/ {4}"demo\/one.*\n/, '')
        .replace(/( {4}"demo\/two": "a+")\n/, `$1,\n    "demo/one": "${hash('a')}"\n`),
    ],
    ['another layout', JSON.stringify(JSON.parse(text))],
    ['another line end', text.replaceAll('\n', '\r\n')],
    ['no digest', text.replace(hash('a'), 'none')],
    ['a digest in capitals', text.replaceAll(hash('a'), hash('A'))],
    ['no check', formatLock({ ...lock, checks: new Map() })],
  ])('is none with %s', (_, changed) => {
    expect([text, second]).not.toContain(changed)
    expect(() => parseLock(changed)).toThrow(LockFormatError)
  })

  it('says where each check is', () => {
    const lines = text.split('\n')
    for (const id of lock.checks.keys())
      expect(lines[placeInLock(lock, 'checks', id, 'x').line - 1]).toContain(`"${id}"`)
    const held = { ...lock, demands }
    const places = [...demands.inputs.keys()].map((name) => placeInLock(held, 'inputs', name, 'x').line - 1)
    expect(places.map((place) => second.split('\n')[place]?.trim())).toEqual([
      '"bus_url": {',
      '"limit": {',
      '"skip": {',
      '"token": {',
    ])
    expect(places[2]).toBeGreaterThan(second.split('\n').indexOf('  "inputs": {'))
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
