import { setTimeout as sleep } from 'node:timers/promises'
import type { Deadline } from '../../../base/time/deadline.js'
import { SilenceError } from '../../../base/errors.js'
import type { NatsListener } from './nats-listener.js'
import type { WebSocketSession } from '../../../net/websocket/websocket-session.js'
import type { Sought, Witness } from './witness.js'
import { bytesOfHex, encodeMessage } from '../../../net/protobuf/protobuf-encode.js'
import { loadProtobufSchema } from '../../../net/protobuf/protobuf-schema.js'
import { z } from 'zod'

/** Both ends of a relay, watched, and the connection that feeds it. */
interface Course {
  readonly session: WebSocketSession
  readonly listener: NatsListener
  readonly echoes: Witness
  readonly relayed: Witness
  readonly signal: AbortSignal
}

/** Milliseconds a frame is waited for at a time; the end of the connection ends the wait. */
const longWait = 24 * 60 * 60 * 1000

/** Hands every binary frame to the witness until the connection ends. */
export async function pumpFrames(session: WebSocketSession, witness: Witness): Promise<void> {
  try {
    for (;;) {
      const frame = await session.next(longWait)
      if (frame?.binary === true) witness.observe(frame.bytes)
    }
  } catch (error) {
    witness.end(error)
  }
}

async function send(course: Course, message: Sought): Promise<void> {
  course.echoes.seek(message)
  course.relayed.seek(message)
  await course.session.send(message.bytes)
}

/**
 * Waits until the message was seen at both ends, or the time is up.
 *
 * What was not seen is believed only of a peer that still answers something: a rejected message gets no answer, and so
 * is everything by a process that hangs.
 *
 * @param limit milliseconds to see the message
 * @param patience milliseconds for the peers to show that they are alive
 * @throws SilenceError when a peer that should have shown the message answers nothing at all
 */
async function follow(course: Course, label: string, limit: number, patience: number): Promise<void> {
  const { echoes, relayed, session, listener, signal } = course
  await Promise.all([echoes.wait(label, limit, signal), relayed.wait(label, limit, signal)])
  const isEchoed = echoes.saw(label)
  const isRelayed = relayed.saw(label)
  if (
    !isEchoed &&
    !isRelayed &&
    echoes.failure === undefined &&
    !(await session.answers(patience)) &&
    session.ended === undefined
  ) {
    throw new SilenceError('the peer answers neither the message nor a ping')
  }
  if (!isRelayed && !(await listener.answers(patience))) throw new SilenceError('NATS stopped answering')
}

/**
 * The rungs above an upgraded connection. `invalid`: bytes that are not a message were sent and watched for; `after`: a
 * message went through after them.
 */
export const courseRungs = ['sent', 'echo', 'relay', 'invalid', 'after'] as const

type CourseRung = (typeof courseRungs)[number]

/** What the time that is left is divided by for one wait, so that there is always some left to report what was seen. */
const shares = 4

/**
 * Sends the messages and watches both ends. With `mode: valid` only the first is sent; the others only after the first
 * went through unchanged.
 *
 * @returns whether every message that should have come did come
 * @throws Refusal when the peer ends the connection while something is still to be sent
 * @throws SilenceError when a peer answers nothing at all any more, or the signal aborts
 */
export async function runCourse(
  course: Course,
  messages: RelayMessages,
  plan: { readonly mode: 'valid' | 'invalid'; readonly within: number; readonly wait: number },
  deadline: Deadline,
  reach: (rung: CourseRung) => void,
): Promise<boolean> {
  const { echoes, relayed, signal } = course
  const { first, invalid, after } = messages
  const share = (): number => Math.min(plan.within, deadline.remaining() / shares)
  await send(course, first)
  reach('sent')
  await follow(course, first.label, share(), share())
  if (echoes.saw(first.label)) reach('echo')
  if (relayed.saw(first.label)) reach('relay')
  const isThrough = echoes.sawUnchanged(first.label) && relayed.sawUnchanged(first.label)
  if (plan.mode === 'valid' || !isThrough) return isThrough
  for (const message of invalid) await send(course, message)
  await sleep(plan.wait, undefined, { signal })
  reach('invalid')
  await send(course, after)
  await follow(course, after.label, share(), share())
  const isAfter = echoes.sawUnchanged(after.label) && relayed.sawUnchanged(after.label)
  if (isAfter) reach('after')
  return isAfter
}

/** What a relay is fed with, in this order. */
interface RelayMessages {
  readonly first: Sought
  /** Bytes that are not a message. */
  readonly invalid: readonly Sought[]
  readonly after: Sought
}

interface MessageDescription {
  readonly proto: readonly string[]
  readonly type: string
  readonly value: Readonly<Record<string, unknown>>
  readonly 'trace-field': string
  readonly 'time-field'?: string | undefined
  readonly invalid: readonly string[]
}

/**
 * Encodes the messages, each with a trace id of its own, by which it is known again when it was changed on the way.
 *
 * @param folder what the .proto files are named relative to
 * @throws Error when the message cannot be encoded
 */
export async function relayMessages(
  given: MessageDescription,
  traceId: string,
  folder: string,
): Promise<RelayMessages> {
  const schema = await loadProtobufSchema(folder, given.proto)
  const message = (label: string, trace: string): Sought => {
    const time = given['time-field'] === undefined ? {} : { [given['time-field']]: Date.now() }
    const bytes = encodeMessage(schema, given.type, { ...given.value, ...time, [given['trace-field']]: trace })
    return { label, bytes, mark: Buffer.from(trace) }
  }
  return {
    first: message('first', `${traceId}-first`),
    invalid: given.invalid.map((hex, index) => ({
      label: `invalid ${index}`,
      bytes: bytesOfHex(hex),
      mark: undefined,
    })),
    after: message('after', `${traceId}-after`),
  }
}

/** What was seen of the messages at both ends of a relay. */
export const sightingFacts = {
  echoed: z.boolean().describe('the message came back'),
  echoedSame: z.boolean().describe('it came back byte for byte'),
  relayed: z.boolean().describe('the message appeared on the subject'),
  relayedSame: z.boolean().describe('it appeared byte for byte'),
  invalidEchoed: z.boolean().describe('bytes that are not a message came back'),
  invalidRelayed: z.boolean().describe('bytes that are not a message appeared on the subject'),
  afterEchoed: z.boolean().describe('a message sent after these bytes came back byte for byte'),
  afterRelayed: z.boolean().describe('it appeared on the subject byte for byte'),
}

type Sightings = z.output<z.ZodObject<typeof sightingFacts>>

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
