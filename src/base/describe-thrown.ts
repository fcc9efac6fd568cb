import { z } from 'zod'
import { messageOf } from './errors.js'
import { placePath } from './text/place-path.js'

/**
 * What was thrown, in words: of a schema's complaints all of them, each with its path and none with the value it found.
 */
export function describeThrown(thrown: unknown): string {
  if (!(thrown instanceof z.ZodError)) return messageOf(thrown)
  return thrown.issues
    .map((issue) => (issue.path.length === 0 ? issue.message : `${placePath(issue.path)}: ${issue.message}`))
    .join('; ')
}
