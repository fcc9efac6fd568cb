import { inspect } from 'node:util'
import { MARKER as redactedMarker } from './marker.js'

export { redactedMarker }

/**
 * A value that must not be printed. It holds the text in a private field, so that neither string conversion, JSON,
 * `util.inspect`, an error's own properties nor a spread can show it; only `reveal()` gives it.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself. Call it where a driver needs it, and nowhere a text is put together. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return redactedMarker
  }

  toJSON(): string {
    return redactedMarker
  }

  [inspect.custom](): string {
    return redactedMarker
  }
}
