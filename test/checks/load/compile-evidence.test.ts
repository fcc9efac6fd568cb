import { describe, expect, it } from 'vitest'
import { buildScope, resolveInputs } from '../../../src/checks/load/resolve-inputs.js'
import { TestedEnvironment } from '../../../src/environment/environment.js'
import { check, definitionsOf, load, problemsOf } from './support/packs.js'

const declared = `
variables: { PORT: { reads: [python-int], exposure: public } }
inputs:
  url: { type: url, description: an address, default: http://127.0.0.1 }
  data: { type: path, description: a folder }
  folders: { type: list, description: folders, default: [] }
`

/** A file of the system `bus` with one check, and these pieces of evidence. */
const bus = (evidence: string) => ({
  'bus/incident.yaml': `${declared}stage: config\nchecks:\n  one: ${check()}\nevidence:\n${evidence}`,
})

describe('the evidence of a pack', () => {
  it('is compiled with its input, its condition and its time limit', async () => {
    const definitions = await definitionsOf(
      bus(`
  status:
    title: what it says of itself
    when: inputs.url != ""
    timeout: 3s
    page: { url: "\${{ inputs.url }}/status", max-bytes: 1000 }
  disk: { title: what is left, system: { paths: "\${{ inputs.folders }}" } }
`),
    )
    const [pack] = definitions.packs
    expect(pack!.evidence).toMatchObject([
      {
        name: 'status',
        system: 'bus',
        title: 'what it says of itself',
        call: { kind: 'page' },
        timeout: 3000,
        when: { source: 'inputs.url != ""' },
      },
      { name: 'disk', call: { kind: 'system' }, timeout: 10_000, when: undefined },
    ])
    const scope = resolveInputs(
      pack!,
      { 'bus.folders': ['/data'] },
      buildScope(TestedEnvironment.of({}), pack!, 'prod'),
    )
    expect(pack!.evidence.map(({ call }) => call.input.resolve(scope))).toEqual([
      { url: 'http://127.0.0.1/status', 'max-bytes': 1000 },
      { paths: ['/data'] },
    ])
    expect(Object.isFrozen(pack!.evidence[0])).toBe(true)
  })

  it('may be in several files of a system, and in one without checks', async () => {
    const definitions = await definitionsOf({
      'bus/config.yaml': `stage: config\nchecks:\n  one: ${check()}\nevidence:\n  a: { title: a, system: {} }\n`,
      'bus/incident.yaml': 'evidence:\n  b: { title: b, log: { path: /var/log/bus.log } }\n',
      'edge/config.yaml': `stage: config\nchecks:\n  one: ${check()}\nevidence:\n  a: { title: a, system: {} }\n`,
    })
    expect(definitions.packs.map(({ system, evidence }) => [system, evidence.map(({ name }) => name)])).toEqual([
      ['bus', ['a', 'b']],
      ['edge', ['a']],
    ])
  })

  it('is part of what the digest of the definitions stands for', async () => {
    const digests = await Promise.all(
      ['a.log', 'a.log', 'b.log'].map(
        async (path) => (await definitionsOf(bus(`  log: { title: t, log: { path: ${path} } }\n`))).digest,
      ),
    )
    expect(digests[0]).toBe(digests[1])
    expect(digests[0]).not.toBe(digests[2])
  })

  it('reports every mistake at its place', async () => {
    const problems = await problemsOf(
      bus(`
  Status: { title: t, system: {} }
  none: { title: t }
  untitled: { system: {} }
  blank: { title: " ", system: {} }
  several: { title: t, system: {}, log: { path: a } }
  misspelt: { title: t, pge: { url: http://a } }
  text: status
  listed: [page]
  late: { title: t, timeout: 5, system: {} }
  never: { title: t, timeout: 0s, system: {} }
  often: { title: t, when: 1 + 1, system: {} }
  unheard: { title: t, when: inputs.nowhere == "", system: {} }
  factual: { title: t, when: facts.set, system: {} }
  templated: { title: "\${{ inputs.url }}", system: {} }
  empty: { title: t, log: {} }
  wrong: { title: t, log: { path: 5, lines: "many" } }
  surplus: { title: t, log: { path: a, line: 5 } }
  typed: { title: t, system: { paths: "\${{ inputs.url }}" } }
  syntax: { title: t, log: { path: "\${{ inputs. }}" } }
  checked: { title: t, severity: high, system: {} }
`),
    )
    const at = (line: number) =>
      problems
        .filter((problem) => problem.startsWith(`checks/bus/incident.yaml:${line}:`))
        .map((problem) => problem.replace(`checks/bus/incident.yaml:${line}:`, ''))
    const first = 12
    expect([...Array(20).keys()].map((index) => at(first + index))).toEqual([
      ['3 evidence-name'],
      ['3 no-collector'],
      ['3 missing-key'],
      ['19 invalid-value'],
      ['36 several-collectors'],
      ['25 unknown-key'],
      ['9 wrong-type'],
      ['11 wrong-type'],
      ['30 wrong-type'],
      ['31 invalid-value'],
      ['28 not-boolean'],
      ['37 unknown-name'],
      ['30 facts-out-of-place'],
      ['23 invalid-value'],
      ['27 missing-key'],
      ['35 wrong-type', '45 wrong-type'],
      ['40 unknown-key'],
      ['39 template-type'],
      ['48 expression'],
      ['24 unknown-key'],
    ])
    expect(problems).toHaveLength(21)
  })

  it('is reported when two files of a system name the same', async () => {
    expect(
      await problemsOf({
        'bus/a.yaml': `stage: config\nchecks:\n  one: ${check()}\nevidence:\n  x: { title: t, system: {} }\n`,
        'bus/b.yaml': 'evidence:\n  x: { title: t, system: {} }\n',
      }),
    ).toEqual(['checks/bus/b.yaml:2:3 duplicate-evidence'])
  })

  it('is a mapping, with suggestions for what is misspelt', async () => {
    expect(await problemsOf({ 'bus/a.yaml': `stage: config\nchecks:\n  one: ${check()}\nevidence: [page]\n` })).toEqual(
      ['checks/bus/a.yaml:4:11 wrong-type'],
    )
    const { diagnostics } = await load(bus('  a: { title: t, redis-inof: { url: "" } }\n'))
    expect(diagnostics).toMatchObject([
      {
        message: 'unknown key redis-inof: neither a property of a piece of evidence nor a kind of collector',
        hint: 'did you mean redis-info?',
      },
    ])
  })
})
