import {
  canonicalDigest,
  type Problems,
  plainValue,
  type Path,
  type YamlEntry,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from '../../definitions/yaml-node.js'
import { textOf } from '../../definitions/template/compile-template.js'
import type { Position } from '../../base/errors.js'
import { suggestionHint } from '../../base/text/wording.js'
import { inputNamePattern, mostRows, familyPattern, segmentPattern } from './definition-schema.js'
import { eachPartsOf, literalOfValue } from './each-parts.js'

/** A check as it is compiled: as a file has it, or made of a row of its `each`. */
export interface NamedCheck {
  readonly name: string
  /** Of the name: the check's key, or the row's. */
  readonly position: Position
  /** Of the check's key, also where a row makes the check. */
  readonly key: Position
  /** `undefined` where the row is wrong, which is reported already. */
  readonly value: YamlNode | undefined
}

/**
 * The checks that an entry of a `checks` section stands for: one, or with `each` one for every row. The row's name
 * replaces `*` in the check's name, and its values replace `each.NAME`: what is made reads as if it were written out.
 */
export function expandEach(name: string, { position, value }: YamlEntry, problems: Problems): readonly NamedCheck[] {
  const table = value.kind === 'map' ? value.entries.get('each') : undefined
  if (value.kind !== 'map' || table === undefined) return [{ name, position, key: position, value }]
  const isNamed = familyPattern.test(name)
  if (!isNamed)
    problems.report(
      position,
      'check-name',
      `${name} cannot name the checks of an each`,
      "write one * where each row's name goes, as in rejects-*-token",
    )
  const body: YamlMap = { ...value, entries: new Map([...value.entries].filter(([key]) => key !== 'each')) }
  return rowsOf(table, body, problems).map((row) => ({
    name: name.includes('*') ? name.replace('*', row.name) : `${name}-${row.name}`,
    position: row.position,
    key: position,
    value: isNamed && row.isRight ? filledBody(body, row, problems) : undefined,
  }))
}

function filledBody(body: YamlMap, row: Row, problems: Problems): YamlNode | undefined {
  const before = problems.count
  const filled = fill(body, [], row, problems)
  return problems.count === before ? filled : undefined
}

interface Row {
  readonly name: string
  readonly position: Position
  readonly values: ReadonlyMap<string, YamlEntry>
  readonly isRight: boolean
}

interface Use {
  readonly name: string
  readonly isOptional: boolean
  readonly position: Position
}

function rowsOf(table: YamlEntry, body: YamlMap, problems: Problems): readonly Row[] {
  if (table.value.kind !== 'map') {
    problems.report(table.value.position, 'wrong-type', 'each: expected a mapping of rows by name')
    return []
  }
  const { entries } = table.value
  if (entries.size === 0 || entries.size > mostRows) {
    problems.report(
      table.position,
      'row-count',
      `each has ${entries.size === 0 ? 'no' : entries.size} rows; 1 to ${mostRows} are allowed`,
    )
    return []
  }
  const start = problems.count
  const uses = usesIn(body, [], problems)
  judgeColumns(table.position, [...entries.values()], uses, problems)
  const isWhole = problems.count === start
  const seen = new Map<string, string>()
  return [...entries].map(([name, entry]) => {
    const before = problems.count
    const values = readRow(name, entry, problems)
    if (isWhole && values !== undefined) judgeValues(name, entry.position, values, uses, problems)
    if (values !== undefined) judgeDifference(name, entry, seen, problems)
    return {
      name,
      position: entry.position,
      values: values ?? new Map<string, YamlEntry>(),
      isRight: isWhole && problems.count === before,
    }
  })
}

/** The check must use values, and each of them must be in some row. */
function judgeColumns(place: Position, rows: readonly YamlEntry[], uses: readonly Use[], problems: Problems): void {
  const tables = rows.flatMap(({ value }) => (value.kind === 'map' ? [value] : []))
  const columns = new Set(tables.flatMap(({ entries }) => [...entries.keys()]))
  const unknown = tables.length < rows.length ? [] : uses.filter(({ name }) => !columns.has(name))
  for (const { name, position } of unknown)
    problems.report(position, 'unknown-column', `no row of each has ${name}`, suggestionHint(name, columns))
  if (uses.length === 0)
    problems.report(
      place,
      'unused-each',
      'the check uses no value of each, so every row would make the same check',
      'write ${{ each.NAME }} where a value of the row goes',
    )
}

function readRow(name: string, { position, value }: YamlEntry, problems: Problems): Row['values'] | undefined {
  if (!segmentPattern.test(name))
    problems.report(
      position,
      'row-name',
      `${name} cannot be part of an id: lower-case letters, digits and single hyphens can`,
    )
  if (value.kind !== 'map') {
    problems.report(value.position, 'wrong-type', `${name}: expected a mapping of values by name`)
    return undefined
  }
  for (const [column, entry] of value.entries)
    if (!inputNamePattern.test(column))
      problems.report(
        entry.position,
        'column-name',
        `${column} cannot be the name of a value: lower-case letters, digits and _ can`,
      )
  return value.entries
}

/** A misspelt name is most likely the one that is missing, so that only it is reported. */
function judgeValues(
  row: string,
  position: Position,
  values: Row['values'],
  uses: readonly Use[],
  problems: Problems,
): void {
  const used = new Set(uses.map(({ name }) => name))
  const unknown = [...values].filter(([column]) => !used.has(column))
  for (const [column, entry] of unknown)
    problems.report(
      entry.position,
      'unknown-column',
      `the check does not use each.${column}`,
      suggestionHint(column, used),
    )
  for (const [column, { position: place, value }] of values)
    if (value.kind === 'scalar' && value.value === null)
      problems.report(place, 'missing-value', `${column} has no value`)
  if (unknown.length > 0) return
  for (const { name, isOptional } of uses)
    if (!isOptional && !values.has(name)) problems.report(position, 'missing-value', `the row ${row} has no ${name}`)
}

function judgeDifference(
  row: string,
  { position, value }: YamlEntry,
  seen: Map<string, string>,
  problems: Problems,
): void {
  const digest = canonicalDigest(plainValue(value))
  const before = seen.get(digest)
  if (before === undefined) seen.set(digest, row)
  else problems.report(position, 'duplicate-row', `the row ${row} has the same values as the row ${before}`)
}

/** Every value of the row that a check uses, in the order of the file. */
function usesIn(node: YamlNode, path: Path, problems: Problems): readonly Use[] {
  if (node.kind === 'map')
    return [...node.entries].flatMap(([key, { value }]) => usesIn(value, [...path, key], problems))
  if (node.kind === 'list') return node.items.flatMap((item, index) => usesIn(item, [...path, index], problems))
  if (typeof node.value !== 'string') return []
  return eachPartsOf(node.value, isExpressionAt(path)).flatMap((part) => {
    if (part.kind === 'text') return []
    const { name, isOptional } = part
    if (isOptional && (part.as !== 'node' || typeof path.at(-1) !== 'string'))
      problems.report(
        node.position,
        'optional-value',
        `each.?${name} must be the whole value of a key: a row without it leaves out the key`,
      )
    return [{ name, isOptional, position: node.position }]
  })
}

/** Whether the text at a path of a check is an expression, without `${{ … }}` around it. */
function isExpressionAt([first, second, third, ...more]: Path): boolean {
  if (first === 'when') return second === undefined
  if (first === 'applies') return second === 'that' && third === undefined
  return first === 'expect' && more.length === 0 && typeof second === 'number' && (third ?? 'that') === 'that'
}

function fill(node: YamlNode, path: Path, row: Row, problems: Problems): YamlNode | undefined {
  if (node.kind === 'map') {
    const entries = [...node.entries].flatMap(([key, entry]) => {
      const value = fill(entry.value, [...path, key], row, problems)
      return value === undefined ? [] : [[key, { ...entry, value }] as const]
    })
    return { ...node, entries: new Map(entries) }
  }
  if (node.kind === 'list')
    return { ...node, items: node.items.flatMap((item, index) => fill(item, [...path, index], row, problems) ?? []) }
  return typeof node.value === 'string' ? fillText(node, node.value, path, row, problems) : node
}

function fillText(node: YamlScalar, text: string, path: Path, row: Row, problems: Problems): YamlNode | undefined {
  const parts = eachPartsOf(text, isExpressionAt(path))
  if (parts.every(({ kind }) => kind === 'text')) return node
  const [first] = parts
  if (first?.kind === 'value' && first.as === 'node') return row.values.get(first.name)?.value
  const filled = parts.map((part) => {
    const entry = part.kind === 'text' ? undefined : row.values.get(part.name)
    if (part.kind === 'text' || entry === undefined) return part.kind === 'text' ? part.text : ''
    const value = plainValue(entry.value)
    const written = part.as === 'literal' ? literalOfValue(value) : textOf(value)
    if (written !== undefined) return written
    problems.report(
      entry.value.position,
      'each-value',
      `${part.name} cannot be used within an expression: it holds \${{ … }}, nothing, or a number that is not finite`,
    )
    return part.name
  })
  // What is filled in moves the characters behind it, so that only the text's own place is known.
  return { ...node, value: filled.join(''), textOffset: undefined }
}
