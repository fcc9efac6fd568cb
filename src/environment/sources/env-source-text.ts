import { type Diagnostic, type Position, UsageError } from '../../base/errors.js'
import type { z } from 'zod'
import { suggestionHint } from '../../base/text/wording.js'
import { Problems, type YamlNode } from '../../definitions/yaml-node.js'
import { reportIssues } from '../../definitions/schema-problems.js'

/** The text of a file that variables come from. */
export class SourceText {
  readonly #lineStarts: readonly number[]

  /** @param file the name that positions carry */
  constructor(
    readonly file: string,
    readonly text: string,
  ) {
    this.#lineStarts = lineStartsOf(text)
  }

  /**
   * The place of a character. By bisection over the lines' starts: a file of a thousand assignments asks a thousand
   * times.
   */
  position(at: number): Position {
    let low = 0
    let high = this.#lineStarts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#lineStarts[middle] ?? Infinity) <= at) low = middle
      else high = middle - 1
    }
    return { file: this.file, line: low + 1, column: at - (this.#lineStarts[low] ?? 0) + 1 }
  }
}

/**
 * Decodes a file strictly: UTF-8 without a byte order mark, which most loaders take for a part of the first name, and
 * without NUL.
 *
 * @param byteOrderMark `dropped` for what a loader reads that drops one
 * @returns the text, and why nothing of it may be used, where that is so; the reason quotes nothing of the file
 */
export function decodeSource(
  bytes: Buffer,
  file: string,
  { byteOrderMark = 'refused' }: { readonly byteOrderMark?: 'refused' | 'dropped' } = {},
): { readonly source: SourceText; readonly damage: Diagnostic | undefined } {
  const isMarked = byteOrderMark === 'dropped' && bytes.subarray(0, 3).toString('latin1') === '\xEF\xBB\xBF'
  const body = isMarked ? bytes.subarray(3) : bytes
  const text = body.toString('utf8')
  const source = new SourceText(file, text)
  const [at, code, message, hint] = firstDamage(body, text) ?? []
  return {
    source,
    damage:
      at === undefined ? undefined : { position: source.position(at), code: code!, message: message!, hint: hint! },
  }
}

/** What makes the file no text that could be read line by line, if anything does. */
function firstDamage(
  bytes: Buffer,
  text: string,
): [at: number, code: string, message: string, hint: string] | undefined {
  if (text.startsWith('\uFEFF'))
    return [
      0,
      'byte-order-mark',
      'the file starts with a byte order mark',
      'write the file without one: most loaders read it as a part of the first name',
    ]
  const replaced = firstInvalidUtf8(bytes, text)
  if (replaced !== -1) return [replaced, 'not-utf8', 'the file is not UTF-8', 'write the file as UTF-8']
  const nul = text.indexOf('\0')
  if (nul !== -1)
    return [
      nul,
      'nul-character',
      'the file contains a NUL character, which an environment cannot hold',
      'remove it, or put the value in base64',
    ]
  return undefined
}

/**
 * Index in the decoded text of the first byte that is not UTF-8, -1 when all are. A U+FFFD that the file itself holds
 * is fine.
 */
function firstInvalidUtf8(bytes: Buffer, text: string): number {
  if (Buffer.from(text, 'utf8').equals(bytes)) return -1
  let offset = 0
  for (let at = text.indexOf('\uFFFD'), from = 0; at !== -1; from = at + 1, at = text.indexOf('\uFFFD', from)) {
    offset += Buffer.byteLength(text.slice(from, at), 'utf8')
    if (bytes.subarray(offset, offset + 3).toString('latin1') !== '\xEF\xBF\xBD') return at
    offset += 3
  }
  return text.length
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/**
 * Names that every container runtime takes for a variable's; other ones are passed over, refused or set, depending on
 * its version.
 */
export const containerVariable = /^[-._A-Za-z][-._A-Za-z0-9]*$/

export const containerVariableHint = 'a name has only letters, digits, _, - and ., and does not start with a digit'

/**
 * How a variable is called whose name may be a piece of a secret: a password with a dollar sign that is not doubled
 * names one.
 */
export const anotherVariable = 'another variable'

/**
 * How a variable is called that is in braces or brackets, as no password by accident does where the name is written
 * as names are.
 */
export function variableWording(name: string): string {
  return /^[A-Z_][A-Z0-9_]{0,99}$/.test(name) ? name : anotherVariable
}

/**
 * Reports a key that is unknown. It is shown only where it is nearly a known one: `{ name: A, value hunter2 }` has
 * the key `value hunter2`.
 */
export function reportUnknownKey(key: string, position: Position, known: readonly string[], problems: Problems): void {
  const hint = suggestionHint(key, known)
  problems.report(
    position,
    'unknown-key',
    hint === undefined ? 'a key that is unknown here' : `unknown key ${key}`,
    hint ?? `known: ${known.join(', ')}`,
  )
}

/** As `reportIssues`, of a file with secrets. */
export function reportShape(
  issues: Parameters<typeof reportIssues>[0],
  node: YamlNode,
  schema: z.ZodType,
  problems: Problems,
): void {
  const own = new Problems()
  reportIssues(issues, node, schema, own)
  for (const { position, code, message, hint } of own.found()) {
    const isHidden = code === 'unknown-key' && hint?.startsWith('did you mean ') !== true
    problems.report(position, code, isHidden ? 'a key that is unknown here' : message, hint)
  }
}

/**
 * Takes `FILE#NAME` apart at the last `#`.
 *
 * @param form how it should be written, for the message
 * @throws UsageError when either side is empty
 */
export function splitSourceName(text: string, form: string): { readonly file: string; readonly name: string } {
  const hash = text.lastIndexOf('#')
  const [file, name] = [text.slice(0, Math.max(0, hash)), text.slice(hash + 1)]
  if (hash === -1 || file === '' || name === '')
    throw new UsageError(`${text} must name a file and an object in it: ${form}`, { hint: `write it as ${form}` })
  return { file, name }
}
