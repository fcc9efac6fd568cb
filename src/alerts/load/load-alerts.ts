import { formatPosition, type Diagnostic, type Position } from '../../base/errors.js'
import type { Definitions } from '../../checks/definition.js'
import { segmentPattern } from '../../checks/load/definition-schema.js'
import { findAlertFiles, type AlertFile, type PackRoot } from '../../checks/load/pack-files.js'
import type { ProbeKinds } from '../../checks/load/load-definitions.js'
import { Problems, plainValue, type YamlMap, type YamlNode } from '../../definitions/yaml-node.js'
import { readSourceFile } from '../../definitions/source-file.js'
import { reportIssues, judgeBySchema } from '../../definitions/schema-problems.js'
import type { Probe } from '../../engine/probe.js'
import { suggestionHint } from '../../base/text/wording.js'
import type { AlertDefinition, AlertPriority } from '../alert-definition.js'
import { alertFileFields, prioritySchema } from './alert-schema.js'
import { compileAlert } from './compile-alert.js'

interface LoadedAlerts {
  /** In the order of their files; `undefined` when there is any problem. */
  readonly alerts: readonly AlertDefinition[] | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** Loads and compiles every alert below the given folders, strictly, and lists every problem there is. */
export async function loadAlerts(
  roots: readonly PackRoot[],
  definitions: Definitions,
  kinds: ProbeKinds,
): Promise<LoadedAlerts> {
  const problems = new Problems()
  const files = (await Promise.all(roots.map((root) => findAlertFiles(root, problems)))).flat()
  const sources = await Promise.all(
    files.map(async (file) => ({ file, root: await readSourceFile(file.path, file.file, problems) })),
  )
  const probes = await kindsNamed(
    sources.flatMap(({ root }) => root ?? []),
    definitions,
    kinds,
  )
  const alerts = new Map<string, AlertDefinition>()
  const places = new Map<string, Position>()
  for (const { file, root } of sources) {
    if (root === undefined) continue
    if (root.kind !== 'map') {
      problems.report(root.position, 'wrong-type', 'a file of alerts is a mapping')
      continue
    }
    for (const alert of compileFile(file, root, { definitions, probes, problems, places })) alerts.set(alert.id, alert)
  }
  const diagnostics = problems.sorted()
  return { alerts: diagnostics.length > 0 ? undefined : [...alerts.values()], diagnostics }
}

/** The kinds of the checks that the files name. */
async function kindsNamed(
  roots: readonly YamlNode[],
  { checks }: Definitions,
  kinds: ProbeKinds,
): Promise<ReadonlyMap<string, Probe>> {
  const used = new Set<string>()
  const collect = (value: unknown): void => {
    const kind = typeof value === 'string' ? checks.get(value)?.probe.kind : undefined
    if (kind !== undefined) used.add(kind)
  }
  for (const root of roots) plainValue(root, (scalar) => collect(scalar.value))
  return new Map(await Promise.all([...used].map(async (kind) => [kind, await kinds.load(kind)] as const)))
}

interface FileContext {
  readonly definitions: Definitions
  readonly probes: ReadonlyMap<string, Probe>
  readonly problems: Problems
  /** Where each alert is declared so far, by id. */
  readonly places: Map<string, Position>
}

function compileFile(
  { system }: AlertFile,
  root: YamlMap,
  { places, ...context }: FileContext,
): readonly AlertDefinition[] {
  const { problems } = context
  for (const [key, { position }] of root.entries)
    if (!Object.hasOwn(alertFileFields, key))
      problems.report(
        position,
        'unknown-key',
        `unknown key ${key}: not a property of a file of alerts`,
        suggestionHint(key, Object.keys(alertFileFields)) ?? `known: ${Object.keys(alertFileFields).join(', ')}`,
      )
  const priorities = compilePriorities(root, problems)
  return [...sectionOf(root, 'alerts', problems)].flatMap(([name, entry]) => {
    const id = `${system}/${name}`
    const before = places.get(id)
    if (before !== undefined)
      problems.report(entry.position, 'duplicate-id', `${id} is already declared at ${formatPosition(before)}`)
    else places.set(id, entry.position)
    return compileAlert(name, entry, { ...context, system, priorities }) ?? []
  })
}

function compilePriorities(root: YamlMap, problems: Problems): ReadonlyMap<string, AlertPriority> {
  const priorities = new Map<string, AlertPriority>()
  for (const [name, { position, value }] of sectionOf(root, 'priorities', problems)) {
    if (!segmentPattern.test(name.toLowerCase()))
      problems.report(
        position,
        'priority-name',
        `${name} cannot be the name of a priority: use letters, digits and single hyphens`,
      )
    const parsed = judgeBySchema(prioritySchema, plainValue(value))
    reportIssues(parsed.error?.issues ?? [], value, prioritySchema, problems)
    if (parsed.data === undefined) continue
    const { call, within = '' } = parsed.data
    priorities.set(name, { name, rank: priorities.size, call, within })
  }
  return priorities
}

/** A section that the file must have, with something in it. */
function sectionOf(root: YamlMap, name: keyof typeof alertFileFields, problems: Problems): YamlMap['entries'] {
  const entry = root.entries.get(name)
  if (entry === undefined) problems.report(root.position, 'missing-key', `${name} is missing`)
  else if (entry.value.kind !== 'map') problems.report(entry.value.position, 'wrong-type', `${name} is a mapping`)
  else if (entry.value.entries.size === 0) problems.report(entry.position, 'nothing-declared', `${name} is empty`)
  return entry?.value.kind === 'map' ? entry.value.entries : new Map()
}
