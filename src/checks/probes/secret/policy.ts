import { z } from 'zod'
import { compilePattern } from '../../../definitions/pattern.js'
import { patternText } from '../../../definitions/pattern-schema.js'

/** The rule by which a service itself refuses a secret. */
export const policySchema = z.strictObject({
  'minimum-characters': z.int().min(1).max(1024).default(1).describe('characters that it must have'),
  'must-have': z
    .record(z.string().min(1).max(100), patternText())
    .default({})
    .describe('what must be in it: words for a message, and a pattern in the syntax of RE2 that finds it'),
})

type Policy = z.output<typeof policySchema>

/** What a secret breaks of a policy, behind `it`: `has fewer than 8 characters, and no digit`; empty if nothing. */
export function policyBreach(secret: string, policy: Policy): string {
  const least = policy['minimum-characters']
  const lacking = Object.entries(policy['must-have']).flatMap(([what, source]) =>
    compilePattern(source).matches(secret) ? [] : [`no ${what}`],
  )
  const said = [...([...secret].length < least ? [`fewer than ${least} characters`] : []), ...lacking]
  return said.length === 0 ? '' : `has ${said.join(', ')}`
}
