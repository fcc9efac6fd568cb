import { compilePattern, longestMatchedText, type Pattern } from '../../pattern.js'
import { type Budget, EvaluationFault } from './step-budget.js'
import { isList, type Value } from './values.js'

/** A method of a text: what it was called on, its arguments. */
type TextMethod = (text: string, parameters: readonly Value[], budget: Budget) => Value

/** How many runs of letters, or blanks, that are changed count as a step. */
const changesPerStep = 64

const patterns = new Map<string, Pattern>()

/** Texts count by characters (code points), as in CEL; JavaScript counts UTF-16 units. */
export const textMethods: Readonly<Record<string, TextMethod>> = {
  contains: (text, [part], budget) => {
    budget.search(text, celTextOf(part))
    return text.includes(celTextOf(part))
  },
  startsWith: (text, [part], budget) => read(text, budget).startsWith(celTextOf(part)),
  endsWith: (text, [part], budget) => read(text, budget).endsWith(celTextOf(part)),
  matches: (text, [source], budget) => matches(text, celTextOf(source), budget),
  lowerAscii: (text, _, budget) => recased(text, /[A-Z]+/g, (letters) => letters.toLowerCase(), budget),
  upperAscii: (text, _, budget) => recased(text, /[a-z]+/g, (letters) => letters.toUpperCase(), budget),
  trim: (text, _, budget) => trimmed(read(text, budget), budget),
  indexOf: (text, [part, from], budget) =>
    indexOf(charactersOf(text, budget), soughtIn(text, part, budget), from === undefined ? 0 : indexFrom(from)),
  lastIndexOf: (text, [part, from], budget) =>
    lastIndexOf(
      charactersOf(text, budget),
      soughtIn(text, part, budget),
      from === undefined ? undefined : indexFrom(from),
    ),
  substring: (text, [start, end], budget) =>
    substring(charactersOf(text, budget), indexFrom(start), end === undefined ? undefined : indexFrom(end)),
  split: (text, [separator, limit], budget) =>
    split(text, celTextOf(separator), limit === undefined ? -1 : indexFrom(limit), budget),
}

/** The number of characters in a text. */
function lengthOf(text: string, budget: Budget): bigint {
  return BigInt(charactersOf(text, budget).length)
}

/** @throws EvaluationFault for a list with anything but texts in it */
export function join(list: readonly Value[], separator: string, budget: Budget): string {
  budget.spend(list.length)
  const texts = list.map(celTextOf)
  budget.make(texts.reduce((sum, text) => sum + text.length + separator.length, 0))
  return texts.join(separator)
}

/** @throws EvaluationFault */
export function celTextOf(value: Value | undefined): string {
  if (typeof value !== 'string') throw new EvaluationFault('no-overload')
  return value
}

function read(text: string, budget: Budget): string {
  budget.read(text)
  return text
}

function charactersOf(text: string, budget: Budget): readonly string[] {
  budget.part(text)
  return [...text]
}

/** A part that is searched for, as its characters. */
function soughtIn(text: string, part: Value | undefined, budget: Budget): readonly string[] {
  budget.search(text, celTextOf(part))
  return charactersOf(celTextOf(part), budget)
}

/** Runs of letters that are changed count, and not only the text: a function is called for each. */
function recased(text: string, letters: RegExp, change: (letters: string) => string, budget: Budget): string {
  let runs = 0
  const changed = read(text, budget).replaceAll(letters, (run) => {
    runs += 1
    return change(run)
  })
  budget.spend(Math.floor(runs / changesPerStep))
  return changed
}

/** @throws EvaluationFault for what is not a whole number that an index can have */
function indexFrom(value: Value | undefined): number {
  if (typeof value !== 'bigint') throw new EvaluationFault('no-overload')
  return Number(value)
}

function matches(text: string, source: string, budget: Budget): boolean {
  if (text.length > longestMatchedText) throw new EvaluationFault('pattern-text-too-long')
  const pattern = patterns.get(source) ?? compilePattern(source)
  patterns.set(source, pattern)
  budget.match(text, pattern.size)
  return pattern.matches(text)
}

/**
 * Without the blanks of Unicode at its ends. Scanned from both ends: a pattern for the end would be tried at every
 * blank.
 */
function trimmed(text: string, budget: Budget): string {
  const isBlank = (character: string | undefined): boolean =>
    character !== undefined && /\p{White_Space}/u.test(character)
  let [start, end] = [0, text.length]
  while (start < end && isBlank(text[start])) start += 1
  while (end > start && isBlank(text[end - 1])) end -= 1
  budget.spend(Math.floor((text.length - (end - start)) / changesPerStep))
  return text.slice(start, end)
}

function inRange(index: number, length: number): number {
  if (!(index >= 0 && index <= length)) throw new EvaluationFault('index-out-of-bounds')
  return index
}

/** Where a part begins in a text, both as characters. Over UTF-16 units half a character could be found in another. */
function indexOf(text: readonly string[], part: readonly string[], from: number): bigint {
  inRange(from, text.length)
  const before = text.slice(0, from).join('').length
  const whole = text.join('')
  const found = whole.indexOf(part.join(''), before)
  return found === -1 ? -1n : BigInt([...whole.slice(0, found)].length)
}

function lastIndexOf(text: readonly string[], part: readonly string[], from: number | undefined): bigint {
  const start = from === undefined ? text.length : inRange(from, text.length)
  const whole = text.join('')
  const found = whole.lastIndexOf(part.join(''), text.slice(0, start).join('').length)
  return found === -1 ? -1n : BigInt([...whole.slice(0, found)].length)
}

function substring(text: readonly string[], start: number, end = text.length): string {
  if (inRange(start, text.length) > inRange(end, text.length)) throw new EvaluationFault('index-out-of-bounds')
  return text.slice(start, end).join('')
}

/** Into at most `limit` parts, the last with the rest; below zero there is no limit. */
function split(text: string, separator: string, limit: number, budget: Budget): Value {
  budget.search(text, separator)
  const parts = limit === 0 ? [] : separator === '' ? [...text] : text.split(separator)
  budget.spend(parts.length)
  return limit < 0 || parts.length <= limit
    ? parts
    : [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)]
}

/** The number of elements or characters. @throws EvaluationFault for what has neither */
export function sizeOf(value: Value, budget: Budget): bigint {
  if (typeof value === 'string') return lengthOf(value, budget)
  if (isList(value)) return BigInt(value.length)
  if (value instanceof Map) return BigInt(value.size)
  throw new EvaluationFault('no-overload')
}
