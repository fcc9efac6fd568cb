/**
 * Levels of a document that is read back. What a probe takes from a peer has 100 at most, and is a few levels deep in a
 * document.
 */
export const deepestDocument = 250

/** A JSON text that nests deeper than anything that walks it bears. */
export class JsonDepthError extends SyntaxError {
  override readonly name = 'JsonDepthError'
}

/**
 * Parses a JSON text of bounded depth: the parser itself has no bound, but whatever prints or compares its value
 * descends by recursion.
 *
 * @throws JsonDepthError when it nests deeper than 250 levels; SyntaxError, whose message quotes the text, when it is
 *   not JSON
 */
export function parseBoundedJson(text: string): unknown {
  if (depthOf(text) > deepestDocument) throw new JsonDepthError(`it nests deeper than ${deepestDocument} levels`)
  return JSON.parse(text)
}

const quote = 0x22

const backslash = 0x5c

const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d]

/** How deep the brackets outside of strings nest. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let isInString = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (isInString) {
      if (code === backslash) at += 1
      else if (code === quote) isInString = false
    } else if (code === quote) isInString = true
    else if (code === openBracket || code === openBrace) deepest = Math.max(deepest, (depth += 1))
    else if (code === closeBracket || code === closeBrace) depth -= 1
  }
  return deepest
}

/**
 * Characters that JSON leaves as they are and a terminal obeys or a YAML reader refuses: C1 controls, bidirectional
 * overrides, invisible ones. And the first of `##[name]`, which a build server obeys that reads the log.
 */
const unsafe =
  /[\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB\uFFFE\uFFFF]|#(?=#\w*\[)/g

/** A value as JSON that is safe on a terminal: indented by two, with a final newline. */
export function safeJson(value: unknown): string {
  return `${escapeUnsafe(JSON.stringify(value, null, 2))}\n`
}

/** JSON, or YAML in which every text is in double quotes, with escapes in the place of unsafe characters. */
export function escapeUnsafe(text: string): string {
  return text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * Where a string begins, or one of the characters that structure JSON. Numbers, words and blanks between them are
 * passed over.
 */
const tokens = /["{}[\],]/g

/**
 * Whether an object anywhere in a JSON text names a key twice, after escapes: readers differ in which value they take.
 *
 * @param text what `JSON.parse` accepts; of anything else the answer means nothing
 */
export function hasDuplicateKeys(text: string): boolean {
  /** For each open container its keys so far; `undefined` for a list. */
  const open: (Set<string> | undefined)[] = []
  let isKeyNext = false
  tokens.lastIndex = 0
  for (let found = tokens.exec(text); found !== null; found = tokens.exec(text)) {
    const [token] = found
    const keys = open.at(-1)
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined)
      isKeyNext = token === '{'
    } else if (token === '}' || token === ']') {
      open.pop()
      isKeyNext = false
    } else if (token === ',') {
      isKeyNext = keys !== undefined
    } else {
      tokens.lastIndex = endOfString(text, found.index)
      if (!isKeyNext || keys === undefined) continue
      const key = JSON.parse(text.slice(found.index, tokens.lastIndex)) as string
      if (keys.has(key)) return true
      keys.add(key)
      isKeyNext = false
    }
  }
  return false
}

/**
 * The index behind the quote that ends a string. Not by a pattern: one over a string of millions of characters exhausts
 * the stack.
 */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    if (quote === -1) return text.length
    let backslashes = 0
    while (text[quote - 1 - backslashes] === '\\') backslashes += 1
    if (backslashes % 2 === 0) return quote + 1
  }
}

/** Bytes that are not JSON in the one form that every reader takes alike. The message says why, and quotes nothing. */
export class JsonFormError extends Error {
  override readonly name = 'JsonFormError'
}

/**
 * Parses a JSON text of which readers cannot differ: UTF-8 without a byte order mark, no key twice in an object,
 * nothing behind the value, of bounded depth.
 *
 * @throws JsonFormError with a message that follows the name of the file: `is not JSON`
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  const text = decoded(bytes)
  let value: unknown
  try {
    value = parseBoundedJson(text)
  } catch (error) {
    if (error instanceof JsonDepthError) throw new JsonFormError(`cannot be read: ${error.message}`)
    // The parser's message quotes the text.
    throw new JsonFormError(text.startsWith('\uFEFF') ? 'begins with a byte order mark' : 'is not JSON')
  }
  if (hasDuplicateKeys(text))
    throw new JsonFormError('has a duplicate key in an object: JSON readers differ in which value they take')
  return value
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new JsonFormError('is not UTF-8')
  }
}
