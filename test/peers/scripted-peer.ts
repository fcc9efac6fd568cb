import { createServer, type AddressInfo, type Socket } from 'node:net'

/**
 * One turn of a peer: once what was received since its last turn matches, it says something. Without `hears` it speaks
 * at once.
 */
export interface Turn {
  readonly hears?: RegExp
  readonly says: string | Buffer | ((heard: string) => string | Buffer)
}

/** What a peer does after its last turn, when it is asked once more (or, having no turns to wait for, at once). */
export type Ending = 'closes' | 'resets' | 'falls silent'

export interface ScriptedPeer {
  readonly port: number
  /** Settles when some connection has fallen silent; never with another ending. */
  readonly silent: Promise<void>
  /** Settles when every connection that was ever made is gone. */
  allGone(): Promise<void>
  connections(): number
  stop(): Promise<void>
}

function play(socket: Socket, turns: readonly Turn[], ending: Ending, endsAtOnce: boolean, silenced: () => void): void {
  let heard = ''
  let next = 0
  const end = (): void => {
    if (ending === 'falls silent') silenced()
    if (ending === 'closes') socket.end()
    if (ending === 'resets') socket.resetAndDestroy()
  }
  const advance = (): void => {
    for (
      let turn = turns[next];
      turn !== undefined && (turn.hears === undefined || turn.hears.test(heard));
      turn = turns[next]
    ) {
      const said = typeof turn.says === 'function' ? turn.says(heard) : turn.says
      next += 1
      heard = ''
      socket.write(said)
    }
    if (next === turns.length && (heard !== '' || endsAtOnce)) end()
  }
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1')
    advance()
  })
  advance()
}

/** A server on a free loopback port that plays its turns on every connection and then ends as scripted. */
export async function startPeer(
  turns: readonly Turn[],
  ending: Ending,
  options: { readonly endsAtOnce?: boolean } = {},
): Promise<ScriptedPeer> {
  const sockets = new Set<Socket>()
  let count = 0
  let silenced: () => void = () => {}
  const silent = new Promise<void>((fulfil) => (silenced = fulfil))
  const server = createServer((socket) => {
    count += 1
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    play(socket, turns, ending, options.endsAtOnce === true, silenced)
  })
  await new Promise<void>((fulfil) => server.listen(0, '127.0.0.1', fulfil))
  return {
    port: (server.address() as AddressInfo).port,
    silent,
    connections: () => count,
    async allGone() {
      for (const socket of sockets) {
        socket.resume()
        if (!socket.destroyed) await new Promise<void>((fulfil) => socket.once('close', () => fulfil()))
      }
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((fulfil) => server.close(() => fulfil()))
    },
  }
}
