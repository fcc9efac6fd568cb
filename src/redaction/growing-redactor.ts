import type { KnownSecret } from './pieces.js'
import { createRedactor, type Redactor } from './redactor.js'

/** A redactor that comes to know secrets while it is in use. */
export interface GrowingRedactor extends Redactor {
  /** From now on this is masked too, wherever it occurs. @returns whether it can be */
  learn(name: string, value: string): boolean
}

/**
 * Characters of the shortest text that is masked in every encoding: the base64 of a shorter one is a word like any
 * other.
 */
const shortest = 8

/** The redactor of a run whose secrets are not all known at its start. */
export function growingRedactor(known: readonly KnownSecret[]): GrowingRedactor {
  const secrets = [...known]
  let redactor = createRedactor(secrets)
  return {
    text: (input) => redactor.text(input),
    value: (input) => redactor.value(input),
    error: (error) => redactor.error(error),
    stream: () => redactor.stream(),
    finds: (text) => redactor.finds(text),
    inspection: () => redactor.inspection(),
    get masked() {
      return redactor.masked
    },
    get unmaskable() {
      return redactor.unmaskable
    },
    learn(name, value) {
      if (value.trim().length < shortest) return false
      const whole = { name, value, exposure: 'text' } as const
      if (createRedactor([whole]).unmaskable.length > 0) return false
      // What is JSON or a URL is masked as a whole, and in its parts.
      secrets.push(whole, { ...whole, name: `${name} (parts)`, exposure: 'secret' })
      redactor = createRedactor(secrets)
      return true
    },
  }
}
