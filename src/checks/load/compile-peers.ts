import { parseDuration } from '../../base/time/duration.js'
import { formatPosition, type Position } from '../../base/position.js'
import type { Problems } from '../../definitions/problems.js'
import { judgeBySchema, reportIssues } from '../../definitions/schema-problems.js'
import { compileTemplate } from '../../definitions/template/compile-template.js'
import { plainValue, type YamlEntry } from '../../definitions/yaml-node.js'
import { reportAddressed, reportLookedAt } from '../../engine/load/concealment.js'
import { isRefusal } from '../../net/refusal.js'
import { parseHostPort } from '../../net/host-port.js'
import { Secret } from '../../redaction/secret-value.js'
import type { PeerDefinition } from '../definition.js'
import type { System } from './compile-system.js'
import { segmentPattern } from './definition-schema.js'
import { peerSchema } from './peer-schema.js'

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
