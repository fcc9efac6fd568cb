import { z } from 'zod'
import type { Course } from './relay-course.js'
import type { RelayMessages } from './relay-messages.js'

/** What was seen of the messages at both ends of a relay. */
export const sightingFacts = {
  echoed: z.boolean().describe('the message came back'),
  echoedSame: z.boolean().describe('it came back byte for byte'),
  relayed: z.boolean().describe('the message appeared on the subject'),
  relayedSame: z.boolean().describe('it appeared byte for byte'),
  invalidEchoed: z.boolean().describe('bytes that are no message came back'),
  invalidRelayed: z.boolean().describe('bytes that are no message appeared on the subject'),
  afterEchoed: z.boolean().describe('a message sent after these bytes came back byte for byte'),
  afterRelayed: z.boolean().describe('it appeared on the subject byte for byte'),
}
export type Sightings = z.output<z.ZodObject<typeof sightingFacts>>

/** Before anything was sent. */
export const nothingSeen: Sightings = {
  echoed: false,
  echoedSame: false,
  relayed: false,
  relayedSame: false,
  invalidEchoed: false,
  invalidRelayed: false,
  afterEchoed: false,
  afterRelayed: false,
}

export function sightings({ echoes, relayed }: Course, { first, invalid, after }: RelayMessages): Sightings {
  return {
    echoed: echoes.saw(first.label),
    echoedSame: echoes.sawUnchanged(first.label),
    relayed: relayed.saw(first.label),
    relayedSame: relayed.sawUnchanged(first.label),
    invalidEchoed: invalid.some(({ label }) => echoes.saw(label)),
    invalidRelayed: invalid.some(({ label }) => relayed.saw(label)),
    afterEchoed: echoes.sawUnchanged(after.label),
    afterRelayed: relayed.sawUnchanged(after.label),
  }
}
