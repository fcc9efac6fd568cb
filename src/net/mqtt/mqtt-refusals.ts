import { misconfigured, refusedByPeer, refusedForNow, type Refusal } from '../refusal.js'

/** What an MQTT broker can refuse, besides the problems of every connection. */
export const mqttProblems = [
  'bad-url',
  'not-mqtt',
  'tls-required',
  'certificate-name',
  'not-authorized',
  'wrong-password',
  'protocol-version',
  'client-id-refused',
  'server-unavailable',
  'server-moved',
  'quota-exceeded',
  'connect-refused',
  'permission-denied',
  'subscribe-refused',
  'publish-refused',
  'disconnected',
  'no-echo',
] as const

type MqttProblem = (typeof mqttProblems)[number]

type Make = (code: MqttProblem, detail: string) => Refusal<MqttProblem>

/**
 * Reason codes in words: MQTT 3.1.1 §3.2.2.3, of which those below 128 are, and MQTT 5 §2.4. One word for what both
 * say, so that a check need not know the version.
 */
const reasons: ReadonlyMap<number, readonly [string, MqttProblem, Make]> = new Map([
  [1, ['unacceptable protocol version', 'protocol-version', misconfigured]],
  [2, ['client identifier rejected', 'client-id-refused', misconfigured]],
  [3, ['server unavailable', 'server-unavailable', refusedForNow]],
  [4, ['bad user name or password', 'wrong-password', misconfigured]],
  [5, ['not authorized', 'not-authorized', misconfigured]],
  [132, ['unsupported protocol version', 'protocol-version', misconfigured]],
  [133, ['client identifier not valid', 'client-id-refused', misconfigured]],
  [134, ['bad user name or password', 'wrong-password', misconfigured]],
  [135, ['not authorized', 'not-authorized', misconfigured]],
  [136, ['server unavailable', 'server-unavailable', refusedForNow]],
  [137, ['server busy', 'server-unavailable', refusedForNow]],
  [138, ['banned', 'not-authorized', misconfigured]],
  [139, ['server shutting down', 'server-unavailable', refusedForNow]],
  [140, ['bad authentication method', 'not-authorized', misconfigured]],
  [151, ['quota exceeded', 'quota-exceeded', refusedForNow]],
  [156, ['use another server', 'server-moved', misconfigured]],
  [157, ['server moved', 'server-moved', misconfigured]],
  [159, ['connection rate exceeded', 'quota-exceeded', refusedForNow]],
] as const)

/** A reason code in words, which never are the server's: it may say anything in its own. */
export function reasonText(code: number): string {
  return `${reasons.get(code)?.[0] ?? 'reason'} (${code})`
}

/** Why a broker does not let a client in. @param code of a CONNACK, which is not 0 */
export function connackRefusal(code: number): Refusal<MqttProblem> {
  const [, problem, make] = reasons.get(code) ?? ['', 'connect-refused', refusedByPeer]
  return make(problem, `the server refuses the connection: ${reasonText(code)}`)
}

/** Why a broker does not do something. MQTT 3 has one code for all of a subscription's reasons. */
export function denialOf(
  action: 'subscribe' | 'publish',
  topic: string,
  code: number,
  version: 4 | 5,
): Refusal<MqttProblem> {
  const words = `the server refuses to ${action} to ${topic}: ${reasonText(code)}`
  const isDenied = code === 135 || (version === 4 && code === 128)
  if (isDenied) return misconfigured('permission-denied', words)
  return (reasons.get(code)?.[2] ?? refusedByPeer)(`${action}-refused`, words)
}

/** A broker of MQTT 5 says why it ends a connection. */
export function disconnectRefusal(code: number): Refusal<MqttProblem> {
  const [, , make] = reasons.get(code) ?? ['', 'disconnected', refusedByPeer]
  return make('disconnected', `the server ended the connection: ${reasonText(code)}`)
}
