import { isIP, type Socket } from 'node:net'
import { dial } from '../dial.js'
import { isRefusal, misconfigured, peerWords } from '../refusal.js'
import { secure, type SecureOptions } from '../tls-connection.js'
import { answerInPlain, answersInTls, withinPart } from '../tls-mismatch.js'
import { isConnack, plainGreeting, TlsAlertError } from './mqtt-packets.js'
import type { MqttTarget } from './mqtt-target.js'

/** Whom to trust, as whom to come, and the name that the certificate must carry. */
type MqttSecurity = Pick<SecureOptions, 'serverName' | 'trust' | 'cert' | 'key'>

interface MqttAscent {
  readonly signal: AbortSignal
  reach(rung: 'resolve' | 'connect' | 'tls'): void
  bypass(rung: 'tls'): void
}

/**
 * Connects, and speaks TLS where the target asks for it.
 *
 * @throws Refusal `certificate-refused` for a chain that is not trusted, `certificate-name` for a name that the
 *   certificate does not carry, another of `tlsProblems`, or a connection problem; SilenceError
 */
export async function openMqttStream(target: MqttTarget, security: MqttSecurity, ascent: MqttAscent): Promise<Socket> {
  const socket = await dial(target, ascent)
  if (!target.tls) {
    ascent.bypass('tls')
    return socket
  }
  try {
    const tls = await secure(socket, { ...security, verify: 'chain' }, { signal: ascent.signal, reach: () => {} })
    const certificate = tls.getPeerX509Certificate()
    const { serverName } = security
    const carried = isIP(serverName) === 0 ? certificate?.checkHost(serverName) : certificate?.checkIP(serverName)
    if (carried === undefined) {
      const names = certificate?.subjectAltName ?? 'without a subjectAltName'
      throw misconfigured(
        'certificate-name',
        peerWords(`the certificate is not for ${serverName}, but for ${certificate?.subject ?? ''} (${names})`),
      )
    }
    ascent.reach('tls')
    return tls
  } catch (error) {
    socket.destroy()
    throw await explainHandshake(error, target, ascent.signal)
  }
}

const hungUp = new Set(['connection-closed', 'connection-reset'])

/** A plain broker hangs up on a TLS handshake without a word. */
async function explainHandshake(error: unknown, target: MqttTarget, signal: AbortSignal): Promise<unknown> {
  if (!isRefusal(error) || !hungUp.has(error.problem.code)) return error
  const answer = await answerInPlain(target, plainGreeting, signal)
  if (answer === undefined || !isConnack(answer)) return error
  return misconfigured('not-tls', 'the server speaks MQTT without TLS on this port')
}

/**
 * Why a broker that was greeted without TLS did not answer: it may speak TLS alone.
 *
 * @param greeted the socket of that greeting
 * @param limit milliseconds that are left, half of which the look gets
 */
export async function explainGreeting(
  error: unknown,
  { target, greeted, limit, signal }: { target: MqttTarget; greeted: Socket; limit: number; signal: AbortSignal },
): Promise<unknown> {
  const isAlert = error instanceof TlsAlertError
  const isSilentEnd = isRefusal(error) && hungUp.has(error.problem.code) && greeted.bytesRead === 0
  if (target.tls || !(isAlert || isSilentEnd)) return error
  if (await withinPart(signal, limit / 2, (part) => answersInTls(target, part)))
    return misconfigured('tls-required', 'the server does not answer without TLS on this port, and answers in TLS')
  return isAlert ? misconfigured('not-mqtt', 'the answer of the peer is not that of an MQTT server') : error
}
