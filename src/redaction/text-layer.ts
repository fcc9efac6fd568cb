import { textOfUnits, UNIT_TRAITS, type Found, type TextSpan, type TextUnits } from './span.js'
import { characterSet, runsOf } from './character-run.js'

/** A text read in another way, which knows for every stretch where it comes from. */
export interface TextLayer extends TextUnits {
  /** The stretch of the text below that a stretch of this layer stands for. */
  toBase(span: TextSpan): TextSpan
}

/**
 * What is kept of each stretch: where it is in the layer, where in the text below, its length here and its length
 * there.
 */
const FIELDS = 4

/** Shorter stretches are copied unit by unit, which is faster than a view of them. */
const SHORT = 48

/** Puts a layer together from copied, replaced and left-out stretches of the text below it. */
export class LayerBuilder {
  readonly #base: TextUnits
  /** What the units say that are not the base's own. */
  #traits = 0
  #units: Uint16Array
  #length = 0
  /** Numbers in one row: a text may have as many stretches as it has escapes. */
  #stretches = new Uint32Array(16 * FIELDS)
  #fields = 0

  constructor(base: TextUnits) {
    this.#base = base
    this.#units = new Uint16Array(base.units.length)
  }

  copy(start: number, end: number): void {
    const length = end - start
    if (length <= 0) return
    this.#begin(start, length, length)
    const base = this.#base.units
    const units = this.#units
    const at = this.#length
    if (length > SHORT) units.set(base.subarray(start, end), at)
    else for (let i = 0; i < length; i++) units[at + i] = base[start + i]!
    this.#length += length
  }

  /** Puts a text of one or more units in the place of a stretch; none leaves it out. */
  replace(start: number, end: number, text: string): void {
    if (text === '') return
    this.#begin(start, text.length, end - start)
    for (let i = 0; i < text.length; i++) this.#add(text.charCodeAt(i))
  }

  /** The same for one unit. */
  replaceByUnit(start: number, end: number, unit: number): void {
    this.#begin(start, 1, end - start)
    this.#add(unit)
  }

  #add(unit: number): void {
    this.#units[this.#length++] = unit
    this.#traits |= UNIT_TRAITS[unit]!
  }

  #begin(start: number, length: number, baseLength: number): void {
    if (this.#length + length > this.#units.length) {
      const larger = new Uint16Array(2 * (this.#length + length))
      larger.set(this.#units)
      this.#units = larger
    }
    if (this.#fields === this.#stretches.length) {
      const larger = new Uint32Array(2 * this.#fields)
      larger.set(this.#stretches)
      this.#stretches = larger
    }
    const stretches = this.#stretches
    const at = this.#fields
    stretches[at] = this.#length
    stretches[at + 1] = start
    stretches[at + 2] = length
    stretches[at + 3] = baseLength
    this.#fields = at + FIELDS
  }

  build(): TextLayer {
    const stretches = this.#stretches
    const count = this.#fields / FIELDS
    /** The position's stretch, by bisection. */
    const stretchAt = (position: number): number => {
      let low = 0
      let high = count - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (stretches[middle * FIELDS]! <= position) low = middle
        else high = middle - 1
      }
      return low * FIELDS
    }
    const edge = (position: number, isEnd: boolean): number => {
      if (count === 0) return 0
      const stretch = stretchAt(position)
      const base = stretches[stretch + 1]!
      const baseLength = stretches[stretch + 3]!
      if (stretches[stretch + 2] === baseLength) return base + (position - stretches[stretch]!) + (isEnd ? 1 : 0)
      return base + (isEnd ? baseLength : 0)
    }
    const units = this.#units.subarray(0, this.#length)
    const isNarrow = this.#base.isNarrow && (this.#traits & 1) === 0
    return {
      text: textOfUnits(units, isNarrow),
      units,
      isNarrow,
      isPlain: this.#base.isPlain && (this.#traits & 2) === 0,
      toBase: (span) => ({ start: edge(span.start, false), end: edge(span.end - 1, true) }),
    }
  }
}

/** A layer over a layer, as one. */
export function stacked(below: TextLayer, above: TextLayer): TextLayer {
  return { ...above, toBase: (span) => below.toBase(above.toBase(span)) }
}

/** Spans of a layer as spans of the text below; one that is open at the layer's end is open at the end of that text. */
export function onBase(layer: TextLayer, spans: readonly Found[], baseLength: number): Found[] {
  return spans.map((span) => {
    const base = layer.toBase(span)
    const isOpen = span.until !== undefined && span.end === layer.text.length
    return isOpen ? { start: base.start, end: baseLength, until: span.until } : base
  })
}

/** Bytes that may be a character beyond ASCII in UTF-8 (RFC 3629), one character each. */
const SEQUENCE = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g

/** Bytes, one character each, read as UTF-8; none where they are all ASCII. What is not UTF-8 stays as it is. */
export function utf8Layer(bytes: TextUnits): TextLayer | undefined {
  let builder: LayerBuilder | undefined
  let at = 0
  for (const { 0: sequence, index } of bytes.text.matchAll(SEQUENCE)) {
    builder ??= new LayerBuilder(bytes)
    builder.copy(at, index)
    at = index + sequence.length
    builder.replace(index, at, Buffer.from(sequence, 'latin1').toString('utf8'))
  }
  builder?.copy(at, bytes.units.length)
  return builder?.build()
}

const SIGNS = characterSet('0123456789abcdefABCDEFxX ,:-\\\r\n\t')

const WORD_SIGN = characterSet('0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ')

/** Ten bytes, as `6b 54 …` or `107,84,…`. */
const SHORTEST = 29

/** One way of writing bytes in a row: what stands for one, and its base. */
interface Notation {
  readonly pattern: RegExp
  readonly radix: 10 | 16
}

const NOTATIONS: readonly Notation[] = [
  { pattern: /(?:0x|\\x)?([0-9a-f]{2})(?![0-9a-fx])/giy, radix: 16 },
  { pattern: /(\d{1,3})(?![0-9a-fx])/giy, radix: 10 },
]

const SEPARATOR = /[ ,:\r\n\t-]{1,64}/y

/** Adds the bytes that begin at `start` to a layer, if there are ten; gives where they end. */
function addBytes(builder: LayerBuilder, text: string, start: number, { pattern, radix }: Notation): number {
  const bytes: { readonly at: number; readonly end: number; readonly value: number }[] = []
  let at = start
  for (;;) {
    pattern.lastIndex = at
    const digits = pattern.exec(text)?.[1]
    const value = digits === undefined ? 256 : Number.parseInt(digits, radix)
    if (value > 255) break
    bytes.push({ at, end: pattern.lastIndex, value })
    SEPARATOR.lastIndex = pattern.lastIndex
    if (!SEPARATOR.test(text)) break
    at = SEPARATOR.lastIndex
  }
  if (bytes.length < 10) return start
  builder.replaceByUnit(start, start + 1, 0xffff) // Stands between two lists, so that no window reaches across.
  for (const byte of bytes) builder.replaceByUnit(byte.at, byte.end, byte.value)
  return bytes.at(-1)?.end ?? start
}

/**
 * The text of bytes that are written one by one, as programs print buffers: `<Buffer 6b 54 39 …>`, `6b:54:39:…`,
 * `[107,84,57,…]`, `[107 84 57 …]`, on one line or on several; one character for each byte. None where there are no ten
 * in a row.
 */
export function byteListLayer(reading: TextUnits): TextLayer | undefined {
  const { text, units } = reading
  const runs = runsOf(units, SIGNS, SHORTEST)
  if (runs.length === 0) return undefined
  const builder = new LayerBuilder(reading)
  for (const notation of NOTATIONS) {
    for (const run of runs) {
      for (let at = run.start; at + SHORTEST <= run.end; at++) {
        if (at > run.start && WORD_SIGN[units[at - 1]!] === 1) continue
        at = Math.max(at, addBytes(builder, text, at, notation))
      }
    }
  }
  const layer = builder.build()
  return layer.text === '' ? undefined : layer
}
