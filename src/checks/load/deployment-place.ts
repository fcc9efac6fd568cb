import { sep } from 'node:path'
import { builtinChecks } from '../../base/package.js'
import type { Position } from '../../base/errors.js'
import type { Path, YamlNode } from '../../definitions/yaml-node.js'
import type { CheckDefinition } from '../definition.js'
import type { Configuration } from './configuration.js'

/** Where a problem is that no line of a file shows. */
export const commandLinePlace: Position = { file: 'command line', line: 0, column: 0 }

/**
 * Where a deployment file speaks of something: the key or the item at a path, as far as the file has it, else its first
 * line. Without a file it is the command line.
 */
export function deploymentPlace({ file, root }: Pick<Configuration, 'file' | 'root'>, path: Path): Position {
  if (root === undefined) return commandLinePlace
  let here: YamlNode | undefined = root
  let place: Position = { file, line: 1, column: 1 }
  for (const step of path) {
    const entry: { readonly position: Position; readonly value: YamlNode } | undefined =
      here.kind === 'map' ? here.entries.get(String(step)) : itemAt(here, Number(step))
    if (entry === undefined) break
    place = entry.position
    here = entry.value
  }
  return place
}

function itemAt(node: YamlNode, index: number): { readonly position: Position; readonly value: YamlNode } | undefined {
  const item = node.kind === 'list' ? node.items[index] : undefined
  return item === undefined ? undefined : { position: item.position, value: item }
}

/**
 * Where a report points to for a check that ships, whose file a user cannot open: the deployment file, where it names
 * the pack, else its first line; `null` without one. `undefined` for every other check.
 */
export function shippedCheckPlace(
  { folder, system }: Pick<CheckDefinition, 'folder' | 'system'>,
  configuration: Pick<Configuration, 'file' | 'root' | 'packs'>,
): { readonly file: string; readonly line: number } | null | undefined {
  if (!folder.startsWith(builtinChecks + sep)) return undefined
  if (configuration.root === undefined) return null
  const index = configuration.packs?.indexOf(system) ?? -1
  const { file, line } = deploymentPlace(configuration, index < 0 ? [] : ['packs', index])
  return { file, line }
}
