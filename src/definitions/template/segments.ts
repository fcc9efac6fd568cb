import { z } from 'zod'
import { schemasAt } from '../schema-problems.js'
import type { Path } from '../yaml-node.js'

/** A piece of a text that may contain `${{ … }}`; `offset` counts characters from the text's start. */
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
 * Splits a text at its `${{ … }}`. An expression ends at the first `}}` that is neither in one of its strings nor
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
  if (expression === '') throw new TemplateSyntaxError(start, 'nothing between ${{ and }}')
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

/** Whether a CEL type is one of several, by its outermost name; `dyn` may turn out to be any of them. */
export function typeIsOneOf(type: string, names: readonly string[]): boolean {
  const outermost = /^[^<]*/.exec(type)![0]
  return outermost === 'dyn' || names.includes(outermost)
}

/**
 * The CEL types that may fill the place at a path of a schema; `undefined` where the schema does not tell, and only the
 * value itself will.
 */
export function celTypesAt(schema: z.ZodType, path: Path): readonly string[] | undefined {
  const types = schemasAt(schema, path).map(celTypesOf)
  const known = types.filter((names) => names !== undefined)
  return types.length === 0 || known.length === 0 ? undefined : known.flat()
}

function celTypesOf(schema: z.ZodType): readonly string[] | undefined {
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat || schema instanceof z.ZodEnum)
    return ['string']
  if (schema instanceof z.ZodNumberFormat) return ['int']
  if (schema instanceof z.ZodNumber) return schema.format?.includes('int') === true ? ['int'] : ['double', 'int']
  if (schema instanceof z.ZodBoolean) return ['bool']
  if (schema instanceof z.ZodArray) return ['list']
  if (schema instanceof z.ZodObject || schema instanceof z.ZodRecord) return ['map']
  if (schema instanceof z.ZodUnknown) return ['string', 'int', 'double', 'bool', 'list', 'map', 'null']
  if (schema instanceof z.ZodLiteral)
    return [...schema.values].flatMap((value) =>
      typeof value === 'string' ? ['string'] : typeof value === 'boolean' ? ['bool'] : ['int', 'double'],
    )
  return undefined
}
