import { parseDuration } from '../../base/time/duration.js'
import type { EvidenceDefinition, PeerDefinition } from '../definition.js'
import type { Collector } from '../../engine/collector.js'
import { formatPosition, type Position } from '../../base/errors.js'
import { readKinded } from './check-fields.js'
import { reportAddressed, reportLookedAt } from '../../engine/load/concealment.js'
import { evidenceFields, requiredEvidenceFields, segmentPattern } from './definition-schema.js'
import { compileCondition } from '../../engine/load/compile-expectations.js'
import { compileInput } from '../../engine/load/probe-call.js'
import { type Problems, nodeAt, type YamlEntry, plainValue } from '../../definitions/yaml-node.js'
import type { System } from './compile-system.js'
import { judgeBySchema, reportIssues } from '../../definitions/schema-problems.js'
import { compileTemplate } from '../../definitions/template/compile-template.js'
import { isRefusal } from '../../net/refusal.js'
import { parseHostPort } from '../../net/host-port.js'
import { Secret } from '../../redaction/secret-value.js'
import { peerSchema } from './peer-schema.js'

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

/** Compiles the `peers` sections of a system's files; each name occurs once in the system. */
export function compilePeers(system: System, problems: Problems): readonly PeerDefinition[] {
  const places = new Map<string, Position>()
  return system.sources.flatMap(({ peers }) =>
    [...peers].flatMap(([name, entry]) => {
      const before = places.get(name)
      if (before === undefined) places.set(name, entry.position)
      else problems.report(entry.position, 'duplicate-peer', `${name} is already declared at ${formatPosition(before)}`)
      return compilePeer(name, entry, system, problems)
    }),
  )
}

function compilePeer(
  name: string,
  { position, value }: YamlEntry,
  system: System,
  problems: Problems,
): readonly PeerDefinition[] {
  if (!segmentPattern.test(name))
    problems.report(
      position,
      'peer-name',
      `${name} cannot be the name of a peer: use lower-case letters, digits and single hyphens`,
    )
  const parsed = judgeBySchema(peerSchema, plainValue(value))
  reportIssues(parsed.error?.issues ?? [], value, peerSchema, problems)
  const node = value.kind === 'map' ? value.entries.get('address')?.value : undefined
  if (!parsed.success || node === undefined) return []
  const address = compileTemplate(node, system.withoutFacts, problems)
  if (system.isWhole) {
    reportLookedAt(address.lookedAt, system, problems)
    reportAddressed(address.addressed, system, problems)
  }
  const { requests, per } = parsed.data
  if (address.leaves.length === 0 && !isAddress(parsed.data.address))
    problems.report(
      node.position,
      'peer-address',
      `the address of ${name} is neither host:port nor a URL with a port`,
      'write it as 127.0.0.1:8000 or http://api.internal',
    )
  return [Object.freeze({ name, system: system.name, address, requests, per: parseDuration(per)!, position })]
}

function isAddress(text: string): boolean {
  try {
    parseHostPort(new Secret(text))
    return true
  } catch (error) {
    if (isRefusal(error)) return false
    throw error
  }
}
