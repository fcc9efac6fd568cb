import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { refuseUpgrade } from '../endpoint.js'
import { admit } from './authentication.js'
import { serveConnection } from './connection.js'
import type { ShieldState } from './shield-state.js'

const jsonType = { 'content-type': 'application/json' }
const isRoute = (request: IncomingMessage): boolean => new URL(request.url ?? '/', 'ws://shield').pathname === '/ws'

function refuse(socket: Duplex, status: number, details: string): void {
  refuseUpgrade(socket, status, jsonType, JSON.stringify({ error: 'Unauthorized', details }))
}

/** Shield's edge: the one route is `GET /ws`, and it must be an upgrade. */
export function createEdge(state: ShieldState): Server {
  const upgrades = new WebSocketServer({ noServer: true })
  const server = createServer((request, response) => {
    if (!isRoute(request)) response.writeHead(404).end()
    else
      response
        .writeHead(400, { 'content-type': 'text/plain; charset=utf-8' })
        .end("Connection header did not include 'upgrade'")
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { misbehaviour, settings } = state
    if (!isRoute(request)) return refuseUpgrade(socket, 404, {}, '')
    if (misbehaviour.webSocket === 'no-upgrade') return
    if (typeof misbehaviour.authentication === 'number')
      return refuseUpgrade(socket, misbehaviour.authentication, jsonType, '{"error":"refused"}')
    const admission = admit(request.headers.authorization, settings.jwtSecret, misbehaviour)
    if (!admission.isAdmitted)
      return refuse(
        socket,
        401,
        misbehaviour.authentication === 'other-reason' ? 'tenant is suspended' : admission.details,
      )
    if (misbehaviour.authentication === 'other-reason') return refuse(socket, 401, 'tenant is suspended')
    upgrades.handleUpgrade(request, socket, head, (client) => serveConnection(client, admission.tenant, state))
  })
  return server
}
