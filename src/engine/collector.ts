import type { z } from 'zod'
import type { TestedEnvironment } from '../environment/environment.js'

/** What a collector brought home, before redaction: text as it was found, or a JSON value. */
export type GatheredEvidence =
  | {
      readonly form: 'text'
      readonly text: string
      /** What was left out, in a sentence; empty when nothing was. */ readonly omitted: string
    }
  | { readonly form: 'json'; readonly value: unknown }

export interface CollectContext {
  /**
   * Aborts at the collector's time limit, at the end of the time budget, and when the operator interrupts. What a
   * collector has by then it may still hand in, promptly: it is kept as a part.
   */
  readonly signal: AbortSignal
  /** The environment under test: drivers take from it what a URL leaves out. */
  readonly environment: TestedEnvironment
}

/**
 * A kind of evidence: looks at one thing and changes nothing. What it gathers is redacted by the caller, in one place.
 * A collector throws when it gathers nothing; the error itself then is the evidence.
 */
export interface Collector<Input = unknown> {
  /** The name of its file, and the key that packs and deployment files use. */
  readonly kind: string
  readonly title: string
  /** What it takes; unknown keys are refused. */
  readonly input: z.ZodType<Input>
  collect(input: Input, context: CollectContext): Promise<GatheredEvidence>
}

/**
 * Gives a collector its types: `defineCollector({ kind: 'page', … })`, the default-less named export `collector` of its
 * file.
 */
export function defineCollector<Schema extends z.ZodType>(
  collector: Omit<Collector<z.output<Schema>>, 'input'> & { readonly input: Schema },
): Collector<z.output<Schema>> {
  return Object.freeze(collector as Collector<z.output<Schema>>)
}
