import { type BusEnvelope, fromBus } from './bus-envelope.js'
import type { BusState } from './bus-state.js'

/**
 * What the bus does with a message: `_handle_message` and the acknowledgement after it, in its
 * `transport/websocket_bus.py` (7839170a). It keeps the message where persistence is on, and sends it to the other
 * members of the room. No command makes a client a member, only code of the launcher (`join_room_channel` of its client
 * registry): here nobody is one. A message without a room or a channel goes nowhere, and is acknowledged all the same;
 * so is one that could not be kept.
 *
 * @returns what the sender hears; undefined for nothing
 */
export async function takeMessage(envelope: BusEnvelope, state: BusState): Promise<BusEnvelope | undefined> {
  const { settings, misbehaviour, log } = state
  const isAddressed = envelope.room !== '' && envelope.body.channel !== ''
  if (!isAddressed) log('WARNING', 'a message lacks its room or channel')
  if (isAddressed && settings.isPersistent && misbehaviour.rooms !== 'unkept') {
    await state.store.append(kept(envelope, state)).catch((problem: unknown) => {
      log('ERROR', `Message persistence error: ${problem instanceof Error ? problem.name : 'unknown'}`)
    })
  }
  if (misbehaviour.rooms === 'unanswered') return undefined
  return fromBus('message_response', { payload: envelope.body.payload }, envelope.id)
}

function kept(envelope: BusEnvelope, { misbehaviour: { rooms } }: BusState): BusEnvelope {
  if (rooms === 'another-room') return { ...envelope, room: `${envelope.room}-2` }
  return rooms === 'altered' ? { ...envelope, body: { ...envelope.body, payload: { content: 'altered' } } } : envelope
}

/** The second answer to each command: it says only that the command came. */
export function acknowledgeCommand({ id, body: { command, payload } }: BusEnvelope): BusEnvelope {
  const named = typeof payload['command'] === 'string' ? payload['command'] : ''
  return fromBus(
    'command_response',
    { command: Object.keys(payload).length === 0 ? command : named, payload: { result: 'ok' } },
    id,
  )
}
