import { z } from 'zod'
import { wholeNumber } from '../../../base/facts.js'
import { answerForms, longestAnswer, mostElements, unaskedAnswer } from '../../../net/redis/redis-read.js'
import { readingCommandOf } from '../../../net/redis/redis-reading-commands.js'

/** Commands that a check asks, each by a name of its own. */
export const readInput = () =>
  z
    .record(
      z.string().regex(/^[a-z][A-Za-z0-9_]{0,39}$/, 'expected a name such as waiting_jobs'),
      z
        .array(z.union([z.string().max(10_000), z.number()]).transform(String))
        .min(1)
        .superRefine(refuseUnlisted),
    )
    .refine((all) => Object.keys(all).length <= 50, 'at most 50 commands')
    .default({})
    .describe(
      'commands that only read, each by a name of yours, as a list of words: `waiting: [LLEN, jobs]`. They are asked last. What they show is in every report',
    )

function refuseUnlisted(words: readonly string[], context: z.RefinementCtx): void {
  const reading = readingCommandOf(words)
  if ('refusal' in reading) context.addIssue({ code: 'custom', message: reading.refusal })
}

/** What the server answers to each. */
export const answersFact = () =>
  z
    .record(
      z.string(),
      z.strictObject({
        form: z
          .enum(answerForms)
          .describe('which of the others holds the answer; nil: there is no such key or field; none: it was not asked'),
        number: wholeNumber().describe('a whole number, also where it is written as text; else 0'),
        text: z.string().describe(`a text or a number, as text; empty if it has more than ${longestAnswer} characters`),
        list: z.array(z.string()).describe(`the first ${mostElements} elements, as text`),
        fields: z.record(z.string(), z.string()).describe('names and values of INFO, CONFIG GET and XINFO STREAM'),
        numbers: z.record(z.string(), z.number()).describe('those of the fields that are numbers'),
        rows: z
          .array(z.record(z.string(), z.string()))
          .describe(`the fields of each of the first ${mostElements} groups of XINFO GROUPS`),
        truncated: z.boolean().describe('something was left out of it, or it was not asked'),
      }),
    )
    .describe('by name under read: what the server answers')

type RedisAnswers = z.output<ReturnType<typeof answersFact>>

/** The answers of a server that was not asked. */
export const unanswered = (read: object): RedisAnswers =>
  Object.fromEntries(Object.keys(read).map((name) => [name, structuredClone(unaskedAnswer) as RedisAnswers[string]]))
