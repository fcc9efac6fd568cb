import { z } from 'zod'
import { wholeNumber } from './facts.js'
import { failureClasses } from './vocabulary.js'

/** The problem codes of every connecting kind, below its own protocol. */
export const connectionProblems = [
  'none',
  'name-not-found',
  'connection-refused',
  'network-unreachable',
  'connection-reset',
  'connection-closed',
] as const

/** What went wrong on a ladder, as a fact that expectations judge. `code: none` when nothing did. */
export interface LadderProblem<Code extends string> {
  readonly code: Code
  /** What a failure most likely is; overrides the check's own class. */
  readonly class: (typeof failureClasses)[number]
  /** Whether trying again may help. */
  readonly transient: boolean
  /** The peer's own words, for the reader. */
  readonly detail: string
}

/**
 * The facts that every ladder kind has: `reached`, the deepest rung, `problem`, and `elapsedMs`.
 *
 * @param rungs the kind's rungs from the first to the last; `none` is put before them
 * @param codes the kind's own problem codes, besides those of every connection
 */
export function ladderFacts<const Rungs extends readonly string[], const Codes extends readonly string[]>(
  rungs: Rungs,
  codes: Codes,
) {
  return {
    reached: z.enum(['none', ...rungs] as ['none', ...Rungs]).describe('the last rung that was reached'),
    problem: z
      .strictObject({
        code: z
          .enum([...connectionProblems, ...codes] as [...typeof connectionProblems, ...Codes])
          .describe('the problem; `none` if there was none'),
        class: z.enum(failureClasses).describe('the most likely cause of a failure'),
        transient: z.boolean().describe('whether a retry may help'),
        detail: z.string().describe("the peer's own words"),
      })
      .describe('the problem that stopped the probe'),
    elapsedMs: wholeNumber().describe('milliseconds from the start of the observation to its end'),
  }
}

/** No problem: the climb ended on the last rung. */
export const noProblem = { code: 'none', class: 'dependency', transient: false, detail: '' } as const
