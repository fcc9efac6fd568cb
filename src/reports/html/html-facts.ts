import { clip, longest } from './clip.js'

/** One fact by its path from the top: `problem.code`, `servers[0].name`. */
export interface FactRow {
  readonly path: string
  /** As JSON, a text without its quotes. */
  readonly value: string
}

export interface FactRows {
  readonly rows: readonly FactRow[]
  /** How many values more there are than are shown. */
  readonly omitted: number
}

const mostRows = 120
const deepest = 5

/**
 * Facts as rows; lists of plain values stay on one row. What goes deeper than a reader follows, or is too much, is cut.
 */
export function factRows(facts: Readonly<Record<string, unknown>>): FactRows {
  const rows: FactRow[] = []
  let omitted = 0
  const visit = (value: unknown, path: string, depth: number): void => {
    const parts = depth < deepest ? partsOf(value, path) : undefined
    if (parts !== undefined) for (const [name, part] of parts) visit(part, name, depth + 1)
    else if (rows.length < mostRows)
      rows.push({ path: clip(path, longest.id), value: clip(valueText(value), longest.value) })
    else omitted += 1
  }
  for (const [name, value] of Object.entries(facts)) visit(value, name, 0)
  return { rows, omitted }
}

/** A value for people: text as it is, what is missing as a word, everything else as JSON. */
function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'absent'
  if (typeof value === 'string') return value === '' ? '"" (empty)' : value
  return JSON.stringify(value)
}

/** What a value consists of; `undefined` for one that is shown on a row of its own. */
function partsOf(value: unknown, path: string): readonly (readonly [string, unknown])[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) {
    const isPlain = value.every((item) => typeof item !== 'object' || item === null)
    return isPlain ? undefined : value.map((item: unknown, index) => [`${path}[${index}]`, item] as const)
  }
  const entries = Object.entries(value)
  return entries.length === 0 ? undefined : entries.map(([name, item]) => [`${path}.${name}`, item] as const)
}
