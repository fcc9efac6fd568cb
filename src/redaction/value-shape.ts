/** What kinds of values are distinguished where the value itself is not shown. */
export const valueShapes = [
  'pem',
  'jwt-like',
  'uuid',
  'url',
  'json',
  'digits',
  'hex',
  'base64',
  'path',
  'text',
] as const

export type ValueShape = (typeof valueShapes)[number]

/** Characters that are looked at; what decides is at the beginning. */
const looked = 4096

/**
 * Which kind of value it looks like, as coarsely as a snapshot may show it: enough to see that a URL is where a key
 * should, nothing to guess by. Blanks around the value are ignored. Linear in the input.
 */
export function valueShape(value: string): ValueShape {
  const text = value.trim().slice(0, looked)
  if (text.includes('-----BEGIN ')) return 'pem'
  if (/^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(text)) return 'jwt-like'
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return 'uuid'
  if (/^[a-z][a-z0-9+.-]{0,31}:\/\//i.test(text)) return 'url'
  if (/^(?:\{[^]*\}|\[[^]*\])$/.test(value.trim())) return 'json'
  if (/^\d+$/.test(text)) return 'digits'
  if (/^(?:0x)?[0-9a-f]{8,}$/i.test(text)) return 'hex'
  if (/^(?:~|\.{1,2})?\/[^\s]*$/.test(text) && !text.startsWith('//')) return 'path'
  if (/^[A-Za-z0-9+/_-]{16,}={0,2}$/.test(text) && /[A-Z]/.test(text) && /[a-z]/.test(text) && /\d/.test(text))
    return 'base64'
  return 'text'
}

/** Characters that a host, a path, a level or a list of names has at most. */
const longest = 200

/** Letters and digits in a row that words, versions and short ids have at most. */
const longestMixedRun = 20

/**
 * Whether a free text reads as a setting (a host, a path, a level, a list of names) and not as something generated or
 * pasted: one short line without a control character, in which nothing looks generated.
 */
export function isPlainText(text: string): boolean {
  if (text.length > longest || /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(text)) return false
  return !holdsGenerated(text)
}

/** Whether a long run of mixed letters and digits is in a text, which is what keys and tokens are made of. */
export function holdsGenerated(text: string): boolean {
  return (text.match(/[\p{L}\p{N}+=]+/gu) ?? []).some((run) => run.length >= longestMixedRun && looksGenerated(run))
}

/** Digits among letters, or capitals in the middle of a word. `checkpointingcoordinator` is a word, if a long one. */
function looksGenerated(run: string): boolean {
  return (/\p{N}/u.test(run) && /\p{L}/u.test(run)) || (run.match(/\p{Ll}\p{Lu}/gu) ?? []).length > 3
}
