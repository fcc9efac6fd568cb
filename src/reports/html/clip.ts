import { beginningOf } from '../wording/cut.js'

/**
 * Bounds of what a page shows of one text, in UTF-16 code units: it stays readable and quick whatever a server said.
 */
export const longest = { id: 200, line: 240, prose: 2000, value: 1000 } as const

/** The text, or its beginning and how much is missing. The whole stands in the result document. */
export function clip(text: string, limit: number): string {
  const head = beginningOf(text, limit)
  return head === text ? text : `${head} (${text.length - head.length + 1} characters more, in the result document)`
}

/** The text on one line, its end given up for `…`. */
export function clipLine(text: string, limit: number): string {
  const beginning = text.slice(0, limit * 4)
  const line = beginningOf(beginning.replace(/\s+/g, ' ').trim(), limit)
  return beginning === text || line.endsWith('…') ? line : `${line}…`
}
