import { hasTemplate, segmentsOf, TemplateSyntaxError } from '../../definitions/template/segments.js'

/** A piece of a text: characters that stay as they are, or a value of the row. */
type EachPart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'value'
      readonly name: string
      /** Written `each.?NAME`: a row may lack it. */
      readonly isOptional: boolean
      /** What it becomes: the row's own node, text within a longer text, or a literal of an expression. */
      readonly as: 'node' | 'text' | 'literal'
    }

const name = String.raw`each\.(\?)?([A-Za-z_]\w*)`
const alone = new RegExp(String.raw`^\s*${name}\s*$`)
const whole = new RegExp(String.raw`^\s*\$\{\{\s*${name}\s*\}\}\s*$`)

/** Strings of an expression in their long and short quotes, a value of the row, or anything else. */
const tokens = new RegExp(
  String.raw`[rR]?(?:"""[^]*?"""|'''[^]*?''')|[rR](?:"[^"]*"|'[^']*')|"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'` +
    String.raw`|(?<![\w.])${name}|[^]`,
  'g',
)

/**
 * Where values of a row are used in a text.
 *
 * @param isExpression whether the text is an expression itself; else only what is in `${{ … }}` is one
 */
export function eachPartsOf(text: string, isExpression: boolean): readonly EachPart[] {
  const only = whole.exec(text)
  if (only !== null) return [valuePart(only, 'node')]
  if (isExpression) return literalParts(text)
  if (!hasTemplate(text)) return [{ kind: 'text', text }]
  try {
    return segmentsOf(text).flatMap((segment) => {
      if (segment.kind === 'text') return [segment]
      const value = alone.exec(segment.text)
      return value === null
        ? [textPart('${{ '), ...literalParts(segment.text), textPart(' }}')]
        : [valuePart(value, 'text')]
    })
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError)) throw error
    // The template's own compilation reports the mistake; its values count as used.
    return literalParts(text)
  }
}

function literalParts(text: string): readonly EachPart[] {
  return [...text.matchAll(tokens)].map((match) =>
    match[2] === undefined ? textPart(match[0]) : valuePart(match, 'literal'),
  )
}

function textPart(text: string): EachPart {
  return { kind: 'text', text }
}

function valuePart(match: RegExpMatchArray, as: 'node' | 'text' | 'literal'): EachPart {
  return { kind: 'value', name: match[2]!, isOptional: match[1] !== undefined, as }
}

/**
 * A value as a literal of an expression.
 *
 * @returns `undefined` for what has none: a number that is not finite, a text with `${{ … }}`
 */
export function literalOfValue(value: unknown): string | undefined {
  if (typeof value === 'string') return hasTemplate(value) ? undefined : JSON.stringify(value)
  if (typeof value === 'number') return Number.isFinite(value) ? numberLiteral(value) : undefined
  if (typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) {
    const items = value.map(literalOfValue)
    return items.includes(undefined) ? undefined : `[${items.join(', ')}]`
  }
  if (typeof value !== 'object' || value === null) return undefined
  const entries = Object.entries(value).map(([key, item]) => [JSON.stringify(key), literalOfValue(item)] as const)
  return entries.some(([, item]) => item === undefined)
    ? undefined
    : `{${entries.map(([key, item]) => `${key}: ${item!}`).join(', ')}}`
}

function numberLiteral(value: number): string {
  return value < 0 ? `(${value})` : String(value)
}
