import type { WebSocket } from 'ws'
import type { BusPayload } from '../protobuf/bus-payload.js'
import { ProtobufError } from '../protobuf/wire-reader.js'
import {
  type BusEnvelope,
  envelopeProblems,
  fromBus,
  fromJson,
  fromWire,
  newClientId,
  toJson,
  toWire,
} from './bus-envelope.js'
import type { BusState } from './bus-state.js'
import { inspect } from './casil.js'
import { answerToCommand, type Sender } from './commands.js'
import { acknowledgeCommand, takeMessage } from './rooms.js'

type Form = 'binary' | 'text'

interface Client extends Sender {
  readonly id: string
}

function send(socket: WebSocket, envelope: BusEnvelope, form: Form): void {
  if (form === 'binary') socket.send(toWire(envelope))
  else socket.send(toJson(envelope))
}

const error = (code: string, message: string, further: Partial<BusPayload> = {}): BusEnvelope =>
  fromBus('error', { error: message, errorCode: code, ...further })

const takesJson = ({ settings, misbehaviour }: BusState): boolean => settings.isJsonAllowed || misbehaviour.acceptsJson

/** Protobuf with JSON forbidden speaks binary; everything else speaks JSON. */
function ownForm(state: BusState): Form {
  return state.settings.isProtobuf && !takesJson(state) ? 'binary' : 'text'
}

function decode(data: Buffer, form: Form): BusEnvelope | undefined {
  try {
    return form === 'binary' ? fromWire(data) : fromJson(data.toString('utf8'))
  } catch (problem) {
    if (problem instanceof ProtobufError || problem instanceof SyntaxError) return undefined
    throw problem
  }
}

/** What the bus sends back for a frame, in this order. */
async function answersTo(data: Buffer, form: Form, state: BusState, sender: Client): Promise<BusEnvelope[]> {
  const isForbiddenJson = form === 'text' && !takesJson(state)
  if (isForbiddenJson && state.misbehaviour.refusesJsonForAnotherReason)
    return [error('RATE_LIMITED', 'too many messages')]
  if (isForbiddenJson)
    return [
      error('INFRA_PROTOCOL_ERROR', 'JSON infrastructure frames are not accepted', {
        payload: { required_protocol: 'protobuf' },
      }),
    ]
  const sent = decode(data, form)
  if (sent === undefined) return [error('VALIDATION_ERROR', 'the frame is not an envelope')]
  const problems = envelopeProblems(sent)
  if (problems.length > 0) return [error('VALIDATION_ERROR', problems.join('; '), { requestId: sent.id })]
  const envelope = { ...sent, body: { ...sent.body, sender: sender.id } }
  state.totalMessages += 1
  const block = inspect(data, state.settings.casil)
  if (block !== undefined) return [error(block, 'blocked by policy', { requestId: envelope.id })]
  if (envelope.type === 'command') {
    state.totalCommands += 1
    return [await answerToCommand(envelope, state, sender), acknowledgeCommand(envelope)]
  }
  if (envelope.type !== 'message') return []
  const acknowledgement = await takeMessage(envelope, state)
  return acknowledgement === undefined ? [] : [acknowledgement]
}

/** Serves one client that has been let in. */
export function serveConnection(socket: WebSocket, state: BusState, sender: Sender): void {
  const clientId = newClientId()
  state.activeConnections += 1
  state.log('INFO', `client connected: ${clientId}`)
  socket.once('close', () => {
    state.activeConnections -= 1
    state.log('INFO', `client disconnected: ${clientId}`)
  })
  socket.on('error', () => socket.terminate())
  if (state.misbehaviour.webSocket === 'closes') return socket.close(1011)
  if (state.misbehaviour.webSocket === 'no-frames') return
  send(
    socket,
    fromBus('message', { payload: { welcome: 'Connected to ArqonBus', client_id: clientId } }),
    ownForm(state),
  )
  // One frame of a client after the other, as the bus takes them.
  let last = Promise.resolve()
  socket.on('message', (data, isBinary) => {
    const form = isBinary ? 'binary' : 'text'
    const answer = async (): Promise<void> => {
      try {
        const answers = await answersTo(data as Buffer, form, state, { ...sender, id: clientId })
        for (const each of answers) send(socket, each, form)
      } catch (problem) {
        state.errors += 1
        state.log('ERROR', `message failed: ${problem instanceof Error ? problem.name : 'unknown'}`)
        send(socket, error('INTERNAL_ERROR', 'Internal server error'), form)
      }
    }
    last = last.then(answer)
  })
}
