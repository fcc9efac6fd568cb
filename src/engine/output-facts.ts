import { z } from 'zod'
import { wholeNumber } from '../base/facts.js'
import type { ObservedOutput } from '../processes/program-output.js'

/** The facts of whatever kind runs a program: what it printed. */
export const outputFacts = {
  stdout: z.string().describe('its output without colours: complete up to 32 KiB, otherwise the beginning and the end'),
  stderr: z.string().describe('its error output, likewise'),
  tail: z.string().describe('the last lines of both, in the order they came'),
  stdoutBytes: wholeNumber().describe('bytes of output, including those not shown'),
  stderrBytes: wholeNumber().describe('bytes of error output, including those not shown'),
  truncated: z.boolean().describe('whether something was left out of stdout or stderr'),
  lines: wholeNumber().describe('lines of output'),
  version: z
    .string()
    .describe(
      'the first number such as 1.82.0 in its output, otherwise the first such as 1.82; empty if there is none',
    ),
} as const satisfies Readonly<Record<keyof ObservedOutput, z.ZodType>>
