import { base64Forms } from './base64-forms.js'
import { escapeForms } from './escape-forms.js'

/** A derived form of a short secret says less than its length does: base64 of 4 characters is a word like any other. */
const SHORTEST_DERIVED = 8

/**
 * Every form a value is likely to be written in, the value itself first. `\u` escapes are not among them: the
 * unescaped layer reads those, since ten characters of that form would be less than two of the value.
 */
export function formsOf(value: string): readonly string[] {
  const plain = [...new Set([value, value.normalize('NFC'), value.normalize('NFD')])]
  const derived = plain.flatMap((text) => [
    [...text].reverse().join(''),
    Buffer.from(text, 'utf8').toString('latin1'), // UTF-8 read byte for byte, which is how decoded runs are read.
    ...base64Forms(text),
    ...escapeForms(text),
  ])
  const longEnough = derived.filter((form) => form.length >= SHORTEST_DERIVED)
  return [...new Set([...plain, ...longEnough])]
}
