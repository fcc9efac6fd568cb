import type { z } from 'zod'
import { suggestionHint, withArticle } from '../../base/text/wording.js'
import { checkFields, requiredCheckFields } from './definition-schema.js'
import { checkKeyHint } from '../../definitions/beginner-hints.js'
import { type Problems, plainValue, type YamlEntry, type YamlMap, type YamlNode } from '../../definitions/yaml-node.js'
import { judgeBySchema, reportIssues } from '../../definitions/schema-problems.js'

type Fields = { [Name in keyof typeof checkFields]?: z.output<(typeof checkFields)[Name]> }

/** A check's keys, each judged by itself: those that are right are there, of the others the problem is reported. */
export interface ReadCheck {
  readonly fields: Fields
  /** Keys that are in the file, right or wrong. */
  readonly given: ReadonlySet<string>
  /** The probe's key and what is under it; `undefined` when there is not exactly one known kind. */
  readonly probe: { readonly kind: string; readonly node: YamlNode } | undefined
}

export function readCheckFields(
  map: YamlMap,
  place: YamlEntry['position'],
  kinds: readonly string[],
  problems: Problems,
): ReadCheck {
  const { fields, given, call } = readKinded(
    map,
    place,
    {
      owner: 'check',
      kindWord: 'probe',
      fields: checkFields,
      required: requiredCheckFields,
      kinds,
      hintFor: checkKeyHint,
    },
    problems,
  )
  return { fields, given, probe: call }
}

/** What a mapping that holds one kind's key among others may hold. */
interface KindedShape<Shape extends Readonly<Record<string, z.ZodType>>> {
  /** What the mapping is called in messages: check, step, undo. */
  readonly owner: string
  readonly kindWord: string
  readonly fields: Shape
  readonly required: readonly string[]
  readonly kinds: readonly string[]
  /** What to write in place of a key of another vocabulary. */
  hintFor?(key: string): string | undefined
}

export interface ReadKinded<Shape extends Readonly<Record<string, z.ZodType>>> {
  readonly fields: { [Name in keyof Shape]?: z.output<Shape[Name]> }
  readonly given: ReadonlySet<string>
  readonly call: { readonly kind: string; readonly node: YamlNode } | undefined
}

/** Reads a mapping with exactly one kind's key beside its own, each key judged by itself. */
export function readKinded<Shape extends Readonly<Record<string, z.ZodType>>>(
  map: YamlMap,
  place: YamlEntry['position'],
  shape: KindedShape<Shape>,
  problems: Problems,
): ReadKinded<Shape> {
  const { owner, kindWord, fields: known, kinds } = shape
  const fields: Record<string, unknown> = {}
  const calls: { kind: string; entry: YamlEntry }[] = []
  let unknown = 0
  for (const [key, entry] of map.entries) {
    const schema = Object.hasOwn(known, key) ? known[key] : undefined
    if (schema !== undefined) {
      Object.assign(fields, readField(key, entry, schema, problems))
    } else if (kinds.includes(key)) {
      calls.push({ kind: key, entry })
    } else {
      unknown += 1
      problems.report(
        entry.position,
        'unknown-key',
        `unknown key ${key}: neither a property of ${withArticle(owner)} nor a kind of ${kindWord}`,
        shape.hintFor?.(key) ?? suggestionHint(key, [...Object.keys(known), ...kinds]),
      )
    }
  }
  for (const key of shape.required)
    if (!map.entries.has(key)) problems.report(place, 'missing-key', `${key} is missing`)
  for (const { kind, entry } of calls.slice(1))
    problems.report(
      entry.position,
      `several-${kindWord}s`,
      `${withArticle(owner)} must have exactly one ${kindWord}; found ${calls[0]!.kind} and ${kind}`,
    )
  // An unknown key is most likely the kind, misspelt: one report is enough.
  if (calls.length === 0 && unknown === 0)
    problems.report(place, `no-${kindWord}`, `the ${owner} has no ${kindWord}`, `kinds: ${kinds.join(', ')}`)
  const [call] = calls
  return {
    fields: fields as ReadKinded<Shape>['fields'],
    given: new Set(map.entries.keys()),
    call: call === undefined ? undefined : { kind: call.kind, node: call.entry.value },
  }
}

/** Reads one key of a mapping: the key with its value when it is right; its problems are reported otherwise. */
export function readField(
  key: string,
  entry: YamlEntry,
  schema: z.ZodType,
  problems: Problems,
): Readonly<Record<string, unknown>> {
  const parsed = judgeBySchema(schema, plainValue(entry.value))
  if (parsed.success) return { [key]: parsed.data }
  reportField(key, entry, schema, parsed.error.issues, problems)
  return {}
}

/** The key belongs to a problem's message, and its own place to a problem with the whole value. */
function reportField(
  key: string,
  entry: YamlEntry,
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
  problems: Problems,
): void {
  const node: YamlMap = { kind: 'map', position: entry.position, entries: new Map([[key, entry]]) }
  const located = issues.map((issue) => ({ ...issue, path: [key, ...issue.path] }))
  const unknownKeys = located.filter((issue) => issue.code === 'unrecognized_keys')
  reportIssues(
    located.filter((issue) => issue.code !== 'unrecognized_keys'),
    node,
    schema,
    problems,
  )
  reportIssues(
    unknownKeys.map((issue) => ({ ...issue, path: issue.path.slice(1) })),
    entry.value,
    schema,
    problems,
  )
}
