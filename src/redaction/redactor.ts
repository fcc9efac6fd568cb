import type { Transform } from 'node:stream'
import { BlockScrubber } from './block-scrubber.js'
import { Detector } from './detector.js'
import { Inspection, namesThroughout } from './text-inspection.js'
import type { KnownSecret } from './known-secret.js'
import { KnownValues } from './known-values.js'
import { MARKER } from './marker.js'
import { redactingStream } from './redacting-stream.js'
import { serialisedError, type SerialisedError } from './serialised-error.js'
import { StructuredScrubber } from './structured.js'

export interface RedactorOptions {
  /**
   * Texts known to be public: names of systems, ids of checks, values that are shown anyway. A secret's window that
   * lies
   * inside one isn't masked, and a secret that is part of one is reported as unmaskable.
   */
  readonly publicText?: readonly string[]
}

/** The one point that stands before every output. No method throws on any input. */
export interface Redactor {
  /** The text with everything secret replaced by the marker; scrubbing the result again changes nothing. */
  text(input: string): string
  /** The value with its string leaves scrubbed; objects that are neither plain, arrays nor errors become the marker. */
  value(input: unknown): unknown
  /** Name, code, message, stack and causes of whatever was thrown, scrubbed; nothing else of it. */
  error(error: unknown): SerialisedError
  /** A transform over UTF-8 text whose output doesn't depend on how the text was split; memory is bounded. */
  stream(): Transform
  /**
   * The known secrets that still stand in a finished text, in any form: the last gate before it leaves. All, if it
   * can't be searched.
   */
  finds(text: string): readonly { readonly name: string }[]
  /** The same gate for an input of any length, and whether `stream` would leave that as it is. */
  inspection(): Inspection
  /** Names of variables of which something is masked wherever it occurs. */
  readonly masked: readonly string[]
  /** Names of variables whose value is too short or too common to be masked wherever it occurs. */
  readonly unmaskable: readonly string[]
}

/** Masking may uncover a shape that was hidden before; it takes one more round, and never many. */
const MAX_ROUNDS = 6

function scrubbedUntilStable(input: string, detector: Detector): string {
  let text = input
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const scrubber = new BlockScrubber((window, isWhole) => detector.find(window, isWhole))
    const next = scrubber.push(text) + scrubber.end()
    if (next === text) return text
    text = next
  }
  return MARKER
}

/**
 * Makes the redactor for one run. An error inside gives the marker in place of the input, never the input.
 */
export function createRedactor(knowledge: readonly KnownSecret[], options: RedactorOptions = {}): Redactor {
  const known = new KnownValues(knowledge, options.publicText ?? [])
  const detector = new Detector(known)
  const text = (input: string): string => {
    try {
      return scrubbedUntilStable(input, detector)
    } catch {
      return MARKER
    }
  }
  const names = [...new Set(knowledge.map((secret) => secret.name))]
  const structured = new StructuredScrubber(text)
  return {
    text,
    value: (input) => structured.scrub(input),
    error: (error) => serialisedError(error, text),
    stream: () => redactingStream((window, isWhole) => detector.find(window, isWhole)),
    finds: (finished) => {
      try {
        return namesThroughout(finished, detector).map((name) => ({ name }))
      } catch {
        return names.map((name) => ({ name }))
      }
    },
    inspection: () => new Inspection(detector, { names, unmasked: known.unmaskable }),
    masked: known.masked,
    unmaskable: known.unmaskable,
  }
}
