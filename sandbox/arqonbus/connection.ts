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

type Form = 'binary' | 'text'

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

/** What the bus sends back for a frame; undefined when it sends nothing. */
async function answerTo(data: Buffer, form: Form, state: BusState, sender: Sender): Promise<BusEnvelope | undefined> {
  const isForbiddenJson = form === 'text' && !takesJson(state)
  if (isForbiddenJson && state.misbehaviour.refusesJsonForAnotherReason)
    return error('RATE_LIMITED', 'too many messages')
  if (isForbiddenJson)
    return error('INFRA_PROTOCOL_ERROR', 'JSON infrastructure frames are not accepted', {
      payload: { required_protocol: 'protobuf' },
    })
  const envelope = decode(data, form)
  if (envelope === undefined) return error('VALIDATION_ERROR', 'the frame is not an envelope')
  const problems = envelopeProblems(envelope)
  if (problems.length > 0) return error('VALIDATION_ERROR', problems.join('; '), { requestId: envelope.id })
  state.totalMessages += 1
  const block = inspect(data, state.settings.casil)
  if (block !== undefined) return error(block, 'blocked by policy', { requestId: envelope.id })
  if (envelope.type === 'command') {
    state.totalCommands += 1
    return answerToCommand(envelope, state, sender)
  }
  if (state.settings.isPersistent) await state.store.append(envelope)
  return undefined
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
  socket.on('message', (data, isBinary) => {
    const form = isBinary ? 'binary' : 'text'
    answerTo(data as Buffer, form, state, sender).then(
      (answer) => {
        if (answer !== undefined) send(socket, answer, form)
      },
      (problem: unknown) => {
        state.errors += 1
        state.log('ERROR', `message failed: ${problem instanceof Error ? problem.name : 'unknown'}`)
        send(socket, error('STORAGE_ERROR', 'the message could not be stored'), form)
      },
    )
  })
}
