import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { refuseUpgrade } from '../endpoint.js'
import type { BusState } from './bus-state.js'

function isPing(data: Buffer): boolean {
  try {
    const message: unknown = JSON.parse(data.toString('utf8'))
    return typeof message === 'object' && message !== null && (message as Record<string, unknown>)['type'] === 'ping'
  } catch {
    return false
  }
}

function serve(socket: WebSocket, state: BusState): void {
  socket.on('error', () => socket.terminate())
  if (state.misbehaviour.telemetry === 'silent') return
  const { telemetryHost: host, telemetryPort: port } = state.settings
  const greeting = {
    event_type: 'telemetry_connected',
    timestamp: new Date().toISOString(),
    message: 'Connected to ArqonBus telemetry',
    server_config: { host, port, filtered_events: [] },
  }
  socket.send(JSON.stringify(greeting))
  socket.on('message', (data, isBinary) => {
    if (isBinary || !isPing(data as Buffer) || state.misbehaviour.telemetry === 'mute-to-ping') return
    socket.send(JSON.stringify({ type: 'pong', timestamp: new Date().toISOString() }))
  })
}

/** The telemetry listener: any client may connect. */
export function createTelemetry(state: BusState): Server {
  const upgrades = new WebSocketServer({ noServer: true })
  const server = createServer((_request, response) => response.writeHead(426).end())
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (state.misbehaviour.telemetry === 'no-upgrade') return
    if (state.misbehaviour.telemetry === 'refuses')
      return refuseUpgrade(socket, 503, { 'Content-Type': 'text/plain' }, 'Connection limit reached')
    upgrades.handleUpgrade(request, socket, head, (client) => serve(client, state))
  })
  return server
}
