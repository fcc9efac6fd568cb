import { z } from 'zod'
import { driverNames } from '../net/drivers/known.js'
import { exposures } from '../base/vocabulary.js'
import type { UrlParts } from '../net/url.js'

/**
 * How a target reads a variable: the steps its own code applies, one after the other. The last step gives the type.
 * Sources: CPython's `str.strip`, `int()`, `float()`; Rust's `str::trim`, `FromStr`; pydantic 2.14's lax mode; and the
 * services' own comparisons. `without-query` is the text before its first `?`.
 */
export const readingSteps = [
  'python-trim',
  'rust-trim',
  'lower',
  'upper',
  'without-query',
  'python-int',
  'python-float',
  'rust-integer',
  'pydantic-int',
  'only-true',
  'true-or-one',
  'pydantic-bool',
  'url',
] as const

export type ReadingStep = (typeof readingSteps)[number]

/** What a pack says of a variable, once for all of its checks. */
export const variableSchema = z.strictObject({
  reads: z.array(z.enum(readingSteps)).default([]).describe('the steps by which the target reads it, in order'),
  default: z
    .union([z.string(), z.number(), z.boolean()])
    .optional()
    .describe('the value that the target uses when it is unset'),
  values: z.array(z.string()).min(1).optional().describe('the values that the target accepts, after the steps'),
  driver: z
    .enum(driverNames())
    .optional()
    .describe(
      'the client library that reads it, for a variable that is read as a url: its own rules apply before the general ones',
    ),
  schemes: z.array(z.string()).min(1).optional().describe('the URL schemes the target accepts'),
  minimum: z.number().optional().describe('the least number the target accepts'),
  maximum: z.number().optional().describe('the greatest number the target accepts'),
  'above-zero': z.boolean().optional().describe('the number must be greater than 0'),
  'non-empty': z.boolean().optional().describe('the target refuses an empty value (after the steps)'),
  'empty-after': z
    .enum(['python-trim', 'rust-trim'])
    .optional()
    .describe(
      'the step after which the target tests whether it is empty; it then uses the value without this step, including spaces',
    ),
  'unless-set': z.string().optional().describe('the target reads it only if the variable of this name is not set'),
  exposure: z.enum(exposures).describe('public: may be shown; secret: never; dsn: everything but its credentials'),
  placeholder: z.boolean().optional().describe('not read by any code: only named in a runbook'),
})

export type VariableDeclaration = z.infer<typeof variableSchema>

/** The type a variable has in expressions, from its last typed step. */
export type VariableType = 'string' | 'int' | 'double' | 'bool'

/**
 * A value as the target reads it. `valid: false` means that the target would refuse it; `reason` says why, without the
 * value.
 */
export interface VariableReading {
  readonly valid: boolean
  readonly reason: string
  /** The text after the textual steps; for a number or a boolean its canonical form. */
  readonly text: string
  readonly int: number
  readonly number: number
  readonly bool: boolean
  readonly url: UrlParts | undefined
}
