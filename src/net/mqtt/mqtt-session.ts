import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Packet } from 'mqtt'
import { codeOf } from '../../base/errors.js'
import { untilAborted } from '../../base/time/waiting.js'
import { boundBytes, BrokenMessageError, CheckedStream, type Framing } from '../checked-stream.js'
import { connectionClosed, isRefusal, misconfigured } from '../refusal.js'
import { tlsRefusal } from '../tls-connection.js'
import { withinPart } from '../tls-mismatch.js'
import { mqttFraming, TlsAlertError } from './mqtt-packets.js'
import { denialOf, disconnectRefusal } from './mqtt-refusals.js'
import type { MqttTarget } from './mqtt-target.js'

/** Bytes taken in from a server, over the whole session: it sends acknowledgements, and what is published to us. */
const mostBytes = 256 * 1024

/** MQTT 3.1.1 calls itself 4. */
type MqttVersion = 4 | 5

/** What the driver reads by a pipe, and writes a packet to in pieces. */
class MqttStream extends CheckedStream {
  constructor(
    private readonly socket: Socket,
    framing: Framing,
  ) {
    super(socket, framing)
  }

  pipe<Target extends { write(message: Buffer): boolean }>(target: Target): Target {
    this.on('data', (message: Buffer) => target.write(message))
    return target
  }

  cork(): void {
    this.socket.cork()
  }

  uncork(): void {
    this.socket.uncork()
  }
}

interface Published {
  /** A broker that knows no more than quality of service 0 acknowledges nothing. */
  readonly isAcknowledged: boolean
  /** Waits until the message comes back. */
  echo(): Promise<void>
}

/** A conversation with a broker over a socket that is already open. */
interface MqttSession {
  /** Says who we are. @returns the code of the CONNACK; one that is not 0 ends the session */
  greeted(): Promise<number>
  /** @throws Refusal `permission-denied` or `subscribe-refused` */
  subscribe(topic: string): Promise<void>
  /**
   * Publishes a random message.
   *
   * @throws Refusal `permission-denied` or `publish-refused`
   */
  publish(topic: string): Promise<Published>
  /** Whether the broker still answers. */
  ping(): Promise<void>
  end(): void
}

/**
 * Opens a session with MQTT.js on a connected socket. It neither reconnects nor sends anything by itself: no
 * keep-alive, no second protocol version.
 *
 * @throws Refusal from each of its functions for a lost connection, and for a peer that speaks something else;
 *   BrokenMessageError for a packet that no server sends, after those that one sent; SilenceError when the signal
 *   aborts
 */
export async function openMqttSession(
  socket: Socket,
  { user, password }: Pick<MqttTarget, 'user' | 'password'>,
  version: MqttVersion,
  limit: number,
  signal: AbortSignal,
): Promise<MqttSession> {
  const { MqttClient } = await import('mqtt')
  // The driver would wait for the end of what has ended already.
  if (socket.destroyed) throw connectionClosed()
  boundBytes(socket, mostBytes)
  const checked = new MqttStream(socket, mqttFraming(mostBytes))
  let isGreeted = false
  let farewell: number | undefined
  const ended = new Promise<never>((_fulfil, reject) =>
    socket.once('close', () => setImmediate(() => reject(lossOf()))),
  )
  ended.catch(() => {})
  const lossOf = (): Error => {
    const { errored } = socket
    if (isRefusal(errored) || errored instanceof BrokenMessageError || errored instanceof TlsAlertError) return errored
    if (farewell !== undefined) return disconnectRefusal(farewell)
    return (errored === null ? undefined : tlsRefusal(errored)) ?? errored ?? connectionClosed()
  }
  const waitFor = <Value>(promise: Promise<Value>): Promise<Value> =>
    untilAborted(signal, Promise.race([promise, ended]))

  // The driver uses no more of it than this has.
  const client = new MqttClient(() => checked as unknown as Socket, {
    protocolVersion: version,
    clientId: `preflight-${randomBytes(6).toString('hex')}`,
    ...(user === '' ? {} : { username: user }),
    ...(password === undefined ? {} : { password: password.reveal() }),
    clean: true,
    keepalive: 0,
    reconnectPeriod: 0,
    connectTimeout: limit,
    resubscribe: false,
    timerVariant: 'native',
    // Its own would print packets, and with them the password.
    log: () => {},
  })
  // Whatever the driver cannot use was not sent by a broker; its own words may quote the peer's. An error that comes
  // after the end is of no interest.
  client.on('error', (error) =>
    socket.destroy(
      // The connection's own end: a write that came too late, an alert of TLS.
      codeOf(error) !== ''
        ? error
        : isGreeted
          ? new BrokenMessageError('a server does not send such an MQTT packet')
          : misconfigured('not-mqtt', 'the answer of the peer is not that of an MQTT server'),
    ),
  )
  const packets = (found: (packet: Packet) => boolean): Promise<Packet> =>
    new Promise((fulfil) => {
      const look = (packet: Packet): void => {
        if (!found(packet)) return
        client.removeListener('packetreceive', look)
        fulfil(packet)
      }
      client.on('packetreceive', look)
    })
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'connack') isGreeted = true
    if (packet.cmd === 'disconnect') farewell = packet.reasonCode ?? 0
  })
  let quality: 0 | 1 = 1
  const connack = packets(({ cmd }) => cmd === 'connack')
  return {
    async greeted() {
      const packet = await waitFor(connack)
      if (packet.cmd !== 'connack') throw new Error('not a CONNACK')
      const code = (version === 5 ? packet.reasonCode : packet.returnCode) ?? -1
      if (code !== 0) socket.destroy()
      return code
    },
    async subscribe(topic) {
      const answer = packets(({ cmd }) => cmd === 'suback')
      client.subscribe(topic, { qos: 1 }, () => {})
      const packet = await waitFor(answer)
      const granted = packet.cmd === 'suback' ? Number(packet.granted[0] ?? 128) : 128
      if (granted >= 128) throw denialOf('subscribe', topic, granted, version)
      // A broker that knows no more than 0 ends the connection over a message with 1.
      quality = granted === 0 ? 0 : 1
    },
    async publish(topic) {
      const message = `preflight-${randomBytes(18).toString('base64url')}`
      const echo = packets(
        (packet) => packet.cmd === 'publish' && packet.topic === topic && String(packet.payload) === message,
      ).then(() => {})
      const answer = quality === 0 ? undefined : packets(({ cmd }) => cmd === 'puback')
      client.publish(topic, message, { qos: quality }, () => {})
      const packet = answer && (await waitFor(answer))
      const code = packet?.cmd === 'puback' ? (packet.reasonCode ?? 0) : 0
      if (code >= 128) throw denialOf('publish', topic, code, version)
      return { isAcknowledged: packet !== undefined, echo: () => waitFor(echo) }
    },
    async ping() {
      const answer = packets(({ cmd }) => cmd === 'pingresp')
      client.sendPing()
      await waitFor(answer)
    },
    end() {
      // Says goodbye where it can; what was not acknowledged would have it wait.
      client.end(socket.destroyed || Object.keys(client.outgoing).length > 0)
      socket.destroySoon()
    },
  }
}

/**
 * Publishes a random message to a topic that is subscribed to, and waits until it comes back: the proof of both
 * permissions. A broker may acknowledge a subscription and a message that it then drops (Mosquitto does).
 *
 * @param limit milliseconds that are left: the message has half of them, then the broker is asked whether it is there
 * @param acknowledged called when the broker has taken the message
 * @throws Refusal `permission-denied`, `publish-refused` or `no-echo`; SilenceError for a broker that says nothing more
 */
export async function proveMqttRoundTrip(
  session: MqttSession,
  topic: string,
  limit: number,
  signal: AbortSignal,
  acknowledged: () => void,
): Promise<void> {
  const { isAcknowledged, echo } = await session.publish(topic)
  if (isAcknowledged) acknowledged()
  const arrived = await withinPart(signal, limit / 2, (part) =>
    untilAborted(
      part,
      echo().then(() => true),
    ),
  )
  if (arrived === true) return
  await session.ping()
  throw misconfigured(
    'no-echo',
    `the server does not return a message that was published to ${topic}: the user may not publish to it, or may not read it`,
  )
}
