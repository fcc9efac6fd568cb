import { letterIndex } from '../words/letter-frequencies.js'
import { foldUnit, readLeet } from '../words/fold.js'

/**
 * Characters of a layer that are estimated. A prefix can only be weaker than the whole, so what is beyond is not needed
 * to say that a secret is strong; 512 characters of anything but repetition are.
 */
export const mostEstimated = 512

/** A text prepared once for all models: every array and string has the same length and the same positions. */
export interface TextView {
  readonly text: string
  readonly length: number
  readonly binary: boolean
  /** UTF-16 units, or bytes. */
  readonly codes: Uint16Array
  /** Lower case, no accents, Latin letters. */
  readonly folded: string
  /** `folded` with letters for signs, in two readings. */
  readonly leet: readonly [string, string]
  /** 1 to 26 for a to z, 0 for anything else, by `folded`. */
  readonly letters: Uint8Array
  /** 1 where the text has a capital letter. */
  readonly isCapital: Uint8Array
  readonly siteWords: readonly string[]
}

/**
 * @param siteWords lower-case words of the deployment, three characters and more
 * @param isDealt a reading in another order than the text's; it does not put signs for letters as well, so that is not
 *   looked for
 */
export function viewOf(whole: string, binary: boolean, siteWords: readonly string[], isDealt = false): TextView {
  const text = whole.slice(0, mostEstimated)
  const codes = new Uint16Array(text.length)
  let folded = ''
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    codes[i] = code
    folded += binary ? text.charAt(i) : foldUnit(code)
  }
  const letters = Uint8Array.from(codes, (_, i) => letterIndex(folded.charCodeAt(i)))
  const isCapital = codes.map((code, i) =>
    (code < 0x80 ? code >= 65 && code <= 90 : text.charAt(i) !== text.charAt(i).toLowerCase()) ? 1 : 0,
  )
  const leet = binary || isDealt ? ([folded, folded] as const) : readLeet(folded)
  return {
    text,
    length: text.length,
    binary,
    codes,
    folded,
    leet,
    letters,
    isCapital: Uint8Array.from(isCapital),
    siteWords,
  }
}
