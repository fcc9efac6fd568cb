import { resolve } from 'node:path'
import type { Position } from '../../../base/errors.js'
import { nodeAt, type YamlMap, type YamlNode } from '../../../definitions/yaml-node.js'
import type { ManifestFile } from '../manifest-file.js'
import type { EnvironmentEntry } from './interpolate.js'
import { isReset, replaces } from './compose-files.js'

/** An `env_file` of a service. */
export interface NamedEnvFile {
  readonly path: string
  readonly isRequired: boolean
  readonly format: string
  readonly position: Position
}

/** What a service says of its environment, with all that it extends. */
export interface ComposeService {
  readonly entries: ReadonlyMap<string, EnvironmentEntry>
  /** The later ones win. */
  readonly files: readonly NamedEnvFile[]
}

export const nothing: ComposeService = { entries: new Map(), files: [] }

/** Both extending and merging: what comes after adds to what was there, and replaces what has the same name. */
export function together(base: ComposeService, own: ComposeService): ComposeService {
  return {
    entries: new Map([...base.entries, ...own.entries]),
    files: withoutRepetition([...base.files, ...own.files]),
  }
}

/** What is left of a service where a later file takes away or replaces parts of it. */
export function without({ entries, files }: ComposeService, node: YamlMap): ComposeService {
  const variables = node.entries.get('environment')?.value
  const taken =
    variables?.kind === 'map'
      ? [...variables.entries].filter(([, { value }]) => isReset(value)).map(([name]) => name)
      : []
  return {
    entries: replaces(variables) ? new Map() : new Map([...entries].filter(([name]) => !taken.includes(name))),
    files: replaces(node.entries.get('env_file')?.value) ? [] : files,
  }
}

export function serviceIn({ roots: [root] }: ManifestFile, name: string): YamlNode | undefined {
  return root === undefined ? undefined : nodeAt(root, ['services', name])
}

export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null
}

export function filePosition(service: YamlMap, index: number): Position {
  const node: YamlNode = service.entries.get('env_file')!.value
  return (node.kind === 'list' ? node.items[index] : undefined)?.position ?? node.position
}

/** Of a file that is named twice the first place counts, with what the last one says of it. */
function withoutRepetition(files: readonly NamedEnvFile[]): readonly NamedEnvFile[] {
  const byPath = new Map<string, NamedEnvFile>()
  for (const file of files) byPath.set(resolve(file.path), file)
  return [...byPath.values()]
}
