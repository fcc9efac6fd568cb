import type { WebSocket } from 'ws'
import { decodeEnvelope } from '../protobuf/envelope.js'
import { ProtobufError } from '../protobuf/wire-reader.js'
import type { ShieldState } from './shield-state.js'

/** With a descriptor a frame must be an Envelope, strict or not; without one strict refuses all and lax nothing. */
function passesSchema(frame: Buffer, { settings, misbehaviour }: ShieldState): boolean {
  if (misbehaviour.schema !== 'contract') return misbehaviour.schema === 'off'
  if (!settings.hasDescriptor) return !settings.isSchemaStrict
  try {
    decodeEnvelope(frame)
    return true
  } catch (error) {
    if (error instanceof ProtobufError) return false
    throw error
  }
}

/** The subject a tenant's frames go to; characters that NATS gives a meaning become `_`. */
function rawSubject(tenant: string): string {
  return `in.t.${tenant.replace(/[^A-Za-z0-9_-]/gu, '_')}.raw`
}

function publish(frame: Buffer, tenant: string, { spine, misbehaviour }: ShieldState): void {
  if (misbehaviour.relay === 'echo-only') return
  const subject = misbehaviour.relay === 'other-subject' ? `lost.${rawSubject(tenant)}` : rawSubject(tenant)
  spine.publish(subject, misbehaviour.relay === 'altered' ? Buffer.concat([frame, Buffer.from([0x2a, 0x00])]) : frame)
}

/** Serves one admitted client. A frame that is refused, or cannot be published, gets no answer. */
export function serveConnection(socket: WebSocket, tenant: string, state: ShieldState): void {
  socket.on('error', () => socket.terminate())
  if (state.misbehaviour.webSocket === 'closes') return socket.close(1011)
  socket.on('message', (data, isBinary) => {
    if (state.misbehaviour.webSocket === 'no-frames') return
    if (!isBinary) return socket.send((data as Buffer).toString('utf8'))
    const frame = data as Buffer
    if (!passesSchema(frame, state)) return state.log('WARNING', `schema violation of tenant ${rawSubject(tenant)}`)
    try {
      publish(frame, tenant, state)
    } catch (error) {
      return state.log('WARNING', `could not publish: ${error instanceof Error ? error.message : 'unknown'}`)
    }
    if (state.misbehaviour.relay !== 'publish-only') socket.send(frame)
  })
}
