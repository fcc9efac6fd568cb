import type { TextView } from '../estimate/text-view.js'
import { kindBits, type StreamModel } from './model.js'

interface CharacterClass {
  readonly size: number
  /** Bits to name the class: what people put between words is digits and signs, seldom base32. */
  readonly choice: number
  readonly bits: number
  has(code: number): boolean
}

const digit = (c: number) => c >= 48 && c <= 57

const lower = (c: number) => c >= 97 && c <= 122

const upper = (c: number) => c >= 65 && c <= 90

const alphanumeric = (c: number) => digit(c) || lower(c) || upper(c)

const printable = (c: number) => c >= 32 && c <= 126

function characterClass(size: number, choice: number, has: (code: number) => boolean): CharacterClass {
  return { size, choice, bits: Math.log2(size), has }
}

/**
 * The alphabets that keys are made of, smallest first. A character of a smaller one is in a larger one too, so the
 * smallest that holds a stretch is what it is priced by: `openssl rand -hex 16` is 4 bits a character, not 6.
 */
export const characterClasses: readonly CharacterClass[] = [
  characterClass(10, 2, digit),
  characterClass(16, 4, (c) => digit(c) || (c >= 97 && c <= 102)),
  characterClass(16, 5, (c) => digit(c) || (c >= 65 && c <= 70)),
  characterClass(26, 3.5, lower),
  characterClass(26, 4.5, upper),
  characterClass(32, 7, (c) => upper(c) || (c >= 50 && c <= 55)),
  characterClass(33, 4, (c) => printable(c) && !alphanumeric(c)),
  characterClass(36, 4, (c) => digit(c) || lower(c)),
  characterClass(36, 5, (c) => digit(c) || upper(c)),
  characterClass(52, 5, (c) => lower(c) || upper(c)),
  characterClass(62, 4, alphanumeric),
  characterClass(64, 5, (c) => alphanumeric(c) || c === 43 || c === 47),
  characterClass(64, 5, (c) => alphanumeric(c) || c === 45 || c === 95),
  characterClass(95, 5, printable),
  characterClass(256, 5, (c) => c < 256),
  // Alphabets of a living script: Latin with accents, Greek, Cyrillic, Armenian, Hebrew, Arabic.
  characterClass(512, 7, (c) => c < 0x700),
  characterClass(65_536, 7, () => true),
]

/**
 * Both cases of an alphabet, or its letters with accents, are about 64; a writer of Cyrillic does not pick from all of
 * it and Arabic as well.
 */
const bitsOfScriptLetter = 6

/** One case of it: 33 letters in Cyrillic, and a few that are beside them. */
const bitsOfOneCase = 5.5

/** Ideographs and Korean syllables: log2 of the 2,000 in daily use, of 20,000 and 11,000 that there are. */
const bitsOfIdeograph = 11

/** Of a surrogate pair the second half counts: there are some 1,000 emoji. */
const bitsOfLowSurrogate = 10

function bitsOfCharacter(code: number): number {
  if (code < 0x80) return Math.log2(95)
  if ((code >= 0x3400 && code <= 0x9fff) || (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff))
    return bitsOfIdeograph
  if (code >= 0xd800 && code <= 0xdfff) return code < 0xdc00 ? 0 : bitsOfLowSurrogate
  return bitsOfScriptLetter
}

/**
 * Bits of a text by chance: its length times log2 of the class; beyond ASCII by what each character's script has to
 * choose from.
 */
function worthOf(kind: CharacterClass, text: string, isBinary: boolean): number {
  if (isBinary || kind.size < 256) return text.length * kind.bits
  const isOneCase = kind.size === 512 && (text === text.toLowerCase() || text === text.toUpperCase())
  let bits = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    bits += isOneCase && code >= 0x80 ? bitsOfOneCase : bitsOfCharacter(code)
  }
  return bits
}

/** Uniform price of a whole text: its length times the bits of the smallest alphabet that holds it. */
export function uniformBits(text: string, isBinary: boolean): number {
  const body = /^[A-Za-z0-9+/_-]{8,}={1,2}$/u.test(text) ? text.replace(/=+$/u, '') : text
  for (const kind of characterClasses) {
    if (holds(kind, body)) return worthOf(kind, body, isBinary)
  }
  return 0
}

function holds(kind: CharacterClass, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (!kind.has(text.charCodeAt(i))) return false
  }
  return true
}

/** For each byte and class, 1 where the class holds it: asked for every character of every reading. */
const bytesHeld = new Uint8Array(256 * characterClasses.length)

characterClasses.forEach((kind, index) => {
  for (let code = 0; code < 256; code++) bytesHeld[code * characterClasses.length + index] = kind.has(code) ? 1 : 0
})

/** A stretch ends after so many characters on average: digits and signs between words soon, keys late. */
const averageLength = (kind: CharacterClass) => (kind.size === 10 || kind.size === 33 ? 6 : 30)

/**
 * Random characters of one class. Price: the full log2 of the class per character, since nothing better is known about
 * them; whatever no other model explains is paid in full.
 */
export const randomModels: readonly StreamModel[] = characterClasses.map((kind, index) => ({
  family: 'random',
  enter: kindBits.random + kind.choice,
  exit: Math.log2(averageLength(kind)),
  bits(view) {
    if (!isNeeded(view, index)) return undefined
    const bits = new Float64Array(view.length)
    const each = kind.bits - Math.log2(1 - 1 / averageLength(kind))
    for (let at = 0; at < bits.length; at++) {
      const code = view.codes[at] as number
      const isHeld = code < 256 ? (bytesHeld[code * characterClasses.length + index] as number) > 0 : kind.has(code)
      bits[at] = isHeld ? each : Infinity
    }
    return { first: bits, later: bits }
  },
  price: (view, start, end) => worthOf(kind, view.text.slice(start, end), view.binary),
}))

/** A class is of use where it holds some character of the text, and more of them than every smaller one. */
function isNeeded(view: TextView, index: number): boolean {
  const held = heldBy(view)[index] as string
  return held.includes('1') && !heldBy(view).slice(0, index).includes(held)
}

const heldOfView = new WeakMap<TextView, readonly string[]>()

/** For every class which of the different characters of a view it holds, as noughts and ones. */
function heldBy(view: TextView): readonly string[] {
  let held = heldOfView.get(view)
  if (held === undefined) {
    const different = [...new Set(view.codes)]
    held = characterClasses.map((kind) => different.map((code) => (kind.has(code) ? '1' : '0')).join(''))
    heldOfView.set(view, held)
  }
  return held
}

/**
 * A text that draws on few different characters, or on some far more often than others (`0110100110…`, `aabacabad…`).
 * A description of the whole: which characters, how often each, and which of the arrangements.
 *
 * Price: log2 of the number of arrangements. An attacker who knows the habit (a coin thrown, two keys hit) still has to
 * try them.
 */
export function fewSymbols(view: TextView): { code: number; price: number } {
  const counts = new Map<number, number>()
  for (const code of view.codes) counts.set(code, (counts.get(code) ?? 0) + 1)
  let arrangements = logFactorial(view.length)
  for (const count of counts.values()) arrangements -= logFactorial(count)
  const kinds = counts.size
  const alphabet = alphabetSize(view)
  const whichSymbols = logChoose(alphabet, Math.min(kinds, alphabet))
  const howOften = logChoose(view.length + kinds - 1, Math.max(kinds - 1, 0))
  return { code: arrangements + whichSymbols + howOften, price: arrangements }
}

/**
 * How many characters there are to choose from: bytes, what a keyboard types, one script's letters, or all ideographs.
 */
function alphabetSize({ binary, codes }: TextView): number {
  if (binary) return 256
  const highest = codes.reduce((most, code) => Math.max(most, code), 0)
  if (highest < 0x7f) return 95
  if (highest < 0x100) return 256
  return highest < 0x700 ? 512 : 65_536
}

const logFactorials: number[] = [0]

function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++) logFactorials.push((logFactorials[i - 1] as number) + Math.log2(i))
  return logFactorials[n] as number
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k)
}
