import { BrokenMessageError, type Framing } from '../checked-stream.js'
import { misconfigured } from '../refusal.js'

/** The types of MQTT packets that a server sends (MQTT 3.1.1 §2.2.1, MQTT 5 §2.1.2), by the first half of a byte. */
const publish = 3
const connack = 2
const fromServer = new Set([publish, 4, 5, 6, 7, 9, 11, 13, 14])

/** The first byte of a TLS record that says what went wrong. */
const tlsAlert = 0x15

/** A peer that answers in TLS where nothing was encrypted. */
export class TlsAlertError extends Error {
  override readonly name = 'TlsAlertError'
}

interface Length {
  /** Of the whole packet, in bytes. */
  readonly total: number
  /** Of what is in front of its content. */
  readonly header: number
}

/** @returns nothing when more bytes must come first */
function lengthOf(bytes: Buffer): Length | undefined {
  let value = 0
  for (let at = 0; at < 4; at += 1) {
    const byte = bytes[1 + at]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 128 ** at
    if ((byte & 0x80) === 0) return { total: 2 + at + value, header: 2 + at }
  }
  throw new BrokenMessageError('the length of an MQTT packet has more than four bytes')
}

/** What does not even begin like the answer of an MQTT server need not be waited for until it ends. */
function checkFirst(bytes: Buffer): void {
  const [type, length] = bytes
  if (type === tlsAlert) throw new TlsAlertError('the peer answers in TLS')
  if (type !== connack << 4 || length === 0 || length === 1)
    throw misconfigured('not-mqtt', 'the answer of the peer is not that of an MQTT server')
}

/**
 * Whole packets of a server, the first of them a CONNACK.
 *
 * @param longest bytes of one packet
 * @throws Refusal `not-mqtt`, TlsAlertError, BrokenMessageError from the returned function
 */
export function mqttFraming(longest: number): Framing {
  let rest = Buffer.alloc(0)
  let isFirst = true
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const packets: Buffer[] = []
    for (let [type = 0] = rest; rest.length > 0; [type = 0] = rest) {
      if (isFirst) checkFirst(rest)
      else if (!fromServer.has(type >> 4)) throw new BrokenMessageError('a server does not send such an MQTT packet')
      const length = lengthOf(rest)
      if (length === undefined) break
      if (length.total > longest) throw new BrokenMessageError(`an MQTT packet has more than ${longest} bytes`)
      if (rest.length < length.total) break
      const [first = 0] = rest.subarray(length.header)
      if (isFirst && first > 1) throw misconfigured('not-mqtt', 'the answer of the peer is not that of an MQTT server')
      packets.push(rest.subarray(0, length.total))
      rest = rest.subarray(length.total)
      isFirst = false
    }
    return packets
  }
}

/**
 * A CONNECT of MQTT 3.1.1 without credentials and with an empty client identifier: what makes a plain broker answer.
 */
export const plainGreeting = '\x10\x0c\x00\x04MQTT\x04\x02\x00\x05\x00\x00'

/** Whether that is how a broker answers a CONNECT. */
export const isConnack = (answer: string): boolean => answer.startsWith('\x20')
