import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Diagnostic, Position } from '../../../base/position.js'
import { nodeAt, type Path, type YamlMap, type YamlNode } from '../../../definitions/yaml-node.js'
import { readManifestFile } from '../manifest-file.js'
import { templateIn } from './helm.js'
import { largestSource } from '../read-bytes.js'

/** One object of a manifest. */
export interface ClusterObject {
  readonly kind: string
  readonly name: string
  /** `undefined` where the manifest leaves it to whoever applies it. */
  readonly namespace: string | undefined
  readonly node: YamlMap
  readonly position: Position
}

export interface Manifests {
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

/** More files than this in one folder are no set of manifests that belong together. */
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
