import { z } from 'zod'
import { longestDuration, parseDuration } from '../../base/time/duration.js'

export const durationSchema = z
  .string()
  .refine(
    (value) => parseDuration(value) !== undefined,
    `must be a duration with a unit, such as 500ms, 2s or 5m, above zero and at most ${longestDuration / 3_600_000}h`,
  )
  .meta({ pattern: '^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$' })
