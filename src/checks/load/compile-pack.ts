import type { EvidenceDefinition, PeerDefinition } from '../definition.js'
import type { Collector } from '../../engine/collector.js'
import type { Probe } from '../../engine/probe.js'
import { formatPosition } from '../../base/errors.js'
import type { Problems } from '../../definitions/yaml-node.js'
import { compileCheck, type CheckContext, type CheckDraft } from './compile-check.js'
import { compileEvidence, compilePeers } from './compile-evidence.js'
import { openSystem, type System } from './compile-system.js'
import { expandEach } from './expand-each.js'
import type { PackSource } from './pack-source.js'

/** The kinds of a registry, and those that the files use. */
export interface UsedKinds<Kind> {
  readonly from: unknown
  readonly names: readonly string[]
  readonly loaded: ReadonlyMap<string, Kind>
}

/** The files of a system. */
interface SystemFiles {
  readonly name: string
  readonly sources: readonly PackSource[]
  /** Whether all of its files could be read. */
  readonly isWhole: boolean
}

interface Surroundings {
  readonly profiles: ReadonlyMap<string, string>
  readonly probes: UsedKinds<Probe>
  readonly collectors: UsedKinds<Collector>
  readonly problems: Problems
}

export interface CompiledSystem {
  readonly system: System
  readonly drafts: ReadonlyMap<string, CheckDraft>
  readonly evidence: readonly EvidenceDefinition[]
  readonly peers: readonly PeerDefinition[]
}

/** Systems without a mistake, with all that they were made from: every guard of a runbook reads the packs again. */
const remembered = new Map<string, { readonly madeFrom: readonly unknown[]; readonly compiled: CompiledSystem }>()
const mostRemembered = 50

/** Checks of the largest system that is remembered: its nodes take twenty times their text. */
const mostChecks = 500

/** Compiles a system, unless its files and all else that it is made from are what they were before. */
export function compileSystem(files: SystemFiles, surroundings: Surroundings): CompiledSystem {
  const { name, sources, isWhole } = files
  const { profiles, probes, collectors, problems } = surroundings
  const madeFrom = [
    isWhole,
    JSON.stringify([...profiles]),
    probes.from,
    collectors.from,
    // A file that holds what it held before has the same root.
    ...sources.flatMap(({ root, file }) => [root, file.path, file.file, file.root.folder]),
  ]
  const before = remembered.get(name)
  if (before?.madeFrom.length === madeFrom.length && before.madeFrom.every((each, at) => each === madeFrom[at]))
    return before.compiled
  const count = problems.count
  const compiled = compileAnew(files, surroundings)
  if (problems.count > count || compiled.drafts.size > mostChecks) return compiled
  if (remembered.size >= mostRemembered) remembered.clear()
  remembered.set(name, { madeFrom, compiled })
  return compiled
}

function compileAnew(
  { name, sources, isWhole }: SystemFiles,
  { profiles, probes, collectors, problems }: Surroundings,
): CompiledSystem {
  const system = openSystem(name, sources, isWhole, profiles, problems)
  const drafts = compileChecks(system, { profiles, kindNames: probes.names, kinds: probes.loaded, problems })
  const evidence = compileEvidence(system, { kindNames: collectors.names, kinds: collectors.loaded, problems })
  const peers = compilePeers(system, problems)
  return { system, drafts, evidence, peers }
}

function compileChecks(
  system: System,
  common: Omit<CheckContext, 'system' | 'source'>,
): ReadonlyMap<string, CheckDraft> {
  const { problems } = common
  const drafts = new Map<string, CheckDraft>()
  for (const source of system.sources) {
    for (const check of [...source.checks].flatMap(([name, entry]) => expandEach(name, entry, problems))) {
      const draft = compileCheck(check, { ...common, system, source })
      const before = drafts.get(draft.id)
      if (before === undefined) drafts.set(draft.id, draft)
      else
        problems.report(
          draft.position,
          'duplicate-id',
          `${draft.id} is already declared at ${formatPosition(before.position)}`,
        )
    }
  }
  const [first] = system.sources
  if (first !== undefined && system.isWhole && !system.sources.some((source) => source.hasChecks)) {
    problems.report(
      { file: first.file.file, line: 1, column: 1 },
      'empty-pack',
      `the system ${system.name} has no checks`,
    )
  }
  return drafts
}
