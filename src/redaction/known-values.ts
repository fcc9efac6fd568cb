import { BareValues, type TextEnds } from './bare-values.js'
import { publicWindows, isCommonWord } from './common-text.js'
import { type KnownSecret, piecesOf, type Piece } from './pieces.js'
import { MARKER } from './marker.js'
import type { TextUnits, TextSpan } from './span.js'
import { WholeIndex } from './whole-index.js'
import { WINDOW, WindowIndex, type OwnedForm } from './window-index.js'
import { escapeForms } from './escape-forms.js'
import { escapedByte } from './lossless-utf8.js'

/** Where the markers are that an earlier pass left. */
function markersIn(text: string): TextSpan[] {
  const spans: TextSpan[] = []
  for (let at = text.indexOf(MARKER); at >= 0; at = text.indexOf(MARKER, at + MARKER.length)) {
    spans.push({ start: at, end: at + MARKER.length })
  }
  return spans
}

type WindowTest = (window: string) => boolean

/** Whether one of a value's windows is such. */
function someWindow(text: string, test: WindowTest): boolean {
  for (let at = 0; at + WINDOW <= text.length; at++) if (test(text.slice(at, at + WINDOW))) return true
  return false
}

/** A row of one letter or digit: no window of it says anything, and the whole does. */
const ROW = /^([\p{L}\p{N}])\1{0,1024}$/u

/** Whether a value can be found: by its windows, or whole where it is too short to have one, or a row. */
function canBeFound(text: string, isPublic: WindowTest): boolean {
  return text.length < WINDOW || someWindow(text, (window) => !isPublic(window)) || ROW.test(text)
}

/** The secrets whose values are known, ready to be found in any text in any of their forms. */
export class KnownValues {
  /** Names of variables whose value is too short or too common to be masked wherever it occurs. */
  readonly unmaskable: readonly string[]
  /** Names of variables of which something is masked wherever it occurs. */
  readonly masked: readonly string[]
  readonly #names: readonly string[]
  readonly #windows: WindowIndex
  readonly #wholes: WholeIndex
  /** What is not masked, for the gates that ask whether it is in a text. */
  readonly #bare: BareValues

  constructor(knowledge: readonly KnownSecret[], publicText: readonly string[]) {
    const names = [...new Set(knowledge.map((secret) => secret.name))]
    const forms: OwnedForm[] = []
    const unmaskable = new Set<string>()
    const bare: OwnedForm[] = []
    const isPublic = publicWindows(publicText, WINDOW)
    for (const secret of knowledge) {
      const owner = names.indexOf(secret.name)
      for (const piece of piecesOf(secret)) {
        if (isMaskable(piece, publicText) && canBeFound(piece.text, isPublic)) {
          forms.push(...formsOf(piece.text).map((text) => ({ text, owner })))
        } else if (piece.primary && piece.text !== '') {
          unmaskable.add(secret.name)
          if (piece.named || secret.isPresumed !== true || isTelling(piece, publicText))
            bare.push({ text: piece.text, owner })
        }
      }
    }
    this.unmaskable = [...unmaskable]
    this.masked = names.filter((_, owner) => forms.some((form) => form.owner === owner))
    this.#names = names
    this.#windows = new WindowIndex(forms, isPublic)
    // Also what a window that says nothing is a part of: the other windows would leave that part.
    this.#wholes = new WholeIndex(forms.filter(({ text }) => text.length < WINDOW || someWindow(text, isPublic)))
    this.#bare = new BareValues(bare)
  }

  /** The stretches of a text that belong to a secret. */
  find(reading: TextUnits): TextSpan[] {
    const barriers = markersIn(reading.text)
    return [...this.#windows.find(reading, barriers), ...this.#wholes.find(reading, barriers)]
  }

  /** The names of the secrets of which something is in a text. */
  namesIn(reading: TextUnits): string[] {
    const barriers = markersIn(reading.text)
    const owners = new Set<number>()
    this.#windows.find(reading, barriers, owners)
    this.#wholes.find(reading, barriers, owners)
    return [...owners].map((owner) => this.#names[owner] ?? '')
  }

  /** Whether `bareNamesIn` has something to look for. */
  get hasBare(): boolean {
    return !this.#bare.isEmpty
  }

  /** The names of the secrets that cannot be masked and stand for themselves in one of these texts. */
  bareNamesIn(texts: readonly string[], ends: TextEnds): string[] {
    const owners = new Set<number>()
    for (const text of texts) this.#bare.collect(text, ends, owners)
    return [...owners].map((owner) => this.#names[owner] ?? '')
  }
}

const SHORTEST = 4

const SHORTEST_UNNAMED = 8

const SHORTEST_DIGITS = 10

/**
 * Whether a piece may be masked wherever it occurs. Under 4 characters never, under 8 only when a name says that it is
 * a secret, digits from 10 on; blanks, common words and what is part of a public text never, or the report is gone.
 */
function isMaskable(piece: Piece, publicText: readonly string[]): boolean {
  const text = piece.text.trim()
  if (text.length < SHORTEST) return false
  if (text.length < SHORTEST_UNNAMED && !piece.named) return false
  if (text.length < SHORTEST_DIGITS && /^\d+$/.test(text)) return false
  if (isCommonWord(text)) return false
  return !publicText.some((known) => known.includes(text))
}

/**
 * Whether a value that is not masked says something where it is, though nothing says that it is a secret: no short
 * one, no ordinary word.
 */
function isTelling(piece: Piece, publicText: readonly string[]): boolean {
  const text = piece.text.trim()
  return text.length >= SHORTEST && !isCommonWord(text) && !publicText.some((known) => known.includes(text))
}

/** A derived form of a short secret says less than its length does: base64 of 4 characters is a word like any other. */
const SHORTEST_DERIVED = 8

/** As a stream of UTF-8 shows a text that was written in Latin-1. */
function inLatin1(text: string): string {
  return text.replace(/[\x80-\xff]/g, (sign) => escapedByte(sign.charCodeAt(0)))
}

/**
 * Every form a value is likely to be written in, the value itself first. `\u` escapes and a percent escape for every
 * byte are not among them: the unescaped layer reads those, since ten characters of such a form would be two or three
 * of the value.
 */
function formsOf(value: string): readonly string[] {
  const plain = [...new Set([value, value.normalize('NFC'), value.normalize('NFD')])]
  const derived = plain.flatMap((text) => [
    [...text].reverse().join(''),
    Buffer.from(text, 'utf8').toString('latin1'), // UTF-8 read byte for byte, which is how decoded runs are read.
    inLatin1(text),
    ...base64Forms(text),
    ...escapeForms(text),
  ])
  const longEnough = derived.filter((form) => form.length >= SHORTEST_DERIVED)
  return [...new Set([...plain, ...longEnough])]
}

/** The base64 characters that `bytes` alone decides when they are at offset 0, 1 or 2 of a three-byte group. */
function stableAt(bytes: Buffer, alignment: 0 | 1 | 2): string {
  const encoded = Buffer.concat([Buffer.alloc(alignment), bytes]).toString('base64')
  const first = Math.ceil((alignment * 8) / 6)
  const last = Math.floor(((alignment + bytes.length) * 8) / 6)
  return encoded.slice(first, last)
}

/** The same with the end the encoding has when nothing follows: the last character's spare bits are zero. */
function endingAt(bytes: Buffer, alignment: 0 | 1 | 2): string {
  const encoded = Buffer.concat([Buffer.alloc(alignment), bytes]).toString('base64')
  return encoded.slice(Math.ceil((alignment * 8) / 6))
}

function urlSafe(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_')
}

/** Base64 and base64url of a text's UTF-8 bytes, wherever in a longer encoded text they are. */
function base64Forms(text: string): readonly string[] {
  const bytes = Buffer.from(text, 'utf8')
  const plain = ([0, 1, 2] as const).flatMap((alignment) => {
    const ending = endingAt(bytes, alignment)
    return [stableAt(bytes, alignment), ending, ending.replace(/=+$/, '')]
  })
  return [...plain, ...plain.map(urlSafe)]
}
