import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { refuseUpgrade } from '../endpoint.js'
import { claimsRole, refusalOf } from './authentication.js'
import type { BusState } from './bus-state.js'
import { serveConnection } from './connection.js'

const jsonType = { 'Content-Type': 'application/json' }
const unauthorized = { ...jsonType, 'WWW-Authenticate': 'Bearer realm="arqonbus"' }

/** True when this upgrade was answered in a way the contract does not know. */
function misbehaves(socket: Duplex, state: BusState): boolean {
  const { authentication, webSocket } = state.misbehaviour
  if (webSocket === 'no-upgrade') return true
  if (authentication === 'redirect') {
    refuseUpgrade(socket, 302, { Location: '/login' }, '')
    return true
  }
  if (typeof authentication === 'number') {
    refuseUpgrade(socket, authentication, jsonType, '{"error":"refused"}')
    return true
  }
  return false
}

/** The bus's WebSocket listener. */
export function createBusWebSocket(state: BusState): Server {
  const upgrades = new WebSocketServer({ noServer: true, maxPayload: state.settings.maxMessageBytes })
  const server = createServer((_request, response) =>
    response.writeHead(426, jsonType).end('{"error":"Upgrade Required"}'),
  )
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (misbehaves(socket, state)) return
    const refusal = refusalOf(request, state.settings, state.misbehaviour)
    if (refusal !== undefined) {
      state.log('WARNING', `WebSocket auth rejected: ${refusal}`)
      refuseUpgrade(socket, 401, unauthorized, JSON.stringify({ error: 'Unauthorized', details: refusal }))
      return
    }
    upgrades.handleUpgrade(request, socket, head, (client) =>
      serveConnection(client, state, { isAdmin: claimsRole(request, 'admin') }),
    )
  })
  return server
}
