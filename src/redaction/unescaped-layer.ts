import { BACKSLASH, byteOf, codePointOf, ENTITY, endOfEscape, PERCENT } from './escapes.js'
import type { TextUnits } from './span.js'
import { LayerBuilder, stacked, type TextLayer } from './text-layer.js'

/** Each kind alone, since a secret may hold what looks like another kind's escape; and all at once. */
const KINDS = [
  { sign: '%', kind: PERCENT },
  { sign: '\\', kind: BACKSLASH },
  { sign: '&', kind: ENTITY },
]
const ANY_KIND = PERCENT | BACKSLASH | ENTITY

const IS_SIGN = new Uint8Array(0x10000)
for (const { sign } of KINDS) IS_SIGN[sign.charCodeAt(0)] = 1

/** Whether an escape of a kind is in a text; ordinary text holds its sign and no escape. */
function holdsEscape({ text, units }: TextUnits, { sign, kind }: (typeof KINDS)[number]): boolean {
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1))
    if (endOfEscape(units, at, kind) > 0) return true
  return false
}

/** The kinds of escapes that are in a text, each looked for alone. */
function kindsIn(reading: TextUnits): number[] {
  return KINDS.filter((each) => holdsEscape(reading, each)).map(({ kind }) => kind)
}

/** How often all escapes are taken back at once: JSON in JSON in a URL is as deep as real output goes. */
const DEPTH = 4

/** How many readings there are at most, those included. */
const MAX_LAYERS = 16

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
const GAP = 0xffff

function copyBeside(builder: LayerBuilder, start: number, end: number): void {
  if (end - start <= 2 * CONTEXT) {
    builder.copy(start, end)
    return
  }
  builder.copy(start, start + CONTEXT)
  builder.replaceByUnit(start + CONTEXT, end - CONTEXT, GAP)
  builder.copy(end - CONTEXT, end)
}

function addCharacter(builder: LayerBuilder, start: number, end: number, codePoint: number): void {
  if (codePoint <= 0xffff) builder.replaceByUnit(start, end, codePoint)
  else builder.replace(start, end, codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : '\ufffd')
}

/** Adds what the bytes stand for of which the first is escaped from `start` to `end`; gives where the last ends. */
function addBytes(builder: LayerBuilder, units: Uint16Array, start: number, end: number, kinds: number): number {
  const first = byteOf(units, start, end)
  if (first < 0x80) {
    builder.replaceByUnit(start, end, first)
    return end
  }
  const bytes = [first]
  let at = end
  while (bytes.length < sequenceLength(first)) {
    const next = endOfEscape(units, at, kinds)
    const byte = next === 0 ? -1 : byteOf(units, at, next)
    if (byte < 0 || (byte & 0xc0) !== 0x80) break
    bytes.push(byte)
    at = next
  }
  builder.replace(start, at, Buffer.from(bytes).toString('utf8'))
  return at
}

/** Where the next sign is that an escape of these kinds may begin with, or the end of the text. */
function nextSign({ text, units }: TextUnits, from: number, kinds: number): number {
  if (kinds !== ANY_KIND) {
    const found = text.indexOf(KINDS.find(({ kind }) => kind === kinds)!.sign, from)
    return found < 0 ? units.length : found
  }
  let at = from
  while (at < units.length && IS_SIGN[units[at]!] === 0) at++
  return at
}

function unescapedOnce(reading: TextUnits, kinds: number): TextLayer | undefined {
  const { units } = reading
  let builder: LayerBuilder | undefined
  let at = 0
  for (let start = nextSign(reading, 0, kinds); start < units.length; start = nextSign(reading, start, kinds)) {
    const end = endOfEscape(units, start, kinds)
    if (end === 0) {
      start++
      continue
    }
    builder ??= new LayerBuilder(reading)
    copyBeside(builder, at, start)
    at = end
    if (byteOf(units, start, end) >= 0) at = addBytes(builder, units, start, end, kinds)
    else addCharacter(builder, start, end, codePointOf(units, start, end))
    start = at
  }
  if (builder === undefined) return undefined
  copyBeside(builder, at, units.length)
  return builder.build()
}

/**
 * The readings of a text with its percent, backslash and entity escapes taken back: all at once again and again, and
 * one kind after the other; none where nothing is escaped.
 */
export function unescapedLayers(reading: TextUnits): readonly TextLayer[] {
  const layers: TextLayer[] = []
  if (kindsIn(reading).length === 0) return layers
  const seen = new Set([reading.text])
  const add = (below: TextLayer | undefined, kinds: number): boolean => {
    const layer = unescapedOnce(below ?? reading, kinds)
    if (!layer || seen.has(layer.text)) return false
    seen.add(layer.text)
    layers.push(below ? stacked(below, layer) : layer)
    return true
  }
  let taken = 0
  while (taken < DEPTH && add(layers.at(-1), ANY_KIND)) taken++
  for (let at = -1; at < layers.length && layers.length < MAX_LAYERS; at++) {
    const below = layers[at]
    const kinds = kindsIn(below ?? reading)
    // Where there is one kind only, that alone is all at once, which was taken back above.
    const isTaken = kinds.length === 1 && at + 1 <= Math.min(taken, DEPTH - 1)
    if (!isTaken) for (const kind of kinds) add(below, kind)
  }
  return layers
}
