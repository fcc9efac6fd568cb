import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readClusterContainer } from '../../../src/environment/sources/k8s/k8s.js'

let root: string
let folder: string
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'k8s-rendering-'))))
beforeEach(async () => void (folder = await mkdtemp(join(root, 'manifests-'))))
afterAll(() => rm(root, { recursive: true }))

async function read(files: Readonly<Record<string, string>>, from = 'bus.yaml#bus') {
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text)
  const { variables, unknown, diagnostics } = await readClusterContainer(join(folder, from))
  const problems = [...diagnostics, ...unknown.map(([, reason]) => reason)]
  expect(JSON.stringify(problems)).not.toContain('hunter2')
  return {
    values: Object.fromEntries(variables.map(([name, { value }]) => [name, value.reveal()])),
    problems: problems.map(
      ({ position, code, message, hint }) =>
        `${position.file.slice(folder.length + 1)}:${position.line} ${code} ${message}; ${hint}`,
    ),
  }
}

const pod = (container: string) =>
  `kind: Pod\nmetadata: { name: bus }\nspec: { containers: [{ name: bus, ${container} }] }\n`
const withSettings = pod('envFrom: [{ configMapRef: { name: settings } }]')

describe('Helm', () => {
  it.each([
    '"{{ .Values.level }}"',
    '{{ .Values.level }}',
    '\'{{- include "bus.level" . }}\'',
    '"{{ required "hunter2" .Values.x }}"',
  ])('%s is named, to be rendered first', async (value) => {
    const { problems } = await read({ 'bus.yaml': pod(`env: [{ name: LEVEL, value: ${value} }]`) })
    expect(problems).toEqual([expect.stringMatching(/^bus\.yaml:3 render-first .*Helm.*render it first/)])
  })

  it('is not seen in the braces of another template', async () => {
    const { values, problems } = await read({
      'bus.yaml': pod('env: [{ name: ALERT, value: "{{ $labels.instance }} {{ name }}" }]').replace(
        '$labels.instance',
        'instance',
      ),
    })
    expect([values, problems]).toEqual([{ ALERT: '{{ instance }} {{ name }}' }, []])
  })
})

describe('kustomize', () => {
  it('is named where a kustomization takes the file and changes it', async () => {
    const { problems } = await read({
      'bus.yaml': pod('env: [{ name: A, value: hunter2 }]'),
      'kustomization.yaml': 'resources: [./bus.yaml]\npatches:\n  - path: more.yaml\n',
    })
    expect(problems).toEqual([
      expect.stringMatching(/^kustomization\.yaml:2 render-first .*bus\.yaml.*\(patches\).*render it first/),
    ])
  })

  it('is named where it generates what the container takes', async () => {
    const { problems } = await read({
      'bus.yaml': withSettings,
      'kustomization.yml':
        'resources: [other.yaml]\nconfigMapGenerator:\n  - name: settings\n    literals: [A=hunter2]\n',
    })
    expect(problems).toEqual([
      expect.stringMatching(/^bus\.yaml:3 unknown-object .*settings.*kustomization\.yml:3.*render it first/),
    ])
  })

  it('is named where the file is the kustomization itself', async () => {
    const { problems } = await read({ 'kustomization.yaml': 'resources: [bus.yaml]\n' }, 'kustomization.yaml#bus')
    expect(problems).toEqual([expect.stringMatching(/^kustomization\.yaml:1 render-first/)])
  })

  it('is left alone where it only lists the file, or the file is what was rendered', async () => {
    const manifest = pod('env: [{ name: A, value: x }]')
    expect(await read({ 'bus.yaml': manifest, 'kustomization.yaml': 'resources: [bus.yaml]\n' })).toEqual({
      values: { A: 'x' },
      problems: [],
    })
    expect(
      await read(
        { 'rendered.yaml': manifest, 'kustomization.yaml': 'resources: [bus.yaml]\nnamePrefix: a-\n' },
        'rendered.yaml#bus',
      ),
    ).toEqual({ values: { A: 'x' }, problems: [] })
  })
})

describe('a notice that what is applied may not be the manifest', () => {
  const manifest = pod('env: [{ name: A, value: x }]')
  const noticesOf = async (files: Readonly<Record<string, string>>, from: string): Promise<readonly string[]> => {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, file)), { recursive: true })
      await writeFile(join(folder, file), text)
    }
    const { notices, diagnostics } = await readClusterContainer(join(folder, from))
    expect(diagnostics).toEqual([])
    return notices.map((notice) => notice.replaceAll(`${folder}/`, ''))
  }

  it.each(['kustomization.yaml', 'kustomization.yml', 'Kustomization'])('with %s beside it', async (name) => {
    for (const text of ['resources: [bus.yaml]\n', 'resources: [other.yaml]\nnamePrefix: a-\n']) {
      expect(await noticesOf({ 'bus.yaml': manifest, [name]: text }, 'bus.yaml#bus')).toEqual([
        expect.stringMatching(
          new RegExp(`^${name} is beside bus\\.yaml: if kustomize applies them, .* kubectl kustomize FOLDER`),
        ),
      ])
    }
  })

  it('with the chart that it is a template of, or beside it', async () => {
    expect(
      await noticesOf(
        { 'chart/templates/bus.yaml': manifest, 'chart/Chart.yaml': 'name: bus\n' },
        'chart/templates/bus.yaml#bus',
      ),
    ).toEqual([
      expect.stringMatching(
        /^chart\/Chart\.yaml is beside chart\/templates\/bus\.yaml: if Helm applies them, .*helm template/,
      ),
    ])
    expect(await noticesOf({ 'chart/bus.yaml': manifest }, 'chart/bus.yaml#bus')).toHaveLength(1)
    expect(await noticesOf({ 'chart/other/bus.yaml': manifest }, 'chart/other/bus.yaml#bus')).toEqual([])
  })
})

/** What kubectl 1.32 makes of the keys: `kubectl label --local -f FILE a=b -o json`. */
describe('keys without quotes', () => {
  it.each([
    ['NO', 'false'],
    ['y', 'true'],
    ['Off', 'false'],
    ['TRUE', 'true'],
  ])('%s is what Kubernetes makes %s', async (key, made) => {
    const { problems } = await read({
      'bus.yaml': `${withSettings}---\nkind: ConfigMap\nmetadata: { name: settings }\ndata:\n  ${key}: "hunter2"\n`,
    })
    expect(problems).toEqual([
      expect.stringMatching(
        new RegExp(`^bus\\.yaml:8 key-not-text the key ${key} .*reads it as ${made}; put the key in quotes$`),
      ),
    ])
  })

  it.each(['010', '1_0', '0b1', '1e3', '.5', 'null'])('%s is refused for what it may be made of', async (key) => {
    const { problems } = await read({
      'bus.yaml': `${withSettings}---\nkind: ConfigMap\nmetadata: { name: settings }\ndata:\n  ${key}: "hunter2"\n`,
    })
    expect(problems).toEqual([expect.stringMatching(/^bus\.yaml:8 key-not-text/)])
  })

  it.each(['"NO"', "'y'", '!!str NO'])('%s is text', async (key) => {
    const { values, problems } = await read({
      'bus.yaml': `${withSettings}---\nkind: ConfigMap\nmetadata: { name: settings }\ndata:\n  ${key}: v\n`,
    })
    expect([Object.values(values), problems]).toEqual([['v'], []])
  })

  it('are refused where a container asks for one, and in the name of a variable', async () => {
    const manifest = pod(
      'env: [{ name: A, valueFrom: { configMapKeyRef: { name: settings, key: "ON" } } }, { name: N, value: x }]',
    )
    const { problems } = await read({
      'bus.yaml': `${manifest}---\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { ON: hunter2 }\n`,
    })
    expect(problems).toEqual([
      expect.stringMatching(/^bus\.yaml:3 wrong-type the name N /),
      expect.stringMatching(/^bus\.yaml:7 key-not-text the key ON /),
    ])
  })
})

describe("kinds that are not Kubernetes' own", () => {
  const template = 'spec: { template: { spec: { containers: [{ env: [{ name: A, value: x }] }] } } }\n'

  it.each([
    ['argoproj.io/v1alpha1', 'Rollout'],
    ['serving.knative.dev/v1', 'Service'],
    ['serving.knative.dev/v1', 'Configuration'],
  ])('%s %s has containers', async (version, kind) => {
    expect(
      await read({ 'bus.yaml': `apiVersion: ${version}\nkind: ${kind}\nmetadata: { name: bus }\n${template}` }),
    ).toEqual({ values: { A: 'x' }, problems: [] })
  })

  it('a Service of Kubernetes has none, and a Rollout that refers to a workload neither', async () => {
    expect(
      (await read({ 'bus.yaml': `apiVersion: v1\nkind: Service\nmetadata: { name: bus }\n${template}` })).problems,
    ).toEqual([expect.stringContaining('the Service bus starts no containers')])
    expect(
      (
        await read({
          'bus.yaml':
            'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: { name: bus }\nspec: { workloadRef: { kind: Deployment, name: other } }\n',
        })
      ).problems,
    ).toEqual([expect.stringContaining('the Rollout bus has no pod template')])
  })
})
