import { z } from 'zod'
import type { Stage } from '../../base/vocabulary.js'
import { packFileFields } from './definition-schema.js'
import type { PackFile } from './pack-files.js'
import { type Problems, plainValue, type YamlEntry, type YamlMap } from '../../definitions/yaml-node.js'
import { judgeBySchema, reportIssues } from '../../definitions/schema-problems.js'
import { readSourceFile } from '../../definitions/source-file.js'

type Section = ReadonlyMap<string, YamlEntry>

/** A pack file whose sections are mappings; what is in them is not yet judged. */
export interface PackSource {
  readonly file: PackFile
  /** The whole of it. */
  readonly root: YamlMap
  readonly stage: Stage | undefined
  /** Whether the file names a stage, be it a wrong one. */
  readonly hasStage: boolean
  readonly profiles: Section
  readonly variables: Section
  readonly inputs: Section
  readonly peers: Section
  readonly checks: Section
  readonly evidence: Section
  /** Whether the file has a `checks` section at all; a file of declarations only has none. */
  readonly hasChecks: boolean
}

/** Reads a pack file as far as its sections. */
export async function readPackSource(file: PackFile, problems: Problems): Promise<PackSource | undefined> {
  const root = await readSourceFile(file.path, file.file, problems)
  if (root === undefined) return undefined
  if (root.kind !== 'map') {
    problems.report(root.position, 'wrong-type', 'a file of checks is a mapping')
    return undefined
  }
  const result = judgeBySchema(sections, outlineOf(root))
  reportIssues(result.error?.issues ?? [], root, packFile, problems)
  const stage = root.entries.get('stage')?.value
  return {
    file,
    root,
    stage: stage === undefined ? undefined : packFileFields.stage.safeParse(plainValue(stage)).data,
    hasStage: stage !== undefined,
    profiles: sectionOf(root, 'profiles'),
    variables: sectionOf(root, 'variables'),
    inputs: sectionOf(root, 'inputs'),
    peers: sectionOf(root, 'peers'),
    checks: sectionOf(root, 'checks', problems),
    evidence: sectionOf(root, 'evidence'),
    hasChecks: root.entries.has('checks'),
  }
}

const sectionShape = {
  profiles: z.record(z.string(), z.unknown()).optional(),
  variables: z.record(z.string(), z.unknown()).optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  peers: z.record(z.string(), z.unknown()).optional(),
  checks: z.record(z.string(), z.unknown()).optional(),
  evidence: z.record(z.string(), z.unknown()).optional(),
} as const

const sections = z.strictObject({ ...sectionShape, stage: packFileFields.stage })

const packFile = z.strictObject(packFileFields)

/** The file as a plain value, as far as `sections` looks: what is in its sections is judged later. */
function outlineOf(root: YamlMap): unknown {
  return plainValue({ ...root, entries: new Map([...root.entries].map(([key, entry]) => [key, outlined(entry)])) })
}

function outlined(entry: YamlEntry): YamlEntry {
  const { value } = entry
  return value.kind === 'map' ? { ...entry, value: { ...value, entries: new Map() } } : entry
}

/**
 * A section's entries. An empty mapping declares nothing, which is a mistake where checks were meant: `problems` says
 * so then.
 */
function sectionOf(root: YamlMap, name: keyof typeof sectionShape, problems?: Problems): Section {
  const entry = root.entries.get(name)
  if (entry?.value.kind !== 'map') return new Map()
  if (entry.value.entries.size === 0) problems?.report(entry.position, 'no-checks', `${name} is empty`)
  return entry.value.entries
}
