import { z } from 'zod'
import type { Gathered } from '../../engine/collector.js'
import { describeThrown } from '../../base/describe-thrown.js'
import { plainFacts } from '../../engine/plain-facts.js'

/** Characters of one piece of evidence: what a collector may keep of a log is half of it. */
export const mostCharacters = 8 * 1024 * 1024

const shape = z.union([
  z.strictObject({ form: z.literal('text'), text: z.string(), omitted: z.string() }),
  z.strictObject({ form: z.literal('json'), value: z.unknown() }),
])

/**
 * What a collector returned, as a copy that nothing can change any more.
 *
 * @throws Error for another shape, for what JSON cannot hold, and for more than a bundle takes; never with a value in
 *   its words
 */
export function checkGathered(gathered: unknown): Gathered {
  const parsed = shape.safeParse(gathered)
  if (!parsed.success) throw new Error(describeThrown(parsed.error))
  const plain: Gathered =
    parsed.data.form === 'text'
      ? Object.freeze(parsed.data)
      : Object.freeze({ form: 'json', value: plainFacts({ value: parsed.data.value }, 'evidence')['value'] })
  const size = plain.form === 'text' ? plain.text.length : JSON.stringify(plain.value).length
  if (size > mostCharacters)
    throw new Error(`it has ${size} characters, and a piece of evidence at most ${mostCharacters}`)
  return plain
}
