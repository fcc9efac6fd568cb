import { z } from 'zod'
import { longestDuration } from '../../base/time/duration.js'
import { mostRounds } from '../load/alert-schema.js'
import { alertStates } from '../evaluate/alert-standing.js'

const digest = () => z.string().regex(/^[0-9a-f]{64}$/)

const time = () => z.iso.datetime({ precision: 3 })

/** Alerts of a system, and conditions of an alert, that a history holds: far above any real file. */
const mostAlerts = 10_000
const mostConditions = 1000

const remembered = z.strictObject({
  digest: digest(),
  state: z.enum(alertStates),
  since: time(),
  held: z.int().min(0),
  samples: z
    .array(z.array(z.strictObject({ process: digest(), figure: z.number() })).max(mostRounds + 1))
    .max(mostConditions),
  told: z.enum(alertStates),
})

/** What a watch keeps of the alerts of a system from one round to the next. */
export const alertHistorySchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    at: time(),
    intervalMs: z.int().min(1).max(longestDuration),
    alerts: z.record(z.string().max(1000), remembered),
  })
  .refine(({ alerts }) => Object.keys(alerts).length <= mostAlerts, 'it has too many alerts')
  .refine(
    ({ at, alerts }) => Object.values(alerts).every(({ since }) => Date.parse(since) <= Date.parse(at)),
    'an alert changed after the last round',
  )
  .refine(
    ({ alerts }) =>
      Object.values(alerts).every(({ samples }) =>
        samples.every((own) => own.every(({ process }) => process === own[0]?.process)),
      ),
    'samples of one alert are of several processes',
  )

export type AlertHistoryDocument = z.output<typeof alertHistorySchema>

export type RememberedAlert = AlertHistoryDocument['alerts'][string]
