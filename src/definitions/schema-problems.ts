import { z } from 'zod'
import { suggestionHint } from '../base/text/wording.js'
import { sectionHint, typeHint, wordHint } from './beginner-hints.js'
import { type Problems, nodeAt, positionAt, type Path, type YamlNode } from './yaml-node.js'
import { placePath } from '../base/text/place-path.js'

type Issue = z.core.$ZodIssue

/** So many values are judged before zod compiles schemas, which takes half a millisecond each. */
const fewValues = 2000

let judged = 0

/** What a schema says of a value of a file; the fastest way for the few that most runs have, and for many. */
export function judgeBySchema<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.ZodSafeParseResult<z.output<Schema>> {
  judged += 1
  return schema.safeParse(value, { jitless: judged <= fewValues })
}

/**
 * Reports what a schema found wrong with a node's value, each problem where it is in the file.
 *
 * @param within the key that the node is the value of, where the messages are to name it: `command.argv[4]`
 */
export function reportIssues(
  issues: readonly Issue[],
  node: YamlNode,
  schema: z.ZodType,
  problems: Problems,
  within?: string,
): void {
  for (const issue of issues.map(mostTelling)) {
    if (issue.code === 'unrecognized_keys') reportUnknownKeys(issue.keys, issue.path, node, schema, problems)
    else
      problems.report(
        positionAt(node, issue.path),
        codeOf(issue, node),
        messageOf(issue, node, within === undefined ? issue.path : [within, ...issue.path]),
        hintOf(issue, node, schema),
      )
  }
}

/** Keys of earlier versions, and what they are called now. */
const renamedKeys: Readonly<Record<string, string>> = { 'env-files': 'environment' }

function reportUnknownKeys(
  keys: readonly string[],
  path: Path,
  node: YamlNode,
  schema: z.ZodType,
  problems: Problems,
): void {
  const map = nodeAt(node, path)
  const known = keysAt(schema, path)
  for (const key of keys) {
    const position = (map?.kind === 'map' ? map.entries.get(key)?.position : undefined) ?? positionAt(node, path)
    const renamed = renamedKeys[key]
    if (renamed !== undefined && known.includes(renamed)) {
      problems.report(position, 'renamed-key', `${key} was renamed: write ${renamed}:`)
      continue
    }
    const hint =
      sectionHint(key, known) ??
      suggestionHint(key, known) ??
      (known.length === 0 ? undefined : `known: ${known.join(', ')}`)
    problems.report(position, 'unknown-key', `unknown key ${key}`, hint)
  }
}

/** Of a union that nothing fits, the complaint of the form that fits best: the one that got deepest into the value. */
function mostTelling(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue
  const candidates = issue.errors.flatMap(([first, ...more]) =>
    first === undefined ? [] : [{ first: mostTelling(first), more: more.length }],
  )
  const best = candidates.sort((a, b) => b.first.path.length - a.first.path.length || a.more - b.more)[0]
  return best === undefined || best.first.path.length === 0
    ? issue
    : { ...best.first, path: [...issue.path, ...best.first.path] }
}

function codeOf(issue: Issue, node: YamlNode): string {
  if (nodeAt(node, issue.path) === undefined) return 'missing-key'
  return issue.code === 'invalid_type' ? 'wrong-type' : 'invalid-value'
}

/** @param place what the message names */
function messageOf(issue: Issue, node: YamlNode, place: Path): string {
  const name = place.length === 0 ? '' : `${placePath(place)}: `
  const found = nodeAt(node, issue.path)
  if (found === undefined) return `${String(issue.path.at(-1) ?? 'a value')} is missing`
  switch (issue.code) {
    case 'invalid_type':
      return `${name}expected ${wordFor(issue.expected)}, found ${kindOf(found)}`
    case 'invalid_value':
      return `${name}expected one of ${issue.values.map(String).join(', ')}${found.kind === 'scalar' ? '' : `, found ${kindOf(found)}`}`
    case 'too_small':
      return `${name}must ${boundWords(issue.origin, 'at least', issue.minimum)}`
    case 'too_big':
      return `${name}must ${boundWords(issue.origin, 'at most', issue.maximum)}`
    case 'invalid_union':
      return `${name}is not one of the accepted forms`
    default:
      return `${name}${issue.message.replace(/^[A-Z](?![A-Z])/, (first) => first.toLowerCase())}`
  }
}

/** `have at least 1 entry`, `be at most 64`. */
function boundWords(origin: string, bound: string, limit: number | bigint): string {
  const noun = { array: ['entry', 'entries'], string: ['character', 'characters'] }[origin]
  return noun === undefined ? `be ${bound} ${limit}` : `have ${bound} ${limit} ${noun[Number(limit) === 1 ? 0 : 1]}`
}

function hintOf(issue: Issue, node: YamlNode, schema: z.ZodType): string | undefined {
  const found = nodeAt(node, issue.path)
  if (found?.kind !== 'scalar') return undefined
  const { value } = found
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    const accepted = issue.values.map(String)
    return wordHint(value, accepted) ?? suggestionHint(value, accepted)
  }
  const isObjectWanted =
    issue.code === 'invalid_union' || (issue.code === 'invalid_type' && issue.expected === 'object')
  if (isObjectWanted && typeof value === 'string') return mappingHint(schema, issue.path)
  const isBare = typeof value === 'number' || typeof value === 'boolean'
  if (issue.code === 'invalid_union' && isBare && issue.errors.some(isTextWanted)) return 'put it in quotes'
  if (issue.code !== 'invalid_type') return undefined
  const hint = typeHint(String(issue.path.at(-1) ?? ''), issue.expected, value)
  return hint ?? (issue.expected === 'string' && isBare ? 'put it in quotes' : undefined)
}

function isTextWanted(form: readonly Issue[]): boolean {
  return form.some((issue) => issue.code === 'invalid_type' && issue.expected === 'string' && issue.path.length === 0)
}

/** For a text in place of a mapping: the key that it most likely is the value of. */
function mappingHint(schema: z.ZodType, path: Path): string | undefined {
  const [key] = keysAt(schema, path)
  return key === undefined ? undefined : `write a mapping: { ${key}: … }`
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
}

function wordFor(expected: string): string {
  return words[expected] ?? expected
}

function kindOf(node: YamlNode): string {
  if (node.kind === 'map') return 'a mapping'
  if (node.kind === 'list') return 'a list'
  if (node.value === null) return 'nothing'
  return { string: 'text', number: 'a number', boolean: 'true or false' }[
    typeof node.value as 'string' | 'number' | 'boolean'
  ]
}

/**
 * A schema without what only says how its value is treated: optional, default, nullable, read-only, a transform behind
 * it.
 */
function bareSchema(schema: z.ZodType): z.ZodType {
  const inner = innerSchema(schema)
  if (inner !== undefined) return bareSchema(inner)
  if (schema instanceof z.ZodPipe) return bareSchema(schema.def.in as z.ZodType)
  return schema
}

/**
 * The schemas that the value at a path may have to satisfy: several where a union leaves it open, none where nothing is
 * known.
 */
export function schemasAt(schema: z.ZodType, path: Path): readonly z.ZodType[] {
  const bare = bareSchema(schema)
  if (bare instanceof z.ZodUnion) return bare.options.flatMap((option) => schemasAt(option as z.ZodType, path))
  const [step, ...rest] = path
  if (step === undefined) return [bare]
  const next = schemaBelow(bare, step)
  return next === undefined ? [] : schemasAt(next, rest)
}

/** The schema of what is one step below, where it says. */
export function schemaBelow(schema: z.ZodType, step: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Readonly<Record<string, z.ZodType>>
    return Object.hasOwn(shape, step) ? shape[String(step)] : undefined
  }
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType
  return undefined
}

/** The keys that a mapping at a path may have, as far as its schemas list them. */
function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  return schemasAt(schema, path).flatMap((shape) =>
    shape instanceof z.ZodObject ? Object.keys(shape.shape as object) : [],
  )
}

/** What a schema wraps that only says whether and how a value is given. */
export function innerSchema(schema: z.ZodType): z.ZodType | undefined {
  const isWrapper =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  return isWrapper ? (schema.def.innerType as z.ZodType) : undefined
}
