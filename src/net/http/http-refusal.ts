import { codeOf, messageOf } from '../../base/errors.js'
import { peerWords } from '../peer-words.js'
import { misconfigured, refusedByPeer, Refusal } from '../refusal.js'
import { connectionClosed, socketRefusal } from '../socket-refusal.js'
import { tlsProblems, tlsRefusal } from '../tls-connection.js'

/** The problem codes of every kind that speaks HTTP. */
export const httpProblems = [
  ...tlsProblems,
  'bad-url',
  'tls-required',
  'not-http',
  'too-large',
  'bad-encoding',
] as const

const cutOff = new Set(['HPE_INVALID_EOF_STATE', 'HPE_CLOSED_CONNECTION', 'ERR_STREAM_PREMATURE_CLOSE'])

/** Node's words for a connection that ended before or in the middle of a response; its code calls both a reset. */
const hungUp = new Set(['socket hang up', 'aborted'])

/** The first byte of a TLS alert: what a TLS server says to one who does not speak TLS (RFC 8446 §5.1). */
const tlsAlert = 0x15

function firstByteOf(error: object): number | undefined {
  return 'rawPacket' in error && error.rawPacket instanceof Uint8Array ? error.rawPacket[0] : undefined
}

/**
 * Classifies what Node's HTTP client reports of a peer.
 *
 * @returns `undefined` for what is none of the known failures
 */
export function httpRefusal(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined
  if (error instanceof Refusal) return error
  const code = codeOf(error)
  if (code === 'HPE_HEADER_OVERFLOW') return refusedByPeer('too-large', 'the response headers are larger than 16 KiB')
  if (cutOff.has(code) || hungUp.has(error.message)) return connectionClosed(peerWords(messageOf(error)))
  if (code.startsWith('HPE_')) {
    if (firstByteOf(error) === tlsAlert) return misconfigured('tls-required', 'the peer answers in TLS')
    return misconfigured('not-http', peerWords(messageOf(error)))
  }
  return socketRefusal(error) ?? tlsRefusal(error)
}
