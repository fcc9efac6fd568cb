import type { CheckDefinition, Definitions, Pack } from '../definition.js'
import type { Collector } from '../../engine/collector.js'
import type { Diagnostic } from '../../base/errors.js'
import type { Probe } from '../../engine/probe.js'
import { canonicalDigest, Problems, plainValue } from '../../definitions/yaml-node.js'
import { compileSystem, type CompiledSystem, type UsedKinds } from './compile-pack.js'
import type { CheckDraft } from './compile-check.js'
import { judgeNeeds, defaultSelectionOf } from './selection-file.js'
import { findPackFiles, type PackRoot } from './pack-files.js'
import { readPackSource, type PackSource } from './pack-source.js'
import { baseProfiles } from '../../base/vocabulary.js'
import { profileSchema, segmentPattern } from './definition-schema.js'
import { judgeBySchema, reportIssues } from '../../definitions/schema-problems.js'

/** Kinds there are, by name; each is loaded only when a definition uses it. */
interface Kinds<Kind> {
  names(): readonly string[]
  load(kind: string): Promise<Kind>
}

export type ProbeKinds = Kinds<Probe>

type CollectorKinds = Kinds<Collector>

export interface LoadedDefinitions {
  /** `undefined` when there is any problem: a part of the checks must never pass for all of them. */
  readonly definitions: Definitions | undefined
  /** Every problem, by file and line. */
  readonly diagnostics: Diagnostic[]
}

/**
 * Loads and compiles every pack below the given folders, strictly, and lists every problem there is rather than the
 * first. Systems that are in several roots are one pack: a further root may add checks to a system.
 */
export async function loadDefinitions(
  roots: readonly PackRoot[],
  kinds: ProbeKinds,
  collectors: CollectorKinds,
): Promise<LoadedDefinitions> {
  const problems = new Problems()
  const found = await Promise.all(roots.map((root) => findPackFiles(root, problems)))
  const files = found.flatMap((root) => root.files)
  const read = await Promise.all(files.map((file) => readPackSource(file, problems)))
  const sources = read.filter((source) => source !== undefined)
  const unread = files.filter((_, index) => read[index] === undefined)
  const profiles = collectProfiles(sources, problems)
  const common = {
    profiles,
    probes: await usedKinds(
      sources.map(({ checks }) => checks),
      kinds,
    ),
    collectors: await usedKinds(
      sources.map(({ evidence }) => evidence),
      collectors,
    ),
    problems,
  }
  const systems = [...new Set(files.map((file) => file.system))].map((name) =>
    compileSystem(
      {
        name,
        sources: sources.filter((source) => source.file.system === name),
        isWhole: !unread.some((file) => file.system === name),
      },
      common,
    ),
  )
  const drafts = new Map(systems.flatMap((system) => [...system.drafts]))
  judgeNeeds(drafts, (id) => unread.some((file) => id.startsWith(`${file.prefix}/`)), problems)
  const selections = await Promise.all(
    found.map((root) => defaultSelectionOf(root, [...drafts.keys(), ...unread.map((file) => file.prefix)], problems)),
  )
  const diagnostics = problems.sorted()
  if (diagnostics.length > 0) return { definitions: undefined, diagnostics }
  return { definitions: assemble(systems, drafts, profiles, [...new Set(selections.flat())]), diagnostics }
}

/** Every kind by name, those that the files use loaded; the others stand for themselves and are never read. */
async function usedKinds<Kind>(
  sections: readonly PackSource['checks'][],
  kinds: Kinds<Kind>,
): Promise<UsedKinds<Kind>> {
  const used = new Set(
    sections.flatMap((section) =>
      [...section.values()].flatMap(({ value }) => (value.kind === 'map' ? [...value.entries.keys()] : [])),
    ),
  )
  const loaded = new Map<string, Kind>()
  const names = kinds.names()
  await Promise.all(
    names.filter((name) => used.has(name)).map(async (name) => loaded.set(name, await kinds.load(name))),
  )
  return { from: kinds, names, loaded }
}

function assemble(
  systems: readonly CompiledSystem[],
  drafts: ReadonlyMap<string, CheckDraft>,
  profiles: ReadonlyMap<string, string>,
  defaultSelection: readonly string[],
): Definitions {
  const packs = systems.map((compiled) => packOf(compiled, drafts))
  const checks = new Map<string, CheckDefinition>(
    packs.flatMap((pack) => pack.checks.map((check) => [check.id, check] as const)),
  )
  const digest = canonicalDigest({
    checks: Object.fromEntries([...checks].map(([id, check]) => [id, check.digest])),
    declarations: systems.map(({ system }) => [
      system.name,
      ...system.sources.map(({ variables, inputs, evidence, peers }) => [
        plainSection(variables),
        plainSection(inputs),
        plainSection(evidence),
        ...(peers.size === 0 ? [] : [plainSection(peers)]),
      ]),
    ]),
    profiles: Object.fromEntries(profiles),
    defaultSelection,
  })
  return Object.freeze({
    packs: Object.freeze(packs),
    checks,
    profiles,
    defaultSelection: Object.freeze(defaultSelection),
    digest,
  })
}

function plainSection(section: PackSource['inputs']): unknown {
  return [...section].map(([name, { value }]) => [name, plainValue(value)])
}

function packOf({ system, evidence, peers }: CompiledSystem, drafts: ReadonlyMap<string, CheckDraft>): Pack {
  const checks = [...drafts.values()].flatMap(({ definition }) =>
    definition?.system === system.name ? [definition] : [],
  )
  return Object.freeze({
    system: system.name,
    root: system.sources[0]!.file.root.folder,
    files: Object.freeze(system.sources.map((source) => source.file.path)),
    variables: Object.freeze(system.variables),
    inputs: Object.freeze([...system.inputs]),
    checks: Object.freeze(checks),
    peers: Object.freeze(peers),
    evidence: Object.freeze(evidence),
  })
}

/**
 * Every name a profile goes by, with the profile it means: the base profiles, and what the packs add. A name that would
 * mean two profiles is refused, whichever files say so.
 */
function collectProfiles(sources: readonly PackSource[], problems: Problems): ReadonlyMap<string, string> {
  const meaning = new Map<string, string>(baseProfiles.map((profile) => [profile, profile]))
  const declarations = sources.flatMap((source) => [...source.profiles])
  for (const [name, { position }] of declarations) {
    if (!segmentPattern.test(name)) problems.report(position, 'profile-name', `${name} cannot be the name of a profile`)
    meaning.set(name, name)
  }
  for (const [name, { value }] of declarations) {
    const parsed = judgeBySchema(profileSchema, plainValue(value))
    reportIssues(parsed.error?.issues ?? [], value, profileSchema, problems)
    for (const alias of parsed.data?.aliases ?? []) {
      const before = meaning.get(alias)
      if (before === undefined || before === name) meaning.set(alias, name)
      else problems.report(value.position, 'duplicate-profile', `${alias} is already an alias of the profile ${before}`)
    }
  }
  return meaning
}
