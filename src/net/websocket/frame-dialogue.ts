import { SilenceError } from '../../base/errors.js'
import {
  arrivedFrame,
  awaitedFrame,
  isMatch,
  type ReceivedFacts,
  type FrameStep,
  type ReceiveStep,
  type SendStep,
} from './frame-facts.js'
import { bytesOfHex, encodeMessage } from '../protobuf/protobuf-encode.js'
import type { ProtobufSchema } from '../protobuf/protobuf-schema.js'
import { isRefusal } from '../refusal.js'
import type { WebSocketSession } from './websocket-session.js'

/** Milliseconds to wait for a frame that need not come. */
const optionalWait = 1000

/** Milliseconds: longer than any attempt, whose own limit ends the wait. */
const attemptLong = 24 * 60 * 60 * 1000

function payloadOf(send: SendStep, schema: ProtobufSchema | undefined): string | Uint8Array {
  if (send.text !== undefined) return send.text
  if (send.hex !== undefined) return bytesOfHex(send.hex)
  if (send.message === undefined) return JSON.stringify(send.json)
  if (schema === undefined) throw new Error('a message is to be sent, but no .proto file is given')
  return encodeMessage(schema, send.message.type, send.message.value)
}

type PreparedStep = { readonly send: string | Uint8Array } | { readonly receive: ReceiveStep; readonly index: number }

/**
 * Payloads and blank facts of all steps, made before anything is sent: an author's mistake must not show in the middle.
 */
interface Dialogue {
  readonly steps: readonly PreparedStep[]
  readonly awaited: readonly ReceivedFacts[]
  readonly schema: ProtobufSchema | undefined
}

/** @throws Error when a message cannot be encoded, or its type is not described */
export function prepareDialogue(steps: readonly FrameStep[], schema: ProtobufSchema | undefined): Dialogue {
  const awaited: ReceivedFacts[] = []
  const prepared = steps.flatMap(({ send, receive }): PreparedStep[] => {
    if (send !== undefined) return [{ send: payloadOf(send, schema) }]
    if (receive === undefined) return []
    if (receive.message !== undefined && schema === undefined)
      throw new Error('a message is expected, but no .proto file is given')
    awaited.push(awaitedFrame(receive, schema))
    return [{ receive, index: awaited.length - 1 }]
  })
  return { steps: prepared, awaited, schema }
}

async function awaitFrame(
  session: WebSocketSession,
  step: ReceiveStep,
  awaited: ReceivedFacts,
  schema: ProtobufSchema | undefined,
): Promise<ReceivedFacts> {
  const deadline = performance.now() + (step.within ?? (step.optional ? optionalWait : attemptLong))
  for (let skipped = 0; ; skipped += 1) {
    const frame = await session.next(Math.max(0, deadline - performance.now()))
    if (frame === undefined) {
      if (step.optional) return { ...awaited, skipped }
      throw new SilenceError('the expected frame did not arrive within the time limit')
    }
    const facts = { ...arrivedFrame(frame, step, schema), skipped }
    if (isMatch(facts, step.match)) return facts
  }
}

/**
 * Sends and receives as planned.
 *
 * @param note called for every `receive` as it is done, by its place among the receives
 * @throws Refusal when the peer ends the connection while a frame is still to be sent or is required
 * @throws SilenceError when a required frame does not come in time
 */
export async function converse(
  session: WebSocketSession,
  dialogue: Dialogue,
  note: (index: number, facts: ReceivedFacts) => void,
): Promise<void> {
  for (const step of dialogue.steps) {
    if ('send' in step) {
      await session.send(step.send)
      continue
    }
    const awaited = dialogue.awaited[step.index]
    if (awaited === undefined) continue
    try {
      note(step.index, await awaitFrame(session, step.receive, awaited, dialogue.schema))
    } catch (error) {
      // The peer's leave answers an optional wait as silence does; that it left is a fact of its own.
      if (!(isRefusal(error) && step.receive.optional && session.closedCode !== 0)) throw error
    }
  }
}
