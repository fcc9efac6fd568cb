import {
  anotherVariable,
  variableWording,
  containerVariable,
  containerVariableHint,
  type SourceText,
} from '../env-source-text.js'
import type { Position } from '../../../base/errors.js'
import type { EnvironmentDraft } from '../read-environment.js'
import type { Problems, YamlNode, YamlScalar } from '../../../definitions/yaml-node.js'
import { unmistakableText, writtenText } from '../manifest-file.js'

/** The value of a variable: `undefined` when it is not set, `null` when it is unknown here. */
export type Lookup = (name: string) => string | undefined | null

/**
 * A text with its variables filled in, or why that cannot be done; `at` is an index into the text, `wording` may be
 * shown.
 */
type Interpolated =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'missing'; readonly wording: string; readonly at: number }
  | { readonly kind: 'invalid'; readonly at: number }

/**
 * Fills variables in as Compose does (compose-spec, Interpolation): `$NAME`, `${NAME}`, `${NAME:-default}`,
 * `${NAME-default}`, `${NAME:?message}`, `${NAME?message}`, `${NAME:+instead}`, `${NAME+instead}`, each of them nested
 * as well, and `$$` for a dollar sign. A dollar sign before anything else stands for itself. Where Compose would put an
 * empty text in place of a variable that is not set, it is missing here.
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

/** Counts as Compose does: what is right after an opening brace is never a brace. */
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

/** @param at the place of the dollar sign before the braces */
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

/** A variable with its text as it is written, and how what is in it is found. */
interface WrittenVariable {
  readonly name: string
  readonly text: string
  readonly position: Position
  readonly lookup: Lookup
}

/**
 * Sets a variable to its text with the variables in it filled in, to something unknown where one of them is, or reports
 * why not.
 */
export function setFilled(draft: EnvironmentDraft, { name, text, position, lookup }: WrittenVariable): void {
  const filled = interpolate(text, lookup)
  if (filled.kind === 'text') draft.set(name, filled.value, position)
  else if (filled.kind === 'invalid')
    draft.report(
      position,
      'interpolation',
      `the value of ${name} has a \${ without a name or a clear end`,
      'write ${NAME}, ${NAME:-default}, or $$ for a dollar sign',
    )
  else {
    draft.setUnknown(name, {
      position,
      code: 'unknown-value',
      message: `${name} takes the value of ${filled.wording}, which is not known here`,
      hint: `set it in the .env file beside the Compose file, set ${name} in a source that is named later, or let --inherit-env take this shell's variables; $$ is a dollar sign`,
    })
  }
}

/** Marks a variable that takes the value it has where Compose is started. */
export function setInherited(draft: EnvironmentDraft, name: string, position: Position): void {
  draft.setUnknown(name, {
    position,
    code: 'unknown-value',
    message: `${name} has no value here: Compose takes it from the shell that starts it`,
    hint: `set it in the .env file beside the Compose file or in a source that is named later, or let --inherit-env take this shell's variables`,
  })
}

/** One line of `environment`, before variables are filled in; `null` has no value of its own. */
export interface EnvironmentEntry {
  readonly text: string | null
  readonly position: Position
}

/** The entries of a service's `environment`, a mapping or a list of `NAME=value`, each once. */
export function environmentEntries(
  node: YamlNode | undefined,
  source: SourceText,
  problems: Problems,
): ReadonlyMap<string, EnvironmentEntry> {
  const entries = new Map<string, EnvironmentEntry>()
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return entries
  const add = (name: string, text: string | null, position: Position, namePosition: Position): void => {
    const earlier = entries.get(name)
    if (!containerVariable.test(name))
      problems.report(namePosition, 'variable-name', 'this is not a variable name', containerVariableHint)
    else if (earlier !== undefined && earlier.text !== text)
      problems.report(
        namePosition,
        'duplicate-variable',
        `${name} has another value on line ${earlier.position.line}`,
        'keep one of the two',
      )
    else entries.set(name, { text, position })
  }
  if (node.kind === 'map') {
    for (const [name, { position, value }] of node.entries) {
      const text = value.kind === 'scalar' ? scalarText(value, source) : undefined
      if (text === undefined)
        problems.report(
          value.position,
          'wrong-type',
          `the value of ${containerVariable.test(name) ? name : 'a variable'} is not text that every YAML reader reads in the same way`,
          'put it in quotes',
        )
      else add(name, text, value.position, position)
    }
  } else if (node.kind === 'list') {
    for (const item of node.items) {
      const text = item.kind === 'scalar' && typeof item.value === 'string' ? item.value : undefined
      const equals = text?.indexOf('=') ?? -1
      if (text === undefined)
        problems.report(item.position, 'wrong-type', 'an item of environment is not text', 'write NAME=value')
      else if (equals === -1) add(text, null, item.position, item.position)
      else add(text.slice(0, equals), text.slice(equals + 1), item.position, item.position)
    }
  } else
    problems.report(
      node.position,
      'wrong-type',
      'environment is neither a mapping nor a list',
      'write each NAME: value on its own line',
    )
  return entries
}

/** A date, which some readers turn into another text. */
const date = /^\d{4}-\d{1,2}-\d{1,2}/

/** What Compose takes a scalar for: its text, `null` for nothing; `undefined` where readers of YAML differ. */
function scalarText(scalar: YamlScalar, source: SourceText): string | null | undefined {
  const { value } = scalar
  if (value === null) return null
  if (typeof value === 'boolean') return writtenText(scalar, source)
  // Beyond these a decimal fraction comes out with an exponent.
  if (typeof value === 'number')
    return Number.isSafeInteger(value) || (Math.abs(value) < 1e6 && Math.abs(value) >= 1e-4)
      ? writtenText(scalar, source)
      : undefined
  if (scalar.textOffset === 0 && date.test(value)) return undefined
  return /^[a-zA-Z]/.test(value) ? value : unmistakableText(scalar)
}
