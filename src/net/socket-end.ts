import type { Socket } from 'node:net'
import type { Refusal } from './refusal.js'
import { connectionClosed, socketRefusal } from './socket-refusal.js'

/** Why a connection that stood is gone: reset, or closed. */
export function endOf(socket: Socket): Refusal {
  return (socket.errored === null ? undefined : socketRefusal(socket.errored)) ?? connectionClosed()
}
