import { JsonDepthError, parseBoundedJson } from './bounded-json.js'
import { hasDuplicateKeys } from './duplicate-keys.js'

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
    throw new JsonFormError('has a duplicate key in an object: readers differ in which value counts')
  return value
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new JsonFormError('is not UTF-8')
  }
}
