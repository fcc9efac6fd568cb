import { parseDuration } from '../../base/time/duration.js'
import type { EvidenceDefinition } from '../definition.js'
import type { Collector } from '../../engine/collector.js'
import { formatPosition, type Position } from '../../base/position.js'
import { readKinded } from './check-fields.js'
import { reportAddressed, reportLookedAt } from '../../engine/load/concealment.js'
import { evidenceFields, requiredEvidenceFields, segmentPattern } from './definition-schema.js'
import { compileCondition } from '../../engine/load/compile-expectations.js'
import { compileInput } from '../../engine/load/probe-call.js'
import type { Problems } from '../../definitions/problems.js'
import type { System } from './compile-system.js'
import { nodeAt, type YamlEntry } from '../../definitions/yaml-node.js'

interface EvidenceContext {
  /** Every kind there is. */
  readonly kindNames: readonly string[]
  /** Those that the files use. */
  readonly kinds: ReadonlyMap<string, Collector>
  readonly problems: Problems
}

/** Milliseconds, for a piece of evidence that names no time limit. */
const defaultEvidenceTimeout = 10_000

/** Compiles the `evidence` sections of a system's files; each name occurs once in the system. */
export function compileEvidence(system: System, context: EvidenceContext): readonly EvidenceDefinition[] {
  const places = new Map<string, Position>()
  return system.sources.flatMap(({ evidence, file }) =>
    [...evidence].flatMap(([name, entry]) => {
      const compiled = compileOne(name, entry, { system, folder: file.folder }, context)
      const before = places.get(name)
      if (before !== undefined)
        context.problems.report(
          entry.position,
          'duplicate-evidence',
          `${name} is already declared at ${formatPosition(before)}`,
        )
      else places.set(name, entry.position)
      return compiled === undefined ? [] : [compiled]
    }),
  )
}

function compileOne(
  name: string,
  { position, value }: YamlEntry,
  { system, folder }: { readonly system: System; readonly folder: string },
  { kindNames, kinds, problems }: EvidenceContext,
): EvidenceDefinition | undefined {
  if (!segmentPattern.test(name))
    problems.report(
      position,
      'evidence-name',
      `${name} cannot be the name of a piece of evidence: use lower-case letters, digits and single hyphens`,
    )
  if (value.kind !== 'map') {
    problems.report(value.position, 'wrong-type', 'a piece of evidence is a mapping')
    return undefined
  }
  const shape = {
    owner: 'piece of evidence',
    kindWord: 'collector',
    fields: evidenceFields,
    required: requiredEvidenceFields,
    kinds: kindNames,
  }
  const { fields, call } = readKinded(value, position, shape, problems)
  const when = compileCondition(nodeAt(value, ['when']), system.withoutFacts, problems, system)
  const collector = call === undefined ? undefined : kinds.get(call.kind)
  if (call === undefined || collector === undefined) return undefined
  const input = compileInput(collector, call.node, system.withoutFacts, problems, folder)
  if (system.isWhole) reportLookedAt(input.lookedAt, system, problems)
  if (system.isWhole) reportAddressed(input.addressed, system, problems)
  if (fields.title === undefined) return undefined
  return Object.freeze({
    name,
    system: system.name,
    title: fields.title,
    call: Object.freeze({ kind: call.kind, input }),
    when,
    timeout: fields.timeout === undefined ? defaultEvidenceTimeout : parseDuration(fields.timeout)!,
    position,
  })
}
