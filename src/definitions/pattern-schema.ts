import { z } from 'zod'
import { compilePattern, PatternError } from './pattern.js'

/** A pattern in RE2's syntax, refused where it cannot be compiled. */
export const patternText = () => z.string().min(1).superRefine(refuseBadPattern)

function refuseBadPattern(source: string, context: z.RefinementCtx): void {
  try {
    compilePattern(source)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    context.addIssue({ code: 'custom', message: `expected a pattern in RE2's syntax: ${error.message}` })
  }
}
