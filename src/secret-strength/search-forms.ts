/** What a secret looks like inside a file. */
export interface SearchForm {
  readonly encoding: 'literal' | 'json' | 'percent' | 'base64' | 'base64url' | 'hex'
  readonly bytes: Buffer
}

/** Shorter forms stand in every repository by chance. */
const shortest = 8

/**
 * The byte strings to look for in tracked files: the value itself, as JSON and percent encoding write it, in both cases
 * of
 * hexadecimal, and in base64 and base64url. Base64 is given three times, once for each position that the secret may
 * have in a
 * longer encoded text (a whole `.env` file, say, or the value with a newline), and each form leaves out the characters
 * that depend on its neighbours. Empty for values of fewer than 8 bytes.
 */
export function searchForms(secret: string): readonly SearchForm[] {
  const forms: SearchForm[] = []
  const seen = new Set<string>()
  const add = (encoding: SearchForm['encoding'], text: string) => {
    const bytes = Buffer.from(text, 'utf8')
    if (bytes.length < shortest || seen.has(text)) return
    seen.add(text)
    forms.push({ encoding, bytes })
  }
  const value = secret.trim().replace(/\p{Surrogate}/gu, '\ufffd')
  if (Buffer.byteLength(value) < shortest) return []
  add('literal', value)
  add('json', JSON.stringify(value).slice(1, -1))
  add('percent', encodeURIComponent(value))
  const hex = Buffer.from(value).toString('hex')
  add('hex', hex)
  add('hex', hex.toUpperCase())
  for (const before of [0, 1, 2]) {
    const text = alignedBase64(value, before)
    add('base64', text)
    add('base64url', text.replaceAll('+', '-').replaceAll('/', '_'))
  }
  return forms
}

/** Base64 of the value after so many bytes, without the characters that hold bits of anything else. */
function alignedBase64(value: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)])
  const firstWhole = Math.ceil((before * 8) / 6)
  const lastWhole = Math.floor((bytes.length * 8) / 6)
  return bytes.toString('base64').slice(firstWhole, lastWhole)
}
