import { LayerBuilder, type TextLayer } from './text-layer.js'
import { hiddenUnits, type TextUnits } from './span.js'

/**
 * ECMA-48 control sequences (CSI, OSC, two-character escapes), C1 CSI, NUL (unless a variable follows, as in
 * /proc/PID/environ), and characters of no width.
 */
const INVISIBLE =
  '\\x1b\\[[0-?]{0,64}[ -/]{0,8}[@-~]|\\x1b\\][^\\x07\\x1b]{0,2048}(?:\\x07|\\x1b\\\\)|\\x1b[ -/]{0,4}[0-~]|' +
  '\\x9b[0-?]{0,64}[ -/]{0,8}[@-~]|\\u034f|\\p{Variation_Selector}|\\0(?![A-Z_][A-Z0-9_]{1,127}=[^=\\0])|[\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u2069\\ufeff]'

/** A line's end and the next line's indentation after it. */
const MOST_BLANKS = 256
const WRAP = `(?:\\r\\n|\\n|\\r)[ \\t]{0,${MOST_BLANKS}}`

const LINE_UNITS = [0x0a, 0x0d]
const BACKSLASH = 0x5c
const BACKSPACE = 0x08

function startOfCharacterBefore(units: Uint16Array, at: number): number {
  const isPair = at > 1 && (units[at - 1]! & 0xfc00) === 0xdc00 && (units[at - 2]! & 0xfc00) === 0xd800
  return at - (isPair ? 2 : 1)
}

/** What is left out of a text: what a pattern matches where one of some units is. */
class Omission {
  readonly #pattern: RegExp
  readonly isCandidate = new Uint8Array(0x10000)

  constructor(pattern: string, units: readonly number[]) {
    this.#pattern = new RegExp(pattern, 'yu')
    for (const unit of units) this.isCandidate[unit] = 1
  }

  /**
   * The text without it, or none when there is nothing to leave out. A backspace takes the character before it along.
   */
  layerOf(reading: TextUnits): TextLayer | undefined {
    const { text, units } = reading
    const { isCandidate } = this
    const pattern = this.#pattern
    let builder: LayerBuilder | undefined
    let at = 0
    for (let i = 0; i < units.length; i++) {
      if (isCandidate[units[i]!] === 0) continue
      let end = i + 1
      if (units[i] !== BACKSPACE) {
        pattern.lastIndex = i
        if (!pattern.test(text)) continue
        end = pattern.lastIndex
      }
      builder ??= new LayerBuilder(reading)
      builder.copy(at, units[i] === BACKSPACE ? Math.max(at, startOfCharacterBefore(units, i)) : i)
      at = end
      i = end - 1
    }
    builder?.copy(at, text.length)
    return builder?.build()
  }
}

const HIDDEN = new Omission(INVISIBLE, hiddenUnits)
const HIDDEN_OR_WRAP = new Omission(`${INVISIBLE}|${WRAP}`, [...hiddenUnits, ...LINE_UNITS])
const HIDDEN_OR_CONTINUED = new Omission(`${INVISIBLE}|\\\\?${WRAP}`, [...hiddenUnits, ...LINE_UNITS, BACKSLASH])

/** Whether a text holds any sign that hidden stretches begin with. */
function mayHide({ units, isPlain }: TextUnits): boolean {
  return !isPlain && units.some((unit) => HIDDEN.isCandidate[unit] === 1)
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09
}

/**
 * The text without its line ends, and the indentation and perhaps the backslash beside them, where nothing else is to
 * be left out.
 */
function withoutLineEnds(reading: TextUnits, isContinued: boolean): TextLayer | undefined {
  const { text } = reading
  let builder: LayerBuilder | undefined
  let at = 0
  for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', at)) {
    builder ??= new LayerBuilder(reading)
    builder.copy(at, isContinued && newline > at && text.charCodeAt(newline - 1) === BACKSLASH ? newline - 1 : newline)
    const furthest = newline + 1 + MOST_BLANKS
    for (at = newline + 1; at < furthest && isBlank(text.charCodeAt(at));) at++
  }
  builder?.copy(at, text.length)
  return builder?.build()
}

/** What a terminal shows: the text without escape sequences and characters of no width. */
export function visibleLayer(reading: TextUnits): TextLayer | undefined {
  return mayHide(reading) ? HIDDEN.layerOf(reading) : undefined
}

/**
 * What was written before something wrapped it: the visible text without its line ends. A backslash before one may be
 * a continuation sign or the text's own, so there are two readings then.
 */
export function unwrappedLayers(reading: TextUnits): TextLayer[] {
  const { text } = reading
  const isOrdinary = !mayHide(reading) && !text.includes('\r')
  const isContinued = text.includes('\\\n') || text.includes('\\\r\n')
  const layers = isOrdinary
    ? [withoutLineEnds(reading, false), isContinued ? withoutLineEnds(reading, true) : undefined]
    : [HIDDEN_OR_WRAP.layerOf(reading), isContinued ? HIDDEN_OR_CONTINUED.layerOf(reading) : undefined]
  return layers.filter((layer) => layer !== undefined)
}
