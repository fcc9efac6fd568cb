import { without, type Layer } from './layer.js'

/** ECMA-48 control sequences (CSI, OSC, two-character escapes), C1 CSI, and characters of no width. */
const INVISIBLE =
  '\\x1b\\[[0-?]{0,64}[ -/]{0,8}[@-~]|\\x1b\\][^\\x07\\x1b]{0,2048}(?:\\x07|\\x1b\\\\)|\\x1b[ -/]{0,4}[0-~]|' +
  '\\x9b[0-?]{0,64}[ -/]{0,8}[@-~]|\\u034f|\\p{Variation_Selector}|[\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\ufeff]'

/** A line's end and the next line's indentation after it. */
const WRAP = '(?:\\r\\n|\\n|\\r)[ \\t]{0,256}'

const INVISIBLE_ANYWHERE = new RegExp(INVISIBLE, 'gu')
const INVISIBLE_OR_WRAP = new RegExp(`${INVISIBLE}|${WRAP}`, 'gu')
const INVISIBLE_OR_CONTINUED = new RegExp(`${INVISIBLE}|\\\\?${WRAP}`, 'gu')

/** What a terminal shows: the text without escape sequences and characters of no width. */
export function visibleLayer(text: string): Layer | undefined {
  return without(text, INVISIBLE_ANYWHERE)
}

/**
 * What was written before something wrapped it: the visible text without its line ends. A backslash before one may be
 * a continuation sign or the text's own, so there are two readings then.
 */
export function unwrappedLayers(text: string): Layer[] {
  const unwrapped = without(text, INVISIBLE_OR_WRAP)
  const continued = /\\\r?\n/.test(text) ? without(text, INVISIBLE_OR_CONTINUED) : undefined
  return [unwrapped, continued].filter((layer) => layer !== undefined)
}
