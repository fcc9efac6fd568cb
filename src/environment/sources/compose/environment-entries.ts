import type { Position } from '../../../base/position.js'
import type { Problems } from '../../../definitions/problems.js'
import type { YamlNode, YamlScalar } from '../../../definitions/yaml-node.js'
import { containerVariable, containerVariableHint } from '../container-name.js'
import type { SourceText } from '../env-source-text.js'
import { unmistakableText, writtenText } from '../written-scalar.js'

/** One line of `environment`, before variables are filled in; `null` has no value of its own. */
export interface Entry {
  readonly text: string | null
  readonly position: Position
}

/** The entries of a service's `environment`, a mapping or a list of `NAME=value`, each once. */
export function environmentEntries(
  node: YamlNode | undefined,
  source: SourceText,
  problems: Problems,
): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>()
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return entries
  const add = (name: string, text: string | null, position: Position, namePosition: Position): void => {
    const earlier = entries.get(name)
    if (!containerVariable.test(name))
      problems.report(namePosition, 'variable-name', 'what stands here is no variable name', containerVariableHint)
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
          `the value of ${containerVariable.test(name) ? name : 'a variable'} is no text that every reader of YAML reads alike`,
          'put it in quotes',
        )
      else add(name, text, value.position, position)
    }
  } else if (node.kind === 'list') {
    for (const item of node.items) {
      const text = item.kind === 'scalar' && typeof item.value === 'string' ? item.value : undefined
      const equals = text?.indexOf('=') ?? -1
      if (text === undefined)
        problems.report(item.position, 'wrong-type', 'an item of environment is no text', 'write NAME=value')
      else if (equals === -1) add(text, null, item.position, item.position)
      else add(text.slice(0, equals), text.slice(equals + 1), item.position, item.position)
    }
  } else
    problems.report(
      node.position,
      'wrong-type',
      'environment is neither a mapping nor a list',
      'write NAME: value on lines of their own',
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
