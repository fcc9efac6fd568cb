import type { z } from 'zod'
import { suggestionHint } from '../kernel/suggestion.js'
import { checkFields, requiredCheckFields } from './definition-schema.js'
import type { Problems } from './problems.js'
import { reportIssues } from './schema-problems.js'
import { plainValue, type YamlEntry, type YamlMap, type YamlNode } from './yaml-node.js'

type Fields = { [Name in keyof typeof checkFields]?: z.output<(typeof checkFields)[Name]> }

/** A check's keys, each judged by itself: those that are right are there, of the others the problem is reported. */
export interface ReadCheck {
  readonly fields: Fields
  /** Keys that stand in the file, right or wrong. */
  readonly given: ReadonlySet<string>
  /** The probe's key and what stands under it; `undefined` when there is not exactly one known kind. */
  readonly probe: { readonly kind: string; readonly node: YamlNode } | undefined
}

export function readCheckFields(map: YamlMap, place: YamlEntry['position'], kinds: readonly string[], problems: Problems): ReadCheck {
  const fields: Record<string, unknown> = {}
  const probes: { kind: string; entry: YamlEntry }[] = []
  let unknown = 0
  for (const [key, entry] of map.entries) {
    const schema = Object.hasOwn(checkFields, key) ? checkFields[key as keyof typeof checkFields] : undefined
    if (schema !== undefined) {
      const parsed = schema.safeParse(plainValue(entry.value))
      if (parsed.success) fields[key] = parsed.data
      else reportField(key, entry, schema, parsed.error.issues, problems)
    } else if (kinds.includes(key)) {
      probes.push({ kind: key, entry })
    } else {
      unknown += 1
      problems.report(entry.position, 'unknown-key', `unknown key ${key}: neither a property of a check nor a kind of probe`, suggestionHint(key, [...Object.keys(checkFields), ...kinds]))
    }
  }
  for (const key of requiredCheckFields) if (!map.entries.has(key)) problems.report(place, 'missing-key', `${key} is missing`)
  for (const { kind, entry } of probes.slice(1)) problems.report(entry.position, 'several-probes', `a check has one probe, and this one has ${probes[0]!.kind} already; found ${kind}`)
  // An unknown key is most likely the probe, misspelt: told once is enough.
  if (probes.length === 0 && unknown === 0) problems.report(place, 'no-probe', 'the check has no probe', `kinds: ${kinds.join(', ')}`)
  const [probe] = probes
  return { fields, given: new Set(map.entries.keys()), probe: probe === undefined ? undefined : { kind: probe.kind, node: probe.entry.value } }
}

/** The key belongs to a problem's message, and its own place to a problem with the whole value. */
function reportField(key: string, entry: YamlEntry, schema: z.ZodType, issues: readonly z.core.$ZodIssue[], problems: Problems): void {
  const node: YamlMap = { kind: 'map', position: entry.position, entries: new Map([[key, entry]]) }
  const located = issues.map((issue) => ({ ...issue, path: [key, ...issue.path] }))
  const unknownKeys = located.filter((issue) => issue.code === 'unrecognized_keys')
  reportIssues(located.filter((issue) => issue.code !== 'unrecognized_keys'), node, schema, problems)
  reportIssues(unknownKeys.map((issue) => ({ ...issue, path: issue.path.slice(1) })), entry.value, schema, problems)
}
