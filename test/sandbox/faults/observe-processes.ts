import { connect as connectTo } from 'node:net'
import type { Deployment } from '../../../sandbox/deployment.js'
import { fromWire, newMessageId, toWire } from '../../../sandbox/arqonbus/bus-envelope.js'
import type { HistoryEntry } from '../../../sandbox/arqonbus/storage/message-store.js'
import { type BusPayload, emptyBusPayload } from '../../../sandbox/protobuf/bus-payload.js'
import { connect as connectNats } from '@nats-io/transport-node'
import { type Frame, type RawConnection, upgrade } from '../raw-websocket.js'
import { bearer, tokensOf } from '../tokens.js'

const envelope = Buffer.from(
  '0a0e707265666c696768742d303030311209707265666c696768741a0570726f62652080d0eab6b733320e0a0776657273696f6e1203312e30aa010d0a076d65737361676512026869',
  'hex',
)
/** How long silence is waited for; nothing that answers takes as long, even on a busy machine. */
const quietMs = 3000

/** What changes between two looks at a healthy deployment. */
const passing =
  /"(?:timestamp|start_time)":"[^"]*"|"(?:uptime_seconds|total_\w+|error_rate|error_count|client_id|used_memory|connected_clients|redis_operations)":[-"\w.]*|"requests_by_endpoint":\{[^}]*\}|arq_\w+/g

function steady(text: string): string {
  return text.replace(passing, (match) => (match.includes(':-') ? match : '~')).replace(/[^\x20-\x7e]+/g, ' ')
}

async function page(url: string): Promise<string> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(quietMs) })
    return `${response.status} ${steady(await response.text())}`
  } catch (error) {
    return error instanceof DOMException ? 'silence' : 'refused'
  }
}

/** A frame without what is new in every frame: a binary one as the welcome it may be, else byte for byte. */
function shown(frame: Frame | undefined): string {
  if (frame === undefined) return 'silence'
  if (!frame.isBinary) return steady(frame.data.toString('utf8'))
  return frame.data.includes('Connected to ArqonBus') ? 'welcome' : frame.data.toString('hex')
}

/** The upgrade's refusal, or what a conversation over the connection shows. */
async function conversation(
  url: string,
  headers: Record<string, string>,
  talk: (connection: RawConnection) => Promise<string>,
): Promise<string> {
  try {
    const { connection, refusal } = await upgrade(url, headers, quietMs)
    if (connection === undefined) return `${refusal.status} ${refusal.body}`
    const seen = await talk(connection)
    connection.close()
    return seen
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'silence'
  }
}

const letsIn = async (): Promise<string> => 'let in'

/** The greeting, and the answer to one frame. */
const asked =
  (frame: string) =>
  async (connection: RawConnection): Promise<string> => {
    const greeting = shown(await connection.next(quietMs))
    connection.send(frame)
    return `${greeting} / ${shown(await connection.next(quietMs))}`
  }

/** What the bus answers to a command. */
const commanded =
  (command: string) =>
  async (connection: RawConnection): Promise<string> => {
    await connection.next(quietMs)
    const id = newMessageId()
    connection.send(
      toWire({
        id,
        timestamp: new Date(),
        type: 'command',
        room: '',
        body: { ...emptyBusPayload, envelopeId: id, envelopeType: 'command', version: '1.0', command },
      }),
    )
    const answer = await connection.next(quietMs)
    return answer === undefined ? 'silence' : JSON.stringify(fromWire(answer.data).body.payload)
  }

/** What comes back for a message into a room, and what the room's history has of it. */
async function throughRoom(connection: RawConnection): Promise<string> {
  await connection.next(quietMs)
  const room = `look-${newMessageId()}`
  const send = (type: string, body: Partial<BusPayload>): void => {
    const id = newMessageId()
    const whole = { ...emptyBusPayload, ...body, envelopeId: id, envelopeType: type, version: '1.0' }
    connection.send(toWire({ id, timestamp: new Date(), type, room: type === 'message' ? room : '', body: whole }))
  }
  send('message', { channel: 'look', payload: { text: 'hello' } })
  send('command', { command: 'op.history.get', args: { room } })
  const seen: unknown[] = []
  for (;;) {
    const frame = await connection.next(quietMs)
    if (frame?.isBinary !== true) return [...seen, shown(frame)].join(' ')
    const { type, body } = fromWire(frame.data)
    if (type === 'command_response') return steady(seen.join(' '))
    const { entries } = (body.payload['data'] ?? {}) as { readonly entries?: readonly HistoryEntry[] }
    seen.push(type, JSON.stringify(entries?.map(({ envelope: { id, payload } }) => ({ id, payload })) ?? body.payload))
  }
}

/** What comes back for a frame before a text sent after it does: silence needs no waiting for. */
const before =
  (fence: string, frame: Buffer) =>
  async (connection: RawConnection): Promise<string> => {
    connection.send(frame)
    connection.send(fence)
    const answer = shown(await connection.next(quietMs))
    return answer === fence ? 'silence' : answer
  }

/** How many loopback addresses somebody listens on at the port of an address. */
async function listenersAt(address: string): Promise<string> {
  const answers = await Promise.all(
    ['127.0.0.1', '127.0.1.1'].map(
      (host) =>
        new Promise<boolean>((resolve) => {
          const socket = connectTo(Number(new URL(address).port), host, () => {
            socket.destroy()
            resolve(true)
          })
          socket.once('error', () => resolve(false))
        }),
    ),
  )
  return String(answers.filter(Boolean).length)
}

/** One look at everything that bus, telemetry and Shield show to the outside. */
export async function lookAt({
  inputs,
  environment,
  servers: { nats },
  shield,
}: Pick<Deployment, 'inputs' | 'environment' | 'servers' | 'shield'>): Promise<Record<string, string>> {
  const at = (name: string): string => inputs[name] ?? ''
  const busTokens = tokensOf(environment['ARQONBUS_AUTH_JWT_SECRET'] ?? '')
  const shieldTokens = tokensOf(environment['JWT_SECRET'] ?? '')
  const spine = await connectNats({ servers: `127.0.0.1:${nats.port}`, user: nats.user, pass: nats.password })
  const published: string[] = []
  spine.subscribe('>', {
    callback: (_error, message) => {
      if (message.subject.startsWith('_')) return
      published.push(`${message.subject} ${Buffer.from(message.data).toString('hex')}`)
    },
  })
  await spine.flush()
  const looks: Record<string, Promise<string>> = {}
  for (const path of ['health', 'status', 'version', 'metrics', 'metrics/prometheus', 'storage/stats', 'system/config'])
    looks[path] = page(`${at('arqonbus.bus_http_url')}/${path}`)
  looks['listeners of the bus'] = listenersAt(at('arqonbus.bus_url'))
  looks['listeners of shield'] = listenersAt(at('shield.shield_url'))
  looks['shield metrics'] = page(at('shield.shield_metrics_url'))
  looks['telemetry'] = conversation(at('arqonbus.telemetry_url'), {}, asked('{"type":"ping"}'))
  looks['bus without token'] = conversation(at('arqonbus.bus_url'), {}, letsIn)
  looks['bus with JSON'] = conversation(at('arqonbus.bus_url'), bearer(busTokens.valid), asked('{"type":"command"}'))
  looks['a room'] = conversation(at('arqonbus.bus_url'), bearer(busTokens.valid), throughRoom)
  for (const command of ['op.casil.get', 'op.webhook.list', 'op.omega.status'])
    looks[command] = conversation(at('arqonbus.bus_url'), bearer(busTokens.valid), commanded(command))
  looks['shield without token'] = conversation(at('shield.shield_url'), {}, letsIn)
  looks['shield with another scheme'] = conversation(at('shield.shield_url'), { Authorization: 'Basic YTpi' }, letsIn)
  looks['shield with an envelope'] = conversation(
    at('shield.shield_url'),
    bearer(shieldTokens.valid),
    before('fence', envelope),
  )
  looks['shield with garbage'] = conversation(
    at('shield.shield_url'),
    bearer(shieldTokens.valid),
    before('fence', Buffer.from('ffff', 'hex')),
  )
  for (const kind of ['expired', 'forged', 'unsigned'] as const) {
    looks[`bus with a token that is ${kind}`] = conversation(at('arqonbus.bus_url'), bearer(busTokens[kind]), letsIn)
    looks[`shield with a token that is ${kind}`] = conversation(
      at('shield.shield_url'),
      bearer(shieldTokens[kind]),
      letsIn,
    )
  }
  const seen = Object.fromEntries(
    await Promise.all(Object.entries(looks).map(async ([name, look]) => [name, await look] as const)),
  )
  await shield.seesSpine(1000)
  await spine.flush()
  await spine.close()
  return { ...seen, published: published.sort().join(', ') }
}
