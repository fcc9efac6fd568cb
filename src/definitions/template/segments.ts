/** A piece of a text in which `${{ … }}` may stand; `offset` counts characters from the text's start. */
export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly text: string; readonly offset: number }

export class TemplateSyntaxError extends Error {
  override readonly name = 'TemplateSyntaxError'
  constructor(
    readonly offset: number,
    message: string,
  ) {
    super(message)
  }
}

const opening = '${{'

export function hasTemplate(text: string): boolean {
  return text.includes(opening)
}

/**
 * Splits a text at its `${{ … }}`. An expression ends at the first `}}` that stands neither in one of its strings nor
 * closes one of its own braces.
 *
 * @throws TemplateSyntaxError for one that is empty or has no end
 */
export function segmentsOf(text: string): readonly Segment[] {
  const segments: Segment[] = []
  let at = 0
  while (at < text.length) {
    const start = text.indexOf(opening, at)
    if (start !== at) segments.push({ kind: 'text', text: text.slice(at, start === -1 ? undefined : start) })
    if (start === -1) break
    const end = endOf(text, start)
    segments.push(expressionBetween(text, start, end))
    at = end + 2
  }
  return segments
}

function expressionBetween(text: string, start: number, end: number): Segment {
  const inside = text.slice(start + opening.length, end)
  const expression = inside.trim()
  if (expression === '') throw new TemplateSyntaxError(start, 'there is nothing between ${{ and }}')
  return { kind: 'expression', text: expression, offset: start + opening.length + inside.indexOf(expression) }
}

/** Strings in their long and short quotes, one brace, or anything else: what decides where an expression ends. */
const token = /r?("""[^]*?"""|'''[^]*?''')|[rR]("[^"]*"|'[^']*')|"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|[{}]|[^]/gy

function endOf(text: string, start: number): number {
  token.lastIndex = start + opening.length
  let depth = 0
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === '{') depth += 1
    if (match[0] !== '}') continue
    if (depth === 0 && text[match.index + 1] === '}') return match.index
    depth -= 1
    if (depth < 0) break
  }
  throw new TemplateSyntaxError(start, '${{ has no matching }}')
}
