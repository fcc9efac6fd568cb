import { z } from 'zod'
import { parseDuration } from '../../base/time/duration.js'
import { mostRequests } from '../../engine/peers/peer-budget.js'
import { longestPer } from '../../engine/peers/request-record.js'
import { durationSchema } from './duration-schema.js'
import { text } from './text-schema.js'

/** How often a peer may be asked. */
export const peerSchema = z.strictObject({
  address: text().describe('host:port or a URL; usually ${{ … }} over the inputs and variables that checks use too'),
  requests: z.int().min(1).max(mostRequests).describe('how many requests may be made within any stretch of `per`'),
  per: durationSchema
    .refine((value) => (parseDuration(value) ?? 0) <= longestPer, 'must be at most 1h')
    .describe('the stretch of time'),
})
