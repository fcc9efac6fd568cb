import { z } from 'zod'
import { durationSchema } from '../../checks/load/duration-schema.js'
import { segmentPattern } from '../../checks/load/definition-schema.js'
import { plainText, text } from '../../checks/load/text-schema.js'
import { firingStatuses } from '../alert-definition.js'

/** Rounds that an alert may look back at: all of them are kept in its history. */
export const mostRounds = 1000

const rounds = () => z.int().min(1).max(mostRounds)

const checkId = () =>
  z.string().regex(/^[a-z0-9-]+(?:\/[a-z0-9-]+)+$/, 'must be the id of a check, such as bus/runtime/health')

const runbookId = () =>
  z.string().regex(/^[a-z0-9-]+(?:\/[a-z0-9-]+)+$/, 'must be the id of a runbook, such as bus/restart')

const growthSchema = z.strictObject({
  figure: text().describe('an expression over the facts: the number that must not keep rising'),
  process: text().describe(
    'an expression over the facts that another process does not have, such as facts.startedAt; after a restart the counting starts anew',
  ),
  rounds: rounds().describe('in how many rounds in a row it must have risen'),
  above: z.number().min(0).max(100_000).describe('percent by which it must have risen over these rounds, at least'),
})

const conditionSchema = z
  .strictObject({
    check: checkId().describe('the check that is asked; its `needs` do not matter here'),
    on: z
      .array(z.enum(firingStatuses))
      .min(1)
      .optional()
      .describe(
        'the statuses that fire; default fail. With timeout, a connection that is refused fires too: silence is the alarm',
      ),
    grows: growthSchema.optional().describe('fires when a figure of one process keeps rising, in place of `on`'),
    value: text().optional().describe('an expression over the facts: the value that is shown'),
    limit: text().optional().describe('an expression over the facts and inputs: the limit that is shown beside it'),
    unit: plainText().optional().describe('the unit of both, such as MiB'),
  })
  .refine(({ on, grows }) => on === undefined || grows === undefined, 'must have on or grows, not both')
  .refine(({ value, grows }) => value === undefined || grows === undefined, 'a figure that grows is the value')
  .refine(({ value, limit }) => limit === undefined || value !== undefined, 'a limit needs a value')

/** The keys of an alert, each judged by itself so that one mistake hides no other. */
export const alertFields = {
  title: plainText().describe('a present-tense fact, true when the alert fires'),
  why: plainText().optional().describe('why it matters'),
  priority: z.string().describe('one of the priorities of the file'),
  when: z
    .array(z.union([checkId(), conditionSchema]))
    .min(1)
    .describe('the conditions, any of which fires: ids of checks, or `check` with the statuses that fire'),
  for: rounds().optional().describe('in how many rounds in a row a condition must hold; default 1'),
  response: z
    .union([
      runbookId(),
      z.strictObject({
        runbook: runbookId(),
        params: z.record(z.string(), z.union([z.string(), z.int(), z.boolean()])).optional(),
      }),
    ])
    .describe('the runbook to run'),
  escalate: z
    .array(z.strictObject({ after: durationSchema.describe('how long it has fired'), call: plainText() }))
    .min(1)
    .optional()
    .describe('who else is called when it goes on firing'),
  source: plainText().optional().describe('the origin of the alert, in the repository of the target'),
} as const

export const requiredAlertFields = ['title', 'priority', 'when', 'response'] as const

export const prioritySchema = z.strictObject({
  call: plainText().describe('who is called'),
  within: plainText().optional().describe('how soon somebody must answer'),
})

/** The sections of a file of alerts. */
export const alertFileFields = {
  priorities: z
    .record(z.string(), prioritySchema)
    .describe('how urgent alerts are, the most urgent first: P0 to P3, or words of your own'),
  alerts: z.record(z.string(), z.unknown()).describe('the alerts, by name'),
} as const

/** The JSON Schema of files of alerts, for editors; expressions and references are the compiler's. */
export function alertFileJsonSchema(): Readonly<Record<string, unknown>> {
  const alert = z.strictObject(alertFields)
  const file = z.strictObject({
    ...alertFileFields,
    alerts: z.record(z.string().regex(segmentPattern), alert).describe('the alerts, by name'),
  })
  return { ...z.toJSONSchema(file, { io: 'input', unrepresentable: 'any' }), title: 'preflight alert file' }
}
