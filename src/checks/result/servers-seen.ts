import type { Definitions } from '../definition.js'
import type { CheckResult, ResultDocument } from './report.js'

/** A server, what it calls its version, and the check that saw it. */
export interface ServerSeen {
  /** What the server calls itself, or the kind of probe that saw it. */
  readonly name: string
  readonly version: string
  readonly check: string
}

/** By these names facts tell the version of the server that was asked, the plainest first. */
const versionFacts = ['serverVersionText', 'serverVersion', 'version'] as const

/** Every server and service whose version stands among the facts of a result, each once, with the check that saw it. */
export function serversSeen({ checks }: ResultDocument, definitions: Definitions): readonly ServerSeen[] {
  const seen = new Map<string, ServerSeen>()
  for (const check of checks) {
    const server = serverOf(check, definitions)
    if (server === undefined) continue
    const known = `${server.name}\0${server.version}`
    if (!seen.has(known)) seen.set(known, server)
  }
  return [...seen.values()]
}

function serverOf({ id, facts }: CheckResult, definitions: Definitions): ServerSeen | undefined {
  const kind = definitions.checks.get(id)?.probe.kind ?? id.split('/').at(-1)!
  const version = versionFacts.map((name) => textAt(facts, name)).find((text) => text !== '')
  if (version !== undefined) return { name: textAt(facts, 'server') || kind, version, check: id }
  // A page that tells the version of the service behind it.
  const page = Object.hasOwn(facts, 'json') ? facts['json'] : undefined
  const told = textAt(page, 'version')
  return told === '' ? undefined : { name: textAt(page, 'service') || kind, version: told, check: id }
}

function textAt(value: unknown, name: string): string {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return ''
  const text: unknown = (value as Readonly<Record<string, unknown>>)[name]
  return typeof text === 'string' ? text : ''
}
