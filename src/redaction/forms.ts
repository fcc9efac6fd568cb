import { base64Forms } from './base64-forms.js'
import { escapeForms } from './escape-forms.js'
import { escapedByte } from './lossless-utf8.js'

/** A derived form of a short secret says less than its length does: base64 of 4 characters is a word like any other. */
const SHORTEST_DERIVED = 8

/** As a stream of UTF-8 shows a text that was written in Latin-1. */
function inLatin1(text: string): string {
  return text.replace(/[\x80-\xff]/g, (sign) => escapedByte(sign.charCodeAt(0)))
}

/**
 * Every form a value is likely to be written in, the value itself first. `\u` escapes and a percent escape for every
 * byte are not among
 * them: the unescaped layer reads those, since ten characters of such a form would be two or three of the value.
 */
export function formsOf(value: string): readonly string[] {
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
