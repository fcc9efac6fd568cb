import { bytesOfHex, encodeMessage } from '../../../net/protobuf/protobuf-encode.js'
import { loadProtobufSchema } from '../../../net/protobuf/protobuf-schema.js'
import type { Sought } from './witness.js'

/** What a relay is fed with, in this order. */
export interface RelayMessages {
  readonly first: Sought
  /** Bytes that are no message. */
  readonly invalid: readonly Sought[]
  readonly after: Sought
}

export interface MessageDescription {
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
