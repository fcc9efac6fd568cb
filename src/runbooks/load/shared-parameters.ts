import { suggestionHint } from '../../base/text/wording.js'
import { formatPosition, type Position } from '../../base/errors.js'
import type { PackFile } from '../../checks/load/pack-files.js'
import type { Problems, YamlEntry, YamlMap, YamlNode } from '../../definitions/yaml-node.js'
import { readSourceFile } from '../../definitions/source-file.js'
import { compileParameters } from './compile-parameters.js'

/** The parameters that runbooks of a system can name, in the order of their declaration. */
export type SharedParameters = ReadonlyMap<string, YamlEntry>

/** The name of the file in a system's folder. */
const fileName = 'parameters'

/** Whether a file holds the parameters of its system, and is no runbook. */
export function holdsParameters({ system, prefix }: Pick<PackFile, 'system' | 'prefix'>): boolean {
  return prefix === `${system}/${fileName}`
}

/**
 * Reads the parameters that systems share, and reports what is wrong with them, be they used or not. A system that is
 * in several folders has those of all of them.
 */
export async function readSharedParameters(
  files: readonly PackFile[],
  problems: Problems,
): Promise<ReadonlyMap<string, SharedParameters>> {
  const bySystem = new Map<string, Map<string, YamlEntry>>()
  for (const file of files) {
    const root = await readSourceFile(file.path, file.file, problems)
    const entries = root === undefined ? new Map<string, YamlEntry>() : sharedIn(root, problems)
    const known = bySystem.get(file.system) ?? new Map<string, YamlEntry>()
    bySystem.set(file.system, known)
    for (const [name, entry] of entries) {
      const before = known.get(name)
      if (before === undefined) known.set(name, entry)
      else
        problems.report(
          entry.position,
          'duplicate-parameter',
          `the parameter ${name} is already declared at ${formatPosition(before.position)}`,
        )
    }
  }
  return bySystem
}

function sharedIn(root: YamlNode, problems: Problems): ReadonlyMap<string, YamlEntry> {
  if (root.kind !== 'map') {
    problems.report(root.position, 'wrong-type', 'a file of shared parameters is a mapping of names to declarations')
    return new Map()
  }
  const steps = root.entries.get('steps')
  if (steps !== undefined) {
    problems.report(
      steps.position,
      'misplaced-file',
      `${fileName}.yaml holds the parameters that the runbooks of a system share: give the runbook another name`,
    )
    return new Map()
  }
  compileParameters(root.entries, problems)
  return root.entries
}

/**
 * A runbook whose parameters are a list, as if each of them were declared in it: a name stands for a parameter that the
 * system shares, a mapping declares the runbook's own. Any other runbook is returned as it is.
 */
export function withSharedParameters(root: YamlMap, shared: SharedParameters | undefined, problems: Problems): YamlMap {
  const section = root.entries.get('parameters')
  if (section?.value.kind !== 'list') return root
  const entries = new Map<string, YamlEntry>()
  for (const item of section.value.items) {
    for (const [name, entry] of named(item, shared, entries, problems)) {
      if (entries.has(name))
        problems.report(entry.at, 'duplicate-parameter', `the parameter ${name} is named twice: name it once`)
      else entries.set(name, entry.declaration)
    }
  }
  const value: YamlMap = { kind: 'map', position: section.value.position, entries }
  return { ...root, entries: new Map(root.entries).set('parameters', { ...section, value }) }
}

interface Named {
  readonly declaration: YamlEntry
  /** Where the runbook names it. */
  readonly at: Position
}

function named(
  item: YamlNode,
  shared: SharedParameters | undefined,
  before: ReadonlyMap<string, YamlEntry>,
  problems: Problems,
): readonly (readonly [string, Named])[] {
  if (item.kind === 'map')
    return [...item.entries].map(([name, entry]) => [name, { declaration: entry, at: entry.position }])
  if (item.kind !== 'scalar' || typeof item.value !== 'string') {
    problems.report(
      item.position,
      'wrong-type',
      'expected the name of a shared parameter, or a mapping that declares one of this runbook',
    )
    return []
  }
  const name = item.value
  const declaration = shared?.get(name)
  if (declaration === undefined) {
    problems.report(
      item.position,
      'unknown-parameter',
      shared === undefined
        ? `${name} cannot be shared: the folder of the system has no ${fileName}.yaml`
        : `unknown shared parameter ${name}`,
      suggestionHint(name, [...(shared?.keys() ?? [])]) ?? `declare it: - ${name}: { type: …, description: … }`,
    )
    return []
  }
  // Those it needs are added all the same, so that their absence is reported only once.
  const missing = [...neededBy(declaration, shared!)].filter(([needed]) => !before.has(needed))
  for (const [needed] of missing)
    problems.report(
      item.position,
      'missing-parameter',
      `${name} reads ${needed} for its default: name ${needed} before it`,
    )
  return [...missing, [name, declaration] as const].map(([each, entry]) => [
    each,
    { declaration: entry, at: item.position },
  ])
}

/** The shared parameters that a default reads, and those that they read, in the order of their declaration. */
function neededBy(declaration: YamlEntry, shared: SharedParameters): ReadonlyMap<string, YamlEntry> {
  const needed = new Set<string>()
  const add = ({ value }: YamlEntry): void => {
    const fallback = value.kind === 'map' ? value.entries.get('default')?.value : undefined
    const text = fallback?.kind === 'scalar' && typeof fallback.value === 'string' ? fallback.value : ''
    for (const [, name = ''] of text.matchAll(/\bparams\.([a-z0-9_]+)/g)) {
      const entry = needed.has(name) ? undefined : shared.get(name)
      if (entry === undefined) continue
      needed.add(name)
      add(entry)
    }
  }
  add(declaration)
  return new Map([...shared].filter(([name]) => needed.has(name)))
}
