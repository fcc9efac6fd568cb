import type { TextSpan } from '../../src/redaction/span.js'

/*
 * How escapes were taken back when patterns found them: slower, and a pattern says what an escape is. What does it by
 * hand is compared with this.
 */

/** A text read in another way, which knows for every stretch where it comes from. */
interface TextLayer {
  readonly text: string
  /** The stretch of the text below that a stretch of this layer stands for. */
  toBase(span: TextSpan): TextSpan
}

/**
 * What is kept of each stretch: where it is in the layer, where in the text below, its length here and its length
 * there.
 */
const FIELDS = 4

/** Puts a layer together from copied, replaced and left-out stretches of the text below it. */
class LayerBuilder {
  readonly #base: string
  readonly #parts: string[] = []
  /** Plain numbers, four for each stretch: a text may have as many stretches as it has escapes. */
  readonly #stretches: number[] = []
  #length = 0

  constructor(base: string) {
    this.#base = base
  }

  copy(start: number, end: number): void {
    this.#add(this.#base.slice(start, end), start, end)
  }

  replace(start: number, end: number, text: string): void {
    this.#add(text, start, end)
  }

  #add(text: string, start: number, end: number): void {
    if (text === '') return
    this.#stretches.push(this.#length, start, text.length, end - start)
    this.#parts.push(text)
    this.#length += text.length
  }

  build(): TextLayer {
    const stretches = this.#stretches
    /** The position's stretch, by bisection. */
    const stretchAt = (position: number): number => {
      let low = 0
      let high = stretches.length / FIELDS - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (stretches[middle * FIELDS]! <= position) low = middle
        else high = middle - 1
      }
      return low * FIELDS
    }
    const edge = (position: number, isEnd: boolean): number => {
      if (stretches.length === 0) return 0
      const [at = 0, base = 0, length = 0, baseLength = 0] = stretches.slice(
        stretchAt(position),
        stretchAt(position) + FIELDS,
      )
      if (length === baseLength) return base + (position - at) + (isEnd ? 1 : 0)
      return base + (isEnd ? baseLength : 0)
    }
    return {
      text: this.#parts.join(''),
      toBase: (span) => ({ start: edge(span.start, false), end: edge(span.end - 1, true) }),
    }
  }
}

/** A layer over a layer, as one. */
function stacked(below: TextLayer, above: TextLayer): TextLayer {
  return { text: above.text, toBase: (span) => below.toBase(above.toBase(span)) }
}

const PERCENT = '%[0-9a-f]{2}'
const BACKSLASH =
  '\\\\u\\{[0-9a-f]{1,6}\\}|\\\\u[0-9a-f]{4}|\\\\x[0-9a-f]{2}|\\\\[0-3][0-7]{2}|\\\\[0aenrtbfv"\'`\\\\/$ !&|;<>()[\\]{}*?#~=%,:@+^-]'
const ENTITY = '&(?:amp|lt|gt|quot|apos);|&#[0-9]{1,7};|&#x[0-9a-f]{1,6};'

interface Kind {
  /** What every escape of the kind begins with. */
  readonly sign: string
  readonly pattern: RegExp
}

/** Each kind alone, since a secret may hold what looks like another kind's escape; and all at once. */
const KINDS: readonly Kind[] = [
  { sign: '%', pattern: new RegExp(PERCENT, 'gi') },
  { sign: '\\', pattern: new RegExp(BACKSLASH, 'gi') },
  { sign: '&', pattern: new RegExp(ENTITY, 'gi') },
]
const ANY_KIND = new RegExp(`${PERCENT}|${BACKSLASH}|${ENTITY}`, 'gi')

/** The kinds of escapes that a text may hold. */
function kindsIn(text: string): RegExp[] {
  return KINDS.filter(({ sign }) => text.includes(sign)).map(({ pattern }) => pattern)
}

function mayHoldEscapes(text: string): boolean {
  return KINDS.some(({ sign }) => text.includes(sign))
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const CONTROL: Readonly<Record<string, string>> = {
  0: '\0',
  a: '\x07',
  e: '\x1b',
  v: '\v',
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
}

/** How often all escapes are taken back at once: JSON in JSON in a URL is as deep as real output goes. */
const DEPTH = 4

/** How many readings there are at most, those included. */
const MAX_LAYERS = 16

function codePoint(value: number): string {
  return value <= 0x10ffff ? String.fromCodePoint(value) : '\ufffd'
}

const PERCENT_SIGN = 0x25
const AMPERSAND = 0x26
const DIGIT_0 = 0x30
const DIGIT_3 = 0x33
const LETTER_X = 0x78
const LETTER_U = 0x75

function isOctal(escape: string): boolean {
  const digit = escape.charCodeAt(1)
  return escape.length === 4 && digit >= DIGIT_0 && digit <= DIGIT_3
}

function isByteEscape(escape: string): boolean {
  if (escape.charCodeAt(0) === PERCENT_SIGN) return true
  return (
    escape.charCodeAt(0) !== AMPERSAND &&
    escape.length === 4 &&
    ((escape.charCodeAt(1) | 0x20) === LETTER_X || isOctal(escape))
  )
}

function byteOf(escape: string): number {
  return isOctal(escape) && escape.charCodeAt(0) !== PERCENT_SIGN
    ? Number.parseInt(escape.slice(1), 8)
    : Number.parseInt(escape.slice(-2), 16)
}

function entity(escape: string): string {
  if (escape.charCodeAt(1) !== 0x23) return NAMED[escape.slice(1, -1).toLowerCase()] ?? ''
  const isHex = (escape.charCodeAt(2) | 0x20) === LETTER_X
  return codePoint(isHex ? Number.parseInt(escape.slice(3), 16) : Number.parseInt(escape.slice(2), 10))
}

function characterOf(escape: string): string {
  if (escape.charCodeAt(0) === AMPERSAND) return entity(escape)
  if (escape.length === 2) return CONTROL[escape.charAt(1)] ?? escape.charAt(1)
  if ((escape.charCodeAt(1) | 0x20) !== LETTER_U) return escape
  return escape.charAt(2) === '{'
    ? codePoint(Number.parseInt(escape.slice(3), 16))
    : String.fromCharCode(Number.parseInt(escape.slice(2), 16))
}

/** How many bytes the UTF-8 sequence has that this byte begins. */
function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4
  if (lead >= 0xe0) return 3
  return lead >= 0xc0 ? 2 : 1
}

/**
 * How much text beside an escape is read, in UTF-16 units: enough for a window of ten characters that are escaped
 * several times over. Further away nothing differs from the text itself, which is searched anyway.
 */
const CONTEXT = 128

/** Stands for what was left out, so that no window reaches across; no text holds it (a Unicode noncharacter). */
const GAP = '\uffff'

function copyBeside(builder: LayerBuilder, start: number, end: number): void {
  if (end - start <= 2 * CONTEXT) {
    builder.copy(start, end)
    return
  }
  builder.copy(start, start + CONTEXT)
  builder.replace(start + CONTEXT, end - CONTEXT, GAP)
  builder.copy(end - CONTEXT, end)
}

function unescapedOnce(text: string, kind: RegExp): TextLayer | undefined {
  kind.lastIndex = 0
  let match = kind.exec(text)
  if (!match) return undefined
  const builder = new LayerBuilder(text)
  let at = 0
  while (match) {
    const { 0: escape, index: start } = match
    copyBeside(builder, at, start)
    at = start + escape.length
    match = kind.exec(text)
    if (!isByteEscape(escape)) {
      builder.replace(start, at, characterOf(escape))
      continue
    }
    const bytes = [byteOf(escape)]
    while (
      match &&
      match.index === at &&
      bytes.length < sequenceLength(bytes[0] ?? 0) &&
      isByteEscape(match[0]) &&
      (byteOf(match[0]) & 0xc0) === 0x80
    ) {
      bytes.push(byteOf(match[0]))
      at += match[0].length
      match = kind.exec(text)
    }
    const [byte = 0] = bytes
    builder.replace(start, at, byte < 0x80 ? String.fromCharCode(byte) : Buffer.from(bytes).toString('utf8'))
  }
  copyBeside(builder, at, text.length)
  return builder.build()
}

/**
 * The readings of a text with its percent, backslash and entity escapes taken back: all at once again and again, and
 * one kind after the other; none where nothing is escaped.
 */
export function unescapedLayersByPattern(text: string): readonly TextLayer[] {
  const layers: TextLayer[] = []
  const seen = new Set([text])
  const add = (below: TextLayer | undefined, kind: RegExp): boolean => {
    const layer = unescapedOnce(below?.text ?? text, kind)
    if (!layer || seen.has(layer.text)) return false
    seen.add(layer.text)
    layers.push(below ? stacked(below, layer) : layer)
    return true
  }
  if (!mayHoldEscapes(text)) return layers
  for (let depth = 0; depth < DEPTH; depth++) if (!add(layers.at(-1), ANY_KIND)) break
  for (let at = -1; at < layers.length && layers.length < MAX_LAYERS; at++) {
    const below = layers[at]
    for (const kind of kindsIn(below?.text ?? text)) add(below, kind)
  }
  return layers
}
