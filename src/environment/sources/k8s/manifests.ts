import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve, normalize } from 'node:path'
import type { Diagnostic, Position } from '../../../base/errors.js'
import { nodeAt, type Path, type YamlMap, type YamlNode } from '../../../definitions/yaml-node.js'
import { readManifestFile } from '../manifest-file.js'
import { largestSource } from '../read-environment.js'
import type { SourceText } from '../env-source-text.js'

/** One object of a manifest. */
export interface ClusterObject {
  readonly kind: string
  readonly name: string
  /** `undefined` where the manifest leaves it to the command that applies it. */
  readonly namespace: string | undefined
  readonly node: YamlMap
  readonly position: Position
}

interface Manifests {
  readonly objects: readonly ClusterObject[]
  readonly diagnostics: readonly Diagnostic[]
}

const wording = { what: 'manifest', hint: 'name a readable YAML file of Kubernetes objects' }

/**
 * Reads the objects of a file, those of a List one by one.
 *
 * @throws UsageError when there is no readable file of that name or it is over 4 MiB
 */
export async function readManifests(path: string): Promise<Manifests> {
  const { source, roots, diagnostics } = await readManifestFile(path, wording)
  const template = templateIn(source)
  return template === undefined
    ? { objects: roots.flatMap(objectsIn), diagnostics }
    : { objects: [], diagnostics: [template] }
}

function objectsIn(root: YamlNode): readonly ClusterObject[] {
  const kind = textAt(root, ['kind'])
  if (root.kind !== 'map' || kind === undefined) return []
  const items = nodeAt(root, ['items'])
  if (kind.endsWith('List') && items?.kind === 'list') return items.items.flatMap(objectsIn)
  const name = textAt(root, ['metadata', 'name'])
  return name === undefined
    ? []
    : [{ kind, name, namespace: textAt(root, ['metadata', 'namespace']), node: root, position: root.position }]
}

/** The text at a path, where there is one. */
export function textAt(node: YamlNode, path: Path): string | undefined {
  const found = nodeAt(node, path)
  return found?.kind === 'scalar' && typeof found.value === 'string' ? found.value : undefined
}

/** More files than this in one folder are not a set of manifests that belong together. */
const mostNeighbours = 500

/**
 * The objects of the other files in a manifest's folder, and the names of those that cannot be read (a template, for
 * example).
 */
export async function readNeighbours(
  path: string,
): Promise<{ readonly objects: readonly ClusterObject[]; readonly unreadable: readonly string[] }> {
  const folder = dirname(path)
  const names = (await readdir(folder))
    .filter((name) => /\.(?:ya?ml|json)$/i.test(name) && name !== basename(path))
    .sort()
  const objects: ClusterObject[] = []
  const unreadable: string[] = names.slice(mostNeighbours)
  for (const name of names.slice(0, mostNeighbours)) {
    const read = await readNeighbour(join(folder, name))
    if (read === undefined || read.diagnostics.length > 0) unreadable.push(name)
    else objects.push(...read.objects)
  }
  return { objects, unreadable }
}

/** A neighbour was not asked for: what is wrong with it matters only when something is not found elsewhere. */
async function readNeighbour(path: string): Promise<Manifests | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() === true && found.size <= largestSource
    ? readManifests(path).catch(() => undefined)
    : undefined
}

/** Actions of Helm's templates; braces of other templates, which a value may hold as text, are none of them. */
const action =
  /\{\{-?\s*(?:\.(?:Values|Release|Chart|Files|Capabilities|Template)\b|\$\w*\.|(?:include|template|if|else|with|range|end|define|tpl|toYaml|required|lookup|default|quote)\b|\/\*)/

export const renderedByHelm = 'render it first, and name the output: helm template … > rendered.yaml'

/** The `Chart.yaml` of the chart that a manifest belongs to: beside it, or above the folder of its templates. */
export async function chartOf(file: string): Promise<string | undefined> {
  const folder = dirname(resolve(file))
  const places = basename(folder) === 'templates' ? [folder, dirname(folder)] : [folder]
  for (const place of places) {
    const names: readonly string[] = await readdir(place).catch(() => [])
    if (names.includes('Chart.yaml')) return join(place, 'Chart.yaml')
  }
  return undefined
}

/** What tells that a file is a template of Helm: it says nothing of an environment before it is rendered. */
function templateIn(source: SourceText): Diagnostic | undefined {
  const at = source.text.search(action)
  if (at === -1) return undefined
  return {
    position: source.position(at),
    code: 'render-first',
    message: 'the file is a template of Helm, which sets no values before it is rendered',
    hint: renderedByHelm,
  }
}

/** The names that kustomize looks for. */
const fileNames: ReadonlySet<string> = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization'])

/** Fields with which what is applied has another environment than the files say. */
const changing = [
  'configMapGenerator',
  'secretGenerator',
  'generators',
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'transformers',
  'components',
  'vars',
  'namespace',
  'namePrefix',
  'nameSuffix',
]

/** The kustomization beside a manifest. */
interface Kustomization {
  readonly file: string
  /** The first field that changes the environment of what it names, with its place. */
  readonly change: { readonly field: string; readonly position: Position } | undefined
  /** The files that it takes resources from or patches with, relative to its folder. */
  readonly named: ReadonlySet<string>
  readonly generates: ReadonlyMap<string, Position>
}

/** @returns `undefined` where there is none, or none that can be read as YAML: kustomize would refuse it as well */
export async function kustomizationBeside(path: string): Promise<Kustomization | undefined> {
  const name = (await readdir(dirname(path))).find((each) => fileNames.has(each))
  if (name === undefined || name === basename(path)) return undefined
  const file = join(dirname(path), name)
  const {
    roots: [root],
    diagnostics,
  } = await readManifestFile(file, { what: 'kustomization', hint: 'it is beside the manifest' })
  if (diagnostics.length > 0 || root?.kind !== 'map') return undefined
  const field = changing.find((each) => root.entries.has(each))
  return {
    file,
    change: field === undefined ? undefined : { field, position: root.entries.get(field)!.position },
    named: new Set(
      ['resources', 'patchesStrategicMerge', 'patches']
        .flatMap((each) => textsIn(root, each))
        .map((each) => normalize(each)),
    ),
    generates: new Map([
      ...generated(root, 'configMapGenerator', 'ConfigMap'),
      ...generated(root, 'secretGenerator', 'Secret'),
    ]),
  }
}

/** Whether a file is a kustomization itself. */
export function isKustomization(path: string): boolean {
  return fileNames.has(basename(path))
}

/** The texts of a list, and the `path` of its mappings. */
function textsIn(root: YamlMap, field: string): readonly string[] {
  return itemsIn(root, field).flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' ? [item.value] : [textAt(item, ['path']) ?? []].flat(),
  )
}

function generated(root: YamlMap, field: string, kind: string): readonly (readonly [string, Position])[] {
  return itemsIn(root, field).flatMap((item) => {
    const name = textAt(item, ['name'])
    return name === undefined ? [] : [[`${kind} ${name}`, item.position] as const]
  })
}

function itemsIn(root: YamlMap, field: string): readonly YamlNode[] {
  const list = nodeAt(root, [field])
  return list?.kind === 'list' ? list.items : []
}
