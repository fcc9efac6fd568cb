/** How Rust, and with it Shield, reads text. */

const blank = String.raw`[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`
const surroundingBlanks = new RegExp(`^${blank}+|${blank}+$`, 'gu')

/** str::trim(): the White_Space property, so neither U+FEFF (as in JavaScript) nor U+001C to U+001F (as in Python). */
export function trim(text: string): string {
  return text.replace(surroundingBlanks, '')
}
