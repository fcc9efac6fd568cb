import { characterSet, runsOf } from './character-run.js'
import { LayerBuilder, type Layer } from './text-layer.js'
import type { Reading } from './text-units.js'

const SIGNS = characterSet('0123456789abcdefABCDEFxX ,:-\\\r\n\t')

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
  builder.replace(start, start + 1, '\uffff') // Stands between two lists, so that no window reaches across.
  for (const byte of bytes) builder.replace(byte.at, byte.end, String.fromCharCode(byte.value))
  return bytes.at(-1)?.end ?? start
}

/**
 * The text of bytes that are written one by one, as programs print buffers: `<Buffer 6b 54 39 …>`, `6b:54:39:…`,
 * `[107,84,57,…]`, `[107 84 57 …]`, on one line or on several; one character for each byte. None where there are no ten
 * in a row.
 */
export function byteListLayer({ text, units }: Reading): Layer | undefined {
  const runs = runsOf(units, SIGNS, SHORTEST)
  if (runs.length === 0) return undefined
  const builder = new LayerBuilder(text)
  for (const notation of NOTATIONS) {
    for (const run of runs) {
      for (let at = run.start; at + SHORTEST <= run.end; at++) {
        if (at > run.start && /[0-9a-zA-Z]/.test(text[at - 1] ?? '')) continue
        at = Math.max(at, addBytes(builder, text, at, notation))
      }
    }
  }
  const layer = builder.build()
  return layer.text === '' ? undefined : layer
}
