import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import fc from 'fast-check'
import { expandReferences } from '../../../src/environment/sources/k8s/container-environment.js'
import { readClusterContainer } from '../../../src/environment/sources/k8s/k8s.js'

let root: string
let folder: string
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'k8s-'))))
beforeEach(async () => void (folder = await mkdtemp(join(root, 'manifests-'))))
afterAll(() => rm(root, { recursive: true }))

async function read(files: Readonly<Record<string, string>>, name = 'bus') {
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text)
  const answer = await readClusterContainer(`${join(folder, 'bus.yaml')}#${name}`)
  expect(JSON.stringify([answer.diagnostics, answer.unknown])).not.toContain('hunter2')
  return answer
}
type Answer = Awaited<ReturnType<typeof read>>

const valuesOf = ({ variables, unknown, diagnostics }: Answer) => {
  expect([diagnostics, unknown]).toEqual([[], []])
  return Object.fromEntries(variables.map(([name, { value }]) => [name, value.reveal()]))
}
const placesOf = ({ unknown, diagnostics }: Answer) =>
  [...diagnostics, ...unknown.map(([, reason]) => reason)].map(
    ({ position, code }) => `${position.file.slice(folder.length + 1)}:${position.line} ${code}`,
  )

/** A Deployment of one container, whose fields are given. */
const deployment = (...lines: string[]) =>
  [
    'kind: Deployment',
    'metadata: { name: bus }',
    'spec:',
    '  template:',
    '    spec:',
    '      containers:',
    '        - name: bus',
    ...lines.map((line) => `          ${line}`),
    '',
  ].join('\n')
const configMap = (data: Record<string, string>, name = 'settings', namespace?: string) =>
  stringify({ kind: 'ConfigMap', metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, data })
const secret = (data: Record<string, string>, stringData = {}) =>
  stringify({ kind: 'Secret', metadata: { name: 'keys' }, data, stringData })
const base64 = (text: string) => Buffer.from(text).toString('base64')
const joined = (...documents: string[]) => documents.join('---\n')

describe('what a container gets', () => {
  it('is env over envFrom, each in its order, with what comes before filled in', async () => {
    const manifest = deployment(
      'envFrom:',
      '  - configMapRef: { name: settings }',
      '  - prefix: KEY_',
      '    secretRef: { name: keys }',
      'env:',
      '  - { name: A, value: own }',
      '  - { name: B, value: "$(A) $(KEY_token) $$(A) $A" }',
      '  - { name: C }',
      '  - name: D',
      '    valueFrom: { configMapKeyRef: { name: settings, key: B } }',
      '  - name: E',
      '    valueFrom: { secretKeyRef: { name: keys, key: token } }',
      '  - name: F',
      '    valueFrom: { configMapKeyRef: { name: settings, key: none, optional: true } }',
    )
    const answer = await read({
      'bus.yaml': manifest,
      'settings.yaml': configMap({ A: 'from', B: 'b $(A)', F: 'stays' }),
      'keys.yml': secret({ token: base64('hunter2\n'), old: base64('x') }, { old: 'new' }),
    })
    expect(valuesOf(answer)).toEqual({
      A: 'own',
      B: 'own hunter2\n $(A) $A',
      C: '',
      D: 'b $(A)',
      E: 'hunter2\n',
      F: 'stays',
      KEY_token: 'hunter2\n',
      KEY_old: 'new',
    })
    const places = Object.fromEntries(
      answer.variables.map(([name, { origin }]) => [name, `${origin.source.slice(folder.length + 1)}:${origin.line}`]),
    )
    expect(places).toMatchObject({
      A: 'bus.yaml:13',
      B: 'bus.yaml:14',
      C: 'bus.yaml:15',
      D: 'settings.yaml:6',
      E: 'keys.yml:5',
      KEY_old: 'keys.yml:8',
    })
  })

  it.each(['StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'])('of a %s', async (kind) => {
    expect(
      valuesOf(await read({ 'bus.yaml': deployment('env: [{ name: A, value: x }]').replace('Deployment', kind) })),
    ).toEqual({ A: 'x' })
  })

  it('of a Pod and of a CronJob', async () => {
    const spec = { containers: [{ name: 'main', env: [{ name: 'A', value: 'x' }] }] }
    expect(valuesOf(await read({ 'bus.yaml': stringify({ kind: 'Pod', metadata: { name: 'bus' }, spec }) }))).toEqual({
      A: 'x',
    })
    expect(
      valuesOf(
        await read({
          'bus.yaml': stringify({
            kind: 'CronJob',
            metadata: { name: 'bus' },
            spec: { jobTemplate: { spec: { template: { spec } } } },
          }),
        }),
      ),
    ).toEqual({ A: 'x' })
  })

  it('of a List, with the objects of its own file before those beside it', async () => {
    const items = [deployment('envFrom: [{ configMapRef: { name: settings } }]'), configMap({ A: 'own' })].map(
      (text) => `  - ${text.trim().replaceAll('\n', '\n    ')}`,
    )
    expect(
      valuesOf(
        await read({
          'bus.yaml': `kind: List\nitems:\n${items.join('\n')}\n`,
          'other.yaml': configMap({ A: 'other' }),
        }),
      ),
    ).toEqual({ A: 'own' })
  })

  it('of JSON beside it, and past a template that is not YAML', async () => {
    const files = {
      'bus.yaml': deployment('envFrom: [{ configMapRef: { name: settings } }]'),
      'settings.json': JSON.stringify({ kind: 'ConfigMap', metadata: { name: 'settings' }, data: { A: 'json' } }),
      'a.yaml': 'a: {{ .Values.x }}\n  b',
    }
    expect(valuesOf(await read(files))).toEqual({ A: 'json' })
  })

  it('with anchors and merge keys', async () => {
    expect(
      valuesOf(
        await read({ 'bus.yaml': deployment('x: &x { name: A, value: one }', 'env: [{ <<: *x, value: two }]') }),
      ),
    ).toEqual({ A: 'two' })
  })

  it('of the container that is named, an init container too', async () => {
    const spec = (value: string, name: string) => ({ name, env: [{ name: 'A', value }] })
    const manifest = stringify({
      kind: 'Pod',
      metadata: { name: 'bus' },
      spec: { containers: [spec('1', 'main'), spec('2', 'side')], initContainers: [spec('3', 'first')] },
    })
    expect(valuesOf(await read({ 'bus.yaml': manifest }, 'bus/side'))).toEqual({ A: '2' })
    expect(valuesOf(await read({ 'bus.yaml': manifest }, 'bus/first'))).toEqual({ A: '3' })
    const unnamed = await read({ 'bus.yaml': manifest })
    expect(unnamed.diagnostics).toMatchObject([
      { code: 'ambiguous-container', hint: 'write NAME/CONTAINER: its containers are main, side, first' },
    ])
    expect((await read({ 'bus.yaml': manifest }, 'bus/sied')).diagnostics).toMatchObject([
      { code: 'unknown-container', hint: 'did you mean side?' },
    ])
  })

  it('knows the fields that the manifest tells', async () => {
    const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } })
    const env = [
      field('NS', 'metadata.namespace'),
      field('P', 'metadata.name'),
      field('L', "metadata.labels['app']"),
      field('S', 'spec.serviceAccountName'),
      field('IP', 'status.podIP'),
    ]
    const answer = await read({
      'bus.yaml': stringify({
        kind: 'Pod',
        metadata: { name: 'bus', namespace: 'prod', labels: { app: 'x' } },
        spec: { serviceAccountName: 'robot', containers: [{ name: 'main', env }] },
      }),
    })
    expect(answer.variables.map(([name, { value }]) => `${name}=${value.reveal()}`)).toEqual([
      'NS=prod',
      'P=bus',
      'L=x',
      'S=robot',
    ])
    expect(answer.unknown.map(([name, { message }]) => [name, message])).toEqual([
      ['IP', 'IP is known only when the pod runs (status.podIP)'],
    ])
  })
})

describe('what is wrong has a place', () => {
  const reference = (kind: string, name: string, key: string, more = '') => [
    'env:',
    '  - name: A',
    `    valueFrom: { ${kind}KeyRef: { name: ${name}, key: ${key}${more} } }`,
  ]
  it.each<[string, Record<string, string>, string[]]>([
    [
      'a number for a value',
      { 'bus.yaml': deployment('env:', '  - { name: A, value: 5 }') },
      ['bus.yaml:9 wrong-type'],
    ],
    [
      'a word that is a truth value to Kubernetes',
      { 'bus.yaml': deployment('env:', '  - { name: A, value: yes }') },
      ['bus.yaml:9 wrong-type'],
    ],
    [
      'a number in a ConfigMap',
      {
        'bus.yaml': deployment('envFrom: [{ configMapRef: { name: settings } }]'),
        's.yaml': 'kind: ConfigMap\nmetadata: { name: settings }\ndata:\n  A: 5\n  B: on\n',
      },
      ['s.yaml:4 wrong-type', 's.yaml:5 wrong-type'],
    ],
    ['a misspelt key', { 'bus.yaml': deployment('env:', '  - { name: A, valeu: x }') }, ['bus.yaml:9 unknown-key']],
    [
      'a value that became a key',
      { 'bus.yaml': deployment('env:', '  - { name: A, value hunter2 }') },
      ['bus.yaml:9 unknown-key'],
    ],
    [
      'a misspelt envFrom',
      { 'bus.yaml': deployment('envfrom: [{ configMapRef: { name: settings } }]') },
      ['bus.yaml:8 unknown-key'],
    ],
    [
      'a variable name',
      { 'bus.yaml': deployment('env:', '  - { name: hunter2 x, value: y }') },
      ['bus.yaml:9 variable-name'],
    ],
    [
      'a key that is not a variable name',
      {
        'bus.yaml': deployment('envFrom: [{ configMapRef: { name: settings } }]'),
        's.yaml': configMap({ '9hunter2': 'x' }),
      },
      ['s.yaml:5 variable-name'],
    ],
    [
      'two values',
      { 'bus.yaml': deployment('env:', '  - { name: A, value: x }', '  - { name: A, value: hunter2 }') },
      ['bus.yaml:10 duplicate-variable'],
    ],
    [
      'two sources',
      {
        'bus.yaml': deployment(
          'env:',
          '  - { name: A, value: x, valueFrom: { fieldRef: { fieldPath: status.podIP } } }',
        ),
      },
      ['bus.yaml:9 invalid-value'],
    ],
    ['no source', { 'bus.yaml': deployment('env:', '  - { name: A, valueFrom: {} }') }, ['bus.yaml:9 invalid-value']],
    [
      'no base64',
      { 'bus.yaml': joined(deployment(...reference('secret', 'keys', 'a')), secret({ a: 'hunter2!' })) },
      ['bus.yaml:16 not-base64'],
    ],
    [
      'base64 of no text',
      { 'bus.yaml': joined(deployment(...reference('secret', 'keys', 'a')), secret({ a: '/w==' })) },
      ['bus.yaml:16 not-utf8'],
    ],
    [
      'base64 of NUL',
      { 'bus.yaml': joined(deployment(...reference('secret', 'keys', 'a')), secret({ a: 'AA==' })) },
      ['bus.yaml:16 nul-character'],
    ],
    [
      'a key that is not there',
      { 'bus.yaml': joined(deployment(...reference('secret', 'keys', 'tokne')), secret({ token: '' })) },
      ['bus.yaml:10 unknown-key'],
    ],
    [
      'a Secret that is not there',
      { 'bus.yaml': deployment(...reference('secret', 'keys', 'a')) },
      ['bus.yaml:10 unknown-value'],
    ],
    [
      'a ConfigMap that is not there and need not be',
      { 'bus.yaml': deployment(...reference('configMap', 'settings', 'a', ', optional: true')) },
      ['bus.yaml:10 unknown-value'],
    ],
    [
      'a whole ConfigMap that is not there',
      { 'bus.yaml': deployment('envFrom:', '  - configMapRef: { name: settings, optional: true }') },
      ['bus.yaml:9 unknown-object'],
    ],
    [
      'a ConfigMap of another namespace',
      {
        'bus.yaml': deployment(...reference('configMap', 'settings', 'A')),
        's.yaml': configMap({ A: 'x' }, 'settings', 'staging'),
      },
      ['bus.yaml:10 unknown-value'],
    ],
    [
      'two ConfigMaps beside it',
      {
        'bus.yaml': deployment(...reference('configMap', 'settings', 'A')),
        's.yaml': configMap({ A: 'x' }),
        't.yaml': configMap({ A: 'y' }),
      },
      ['bus.yaml:10 ambiguous-object'],
    ],
    [
      'a bracket of a password',
      { 'bus.yaml': deployment('env:', '  - { name: A, value: "x$(hunter2)" }') },
      ['bus.yaml:9 unknown-value'],
    ],
    [
      'a reference to nothing',
      { 'bus.yaml': deployment('env:', '  - { name: A, value: "$(B)" }', '  - { name: B, value: x }') },
      ['bus.yaml:9 unknown-value'],
    ],
    [
      'a reference to what is unknown',
      {
        'bus.yaml': deployment(
          'env:',
          '  - name: IP',
          '    valueFrom: { fieldRef: { fieldPath: status.podIP } }',
          '  - { name: B, value: "$(IP)" }',
        ),
      },
      ['bus.yaml:10 unknown-value', 'bus.yaml:11 unknown-value'],
    ],
    [
      'a limit',
      {
        'bus.yaml': deployment('env:', '  - name: A', '    valueFrom: { resourceFieldRef: { resource: limits.cpu } }'),
      },
      ['bus.yaml:10 unknown-value'],
    ],
    [
      'nothing of that name',
      { 'bus.yaml': deployment().replace('name: bus }', 'name: buss }') },
      ['bus.yaml:1 unknown-workload'],
    ],
    [
      'something else of that name',
      { 'bus.yaml': joined(configMap({}, 'other'), configMap({}, 'bus')) },
      ['bus.yaml:6 unknown-workload'],
    ],
    [
      'two of that name',
      { 'bus.yaml': joined(deployment(), deployment().replace('Deployment', 'Job')) },
      ['bus.yaml:9 ambiguous-workload'],
    ],
    ['bad YAML', { 'bus.yaml': 'kind: Secret\nstringData:\n  a: |hunter2\n    x\n' }, ['bus.yaml:3 yaml-syntax']],
  ])('%s', async (_, files, places) => {
    expect(placesOf(await read(files))).toEqual(places)
  })

  it('says what a reference found', async () => {
    const [[, other] = []] = (
      await read({
        'bus.yaml': deployment(...reference('configMap', 'settings', 'A')),
        's.yaml': configMap({ A: 'x' }, 'settings', 'staging'),
      })
    ).unknown
    expect(other?.message).toBe(
      `A: the ConfigMap settings (${folder}/s.yaml:1:1) is of the namespace staging, not in no namespace according to its manifest`,
    )
    const [[, near] = []] = (
      await read({
        'bus.yaml': deployment(...reference('secret', 'kees', 'A')),
        's.yaml': secret({}),
        'broken.yaml': '{{',
      })
    ).unknown
    expect(near?.hint).toBe(
      'did you mean keys?; not readable beside it: broken.yaml; put its manifest beside this one, or set the variable in a source that is named later',
    )
    const [[, sealed] = []] = (
      await read({
        'bus.yaml': deployment(...reference('secret', 'vault', 'A')),
        'e.yaml': 'kind: ExternalSecret\nmetadata: { name: vault }\n',
      })
    ).unknown
    expect(sealed?.message).toContain('is made from the ExternalSecret at')
  })
})

describe('references, by the table of Kubernetes’ own tests', () => {
  const values: Readonly<Record<string, string>> = {
    VAR_A: 'A',
    VAR_B: 'B',
    VAR_C: 'C',
    VAR_REF: '$(VAR_A)',
    VAR_EMPTY: '',
  }
  it.each([
    ['$(VAR_A)-$(VAR_A)', 'A-A'],
    ['___$(VAR_B)___', '___B___'],
    ['$$(VAR_B)_$(VAR_A)', '$(VAR_B)_A'],
    ['f000-$$VAR_A', 'f000-$VAR_A'],
    ['foo\\\\$(VAR_C)bar', 'foo\\\\Cbar'],
    ['$(VAR_A$(VAR_B)', undefined],
    ['$(VAR_REF)', '$(VAR_A)'],
    ['foo$(VAR_EMPTY)bar', 'foobar'],
    ['foo$(VAR_Awhoops!', 'foo$(VAR_Awhoops!'],
    ['f00__(VAR_A)__', 'f00__(VAR_A)__'],
    ['$?_boo_$!', '$?_boo_$!'],
    ['$(VAR_DNE)', undefined],
    ['$$$$$$(VAR_A)', '$$$(VAR_A)'],
    ['$$$$$$$(VAR_A)', '$$$A'],
    ['${VAR_A}', '${VAR_A}'],
    ['$(VAR_B)_______$(A', 'B_______$(A'],
    ['$(VAR_A)foobarzab$', 'Afoobarzab$'],
    ['--$($($($($--', '--$($($($($--'],
    ['$(foo$$var)', undefined],
  ])('%j', (text, value) => {
    expect(expandReferences(text, (name) => values[name])).toEqual(
      value === undefined ? { missing: expect.any(String) as string, isSet: false } : { value },
    )
  })

  it('leaves a text without a dollar sign alone, and undoes doubled ones', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(expandReferences(text.replaceAll('$', '$$$$'), () => undefined)).toEqual({ value: text })
      }),
    )
  })
})
