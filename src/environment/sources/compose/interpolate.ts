import { anotherVariable, variableWording } from '../variable-wording.js'

/** The value of a variable: `undefined` when it is not set, `null` when nobody can tell here. */
export type Lookup = (name: string) => string | undefined | null

/**
 * A text with its variables filled in, or why that cannot be done; `at` is an index into the text, `wording` may be
 * shown.
 */
export type Interpolated =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'missing'; readonly wording: string; readonly at: number }
  | { readonly kind: 'invalid'; readonly at: number }

/**
 * Fills variables in as Compose does (compose-spec, Interpolation): `$NAME`, `${NAME}`, `${NAME:-default}`,
 * `${NAME-default}`,
 * `${NAME:?message}`, `${NAME?message}`, `${NAME:+instead}`, `${NAME+instead}`, each of them nested as well, and `$$`
 * for a dollar sign. A dollar sign before
 * anything else stands for itself. Where Compose would put an empty text in place of a variable that is not set, it is
 * missing here.
 */
export function interpolate(text: string, lookup: Lookup): Interpolated {
  let value = ''
  let at = 0
  while (at < text.length) {
    const dollar = text.indexOf('$', at)
    if (dollar === -1) break
    value += text.slice(at, dollar)
    const [plain = ''] = /^[A-Za-z_][A-Za-z0-9_]*/.exec(text.slice(dollar + 1)) ?? []
    if (text.charAt(dollar + 1) === '$') {
      value += '$'
      at = dollar + 2
    } else if (plain !== '') {
      const found = lookup(plain)
      if (typeof found !== 'string') return { kind: 'missing', wording: anotherVariable, at: dollar }
      value += found
      at = dollar + 1 + plain.length
    } else if (text.charAt(dollar + 1) === '{') {
      const end = closingBrace(text, dollar + 1)
      const filled = end === -1 ? invalid(dollar) : fillBraces(text.slice(dollar + 2, end), dollar, lookup)
      if (filled.kind !== 'text') return filled
      value += filled.value
      at = end + 1
    } else {
      value += '$'
      at = dollar + 1
    }
  }
  return { kind: 'text', value: value + text.slice(at) }
}

/** Counts as Compose does: what stands right after an opening brace is never a brace. */
function closingBrace(text: string, open: number): number {
  let depth = 0
  for (let at = open; at < text.length; at += 1) {
    if (text.charAt(at) === '}') {
      depth -= 1
      if (depth === 0) return at
    }
    if (text.charAt(at) === '{') {
      depth += 1
      at += 1
    }
  }
  return -1
}

/** @param at where the dollar sign before the braces stands */
function fillBraces(content: string, at: number, lookup: Lookup): Interpolated {
  const [, name, operator, operand = ''] = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+?])(.*))?$/.exec(content) ?? []
  if (name === undefined) return invalid(at)
  const found = lookup(name)
  if (found === null) return { kind: 'missing', wording: variableWording(name), at }
  const isThere = found !== undefined && !(operator?.startsWith(':') === true && found === '')
  const nested = (): Interpolated => {
    const filled = interpolate(operand, lookup)
    return filled.kind === 'text' ? filled : { ...filled, at: at + 2 + content.length - operand.length + filled.at }
  }
  if (operator?.endsWith('+') === true) return isThere ? nested() : { kind: 'text', value: '' }
  if (isThere) return { kind: 'text', value: found }
  return operator?.endsWith('-') === true ? nested() : { kind: 'missing', wording: variableWording(name), at }
}

function invalid(at: number): Interpolated {
  return { kind: 'invalid', at }
}
