import { Transform, type TransformCallback } from 'node:stream'
import { BlockScrubber, type Find } from './block-scrubber.js'
import { CleanTexts } from './clean-texts.js'
import { Detector } from './detector.js'
import { TextInspection, namesThroughout } from './text-inspection.js'
import type { KnownSecret } from './pieces.js'
import { KnownValues } from './known-values.js'
import { MARKER } from './marker.js'
import { serialisedError, type SerialisedError, isError } from './serialised-error.js'
import { losslessBytes, LosslessDecoder } from './lossless-utf8.js'
import { isCredentialKey } from './secret-value.js'
import { isCredentialFlag } from './shapes/command-line.js'
import { isPlainValue } from './shapes/plain-value.js'

interface RedactorOptions {
  /**
   * Texts known to be public: names of systems, ids of checks, values that are shown anyway. A secret's window that
   * lies inside one isn't masked, and a secret that is part of one is reported as unmaskable.
   */
  readonly publicText?: readonly string[]
}

/** The one point that is before every output. No method throws on any input. */
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
   * The known secrets that still are in a finished text, in any form: the last gate before it leaves. All, if it can't
   * be searched.
   */
  finds(text: string): readonly { readonly name: string }[]
  /** The same gate for an input of any length, and whether `stream` would leave that as it is. */
  inspection(): TextInspection
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
  const clean = new CleanTexts()
  const text = (input: string): string => {
    try {
      if (clean.has(input)) return input
      const output = scrubbedUntilStable(input, detector)
      if (output === input) clean.add(input)
      return output
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
    inspection: () => new TextInspection(detector, { names, unmasked: known.unmaskable }),
    masked: known.masked,
    unmaskable: known.unmaskable,
  }
}

/**
 * A stream of UTF-8 text that comes out scrubbed; about 75,000 characters are held back. Bytes that are not UTF-8 come
 * out as they went in. An error inside ends the output with a marker and drops the rest: what could not be looked at is
 * not passed.
 */
export function redactingStream(find: Find): Transform {
  const decoder = new LosslessDecoder()
  const scrubber = new BlockScrubber(find)
  let isBroken = false
  const guarded = (step: () => string, done: TransformCallback): void => {
    let output = ''
    if (!isBroken) {
      try {
        output = step()
      } catch {
        isBroken = true
        output = MARKER
      }
    }
    done(null, decoder.hasEscaped ? losslessBytes(output) : output)
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      guarded(() => scrubber.push(decoder.write(chunk)), done)
    },
    flush(done) {
      guarded(() => scrubber.push(decoder.end()) + scrubber.end(), done)
    },
  })
}

const MAX_DEPTH = 64

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Whether an array's element is a credential by what is before it: a flag, or `AUTH` in a command's arguments. */
function isArgumentOf(items: readonly unknown[], index: number): boolean {
  const [before, last] = [items[index - 2], items[index - 1]]
  if (typeof last === 'string' && (isCredentialFlag(last) || /^auth$/i.test(last))) return true
  return typeof before === 'string' && /^auth$/i.test(before)
}

/**
 * Scrubs the string leaves of plain objects and arrays with `text`. Keys, numbers, booleans stay; an error becomes what
 * may be shown of it; any other object is a marker, since it is unknown what its properties hold. A string under a
 * key that names a credential is a marker whatever it looks like.
 */
class StructuredScrubber {
  readonly #text: (input: string) => string

  constructor(text: (input: string) => string) {
    this.#text = text
  }

  scrub(value: unknown): unknown {
    try {
      return this.#leafOrTree(value, new Set())
    } catch {
      return MARKER
    }
  }

  #leafOrTree(value: unknown, above: ReadonlySet<object>): unknown {
    if (typeof value === 'string') return this.#text(value)
    if (typeof value === 'function' || typeof value === 'symbol') return MARKER
    if (value === null || typeof value !== 'object') return value
    if (above.has(value) || above.size >= MAX_DEPTH) return MARKER
    if (isError(value)) return serialisedError(value, this.#text)
    const path = new Set(above).add(value)
    if (Array.isArray(value)) return this.#array(value, path)
    return isPlainObject(value) ? this.#object(value, path) : MARKER
  }

  #array(items: readonly unknown[], path: ReadonlySet<object>): unknown[] {
    return Array.from(items, (item, index) =>
      typeof item === 'string' && isArgumentOf(items, index) && !isPlainValue(item)
        ? MARKER
        : this.#leafOrTree(item, path),
    )
  }

  #object(value: object, path: ReadonlySet<object>): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]: [string, unknown]) =>
        typeof item === 'string' && isCredentialKey(key) && !isPlainValue(item)
          ? [key, MARKER]
          : [key, this.#leafOrTree(item, path)],
      ),
    )
  }
}
