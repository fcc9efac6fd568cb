import { describe, expect, it } from 'vitest'
import { loadDefinitions } from '../../../src/checks/load/load-definitions.js'
import { collectorRegistry, probeRegistry } from '../../../src/engine/folder-registry.js'
import { check, definitionsOf, file, folderOf, problemsOf } from '../../checks/load/support/packs.js'

const pack = (expectations: string) => ({ 'demo/a.yaml': file({ a: check({ expect: expectations }) }) })

describe('an expectation', () => {
  it('may pass by itself only where it says so', async () => {
    const { checks } = await definitionsOf(
      pack('[{ that: facts.set, transient: true }, { that: facts.set, transient: false }, { that: facts.set }]'),
    )
    expect(checks.get('demo/a/a')?.expect.map(({ isTransient }) => isTransient)).toEqual([true, false, false])
  })

  it.each(['"true"', 'yes', '1', 'null'])('says so in no other way: %s', async (word) => {
    expect(await problemsOf(pack(`[{ that: facts.set, transient: ${word} }]`))).toHaveLength(1)
  })

  it('may be of another class than its check', async () => {
    const { checks } = await definitionsOf(pack('[{ that: facts.set, class: dependency }, { that: facts.set }]'))
    expect(checks.get('demo/a/a')?.expect.map((each) => each.class)).toEqual(['dependency', undefined])
    expect(await problemsOf(pack('[{ that: facts.set, class: weather }]'))).toHaveLength(1)
  })

  it.each([
    'has(facts.set)',
    'facts.set || !facts.set',
    'facts.set && !facts.set',
    'true || facts.set',
    'facts.value == "x" || true',
  ])('that no fact decides is refused: %s', async (text) => {
    expect(await problemsOf(pack(`['${text}', facts.set]`))).toEqual([expect.stringContaining('constant-expectation')])
  })

  it.each(['facts.set', '!facts.set', 'facts.value == "x"', 'facts.set && facts.value != ""', 'size(facts.value) > 1'])(
    'that a fact decides is taken, plain: %s',
    async (text) => {
      const { checks } = await definitionsOf(pack(`['${text}']`))
      expect(checks.get('demo/a/a')?.expect.map(({ that }) => that.source)).toEqual([text])
    },
  )
})

const tcp = (expectations: string) => ({
  'demo/a.yaml': file({ a: check({ env: undefined, tcp: '{ host: "127.0.0.1", port: 1 }', expect: expectations }) }),
})
const guard = 'facts.problem.code == "none"'

async function compiledByRealKinds(files: Readonly<Record<string, string>>) {
  const { definitions, diagnostics } = await loadDefinitions(
    [{ folder: await folderOf(files), label: 'checks' }],
    probeRegistry,
    collectorRegistry,
  )
  expect(diagnostics).toEqual([])
  return definitions!
}

describe('the guard against problems', () => {
  it.each([
    '!facts.open',
    'facts.problem.class != "code"',
    'facts.problem.transient || !facts.open',
    'facts.problem.code != "connection-refused"',
    '!(facts.problem.code == "connection-refused")',
    'facts.problem.code == "none" || !facts.open',
    'facts.problem.code == "connection-refused" || facts.remoteAddress == ""',
    // True beside a problem that is not named, where the fact is: a body that was cut off has a status.
    'facts.problem.code == "none" || facts.open',
    'facts.problem.code == "connection-refused" || facts.open',
  ])('is put before %s', async (text) => {
    const { checks } = await compiledByRealKinds(tcp(`['${text}']`))
    expect(checks.get('demo/a/a')).toMatchObject({
      hasAddedGuard: true,
      expect: [{ that: { source: guard } }, { that: { source: text } }],
    })
  })

  it.each([
    guard,
    'facts.problem.code == "connection-refused"',
    'facts.problem.code in ["none", "connection-refused"]',
    'facts.problem.code == "none" && facts.open',
    'facts.problem.code == "connection-refused" || (facts.problem.code == "none" && facts.open)',
  ])('is not put before %s', async (text) => {
    const { checks } = await compiledByRealKinds(tcp(`['${text}']`))
    expect(checks.get('demo/a/a')).toMatchObject({ hasAddedGuard: false, expect: [{ that: { source: text } }] })
  })

  it('is not lifted by a message', async () => {
    const { checks } = await compiledByRealKinds(
      tcp(`[{ that: '!facts.open', message: "\${{ facts.problem.code == 'connection-refused' ? 'a' : 'b' }}" }]`),
    )
    expect(checks.get('demo/a/a')?.hasAddedGuard).toBe(true)
  })
})

describe('applies', () => {
  const applying = (applies: string) => ({ 'demo/a.yaml': file({ a: check({ applies }) }) })

  it('is a condition over the facts, with its reason', async () => {
    const { checks } = await definitionsOf(applying('{ that: facts.set, message: there is nothing to judge }'))
    expect(checks.get('demo/a/a')?.applies?.that.source).toBe('facts.set')
    expect(
      (await definitionsOf({ 'demo/a.yaml': file({ a: check() }) })).checks.get('demo/a/a')?.applies,
    ).toBeUndefined()
  })

  it.each([
    ['without a reason', '{ that: facts.set }', /missing|invalid|applies/],
    [
      'that is known before anything is seen',
      '{ that: profile == "prod", message: not here }',
      / unobserved-applicability$/,
    ],
    ['that is not a condition', '{ that: facts.value, message: not here }', / not-boolean$/],
    ['that reads what there is not', '{ that: facts.sat, message: not here }', / unknown-name$/],
    ['whose reason would show a secret', '{ that: facts.set, message: "${{ env.SECRET }}" }', / secret-in-message$/],
  ])('is refused %s', async (_, applies, problem) => {
    const problems = await problemsOf(applying(applies))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(problem)
  })
})
