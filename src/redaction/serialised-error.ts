import { types } from 'node:util'
import { MARKER } from './marker.js'

/** All of an error that may be shown. Its other properties are where drivers keep commands, URLs and arguments. */
export interface SerialisedError {
  readonly name: string
  readonly message: string
  readonly code?: string | number
  readonly stack?: string
  readonly cause?: SerialisedError
}

const MAX_CAUSES = 8

export function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error
}

function ofThrown(thrown: unknown, text: (input: string) => string): SerialisedError {
  if (typeof thrown === 'string') return { name: 'NonError', message: text(thrown) }
  if (typeof thrown === 'function' || (typeof thrown === 'object' && thrown !== null))
    return { name: 'NonError', message: MARKER }
  return { name: 'NonError', message: text(String(thrown)) }
}

/**
 * An error as name, code, message, stack and causes, each scrubbed by `text`; everything else is dropped. What is
 * thrown and is not an error becomes one named `NonError`. Never throws: what can't be read is a marker.
 */
export function serialisedError(thrown: unknown, text: (input: string) => string, depth = 0): SerialisedError {
  try {
    if (!isError(thrown)) return ofThrown(thrown, text)
    const { code } = thrown as { code?: unknown }
    const { name, message, stack, cause } = thrown as { readonly [Field in keyof Error]: unknown }
    return {
      name: text(String(name)),
      message: text(String(message)),
      ...(typeof code === 'number' ? { code } : typeof code === 'string' ? { code: text(code) } : {}),
      ...(typeof stack === 'string' ? { stack: text(stack) } : {}),
      ...(cause !== undefined && depth < MAX_CAUSES ? { cause: serialisedError(cause, text, depth + 1) } : {}),
    }
  } catch {
    return { name: 'Error', message: MARKER }
  }
}
