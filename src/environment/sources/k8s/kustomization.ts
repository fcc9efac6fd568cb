import { readdir } from 'node:fs/promises'
import { basename, dirname, join, normalize } from 'node:path'
import type { Position } from '../../../base/position.js'
import { nodeAt, type YamlMap, type YamlNode } from '../../../definitions/yaml-node.js'
import { readManifestFile } from '../manifest-file.js'
import { textAt } from './manifests.js'

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
