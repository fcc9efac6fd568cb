import { createServer, type AddressInfo, type Socket } from 'node:net'

/** A TCP peer on loopback that plays a script with every connection. */
export interface RawPeer {
  readonly port: number
  /** Settles once a connection has come and none is open any more: the client has released it. */
  released(): Promise<void>
  stop(): Promise<void>
}

export type Script = (socket: Socket) => void

/** Accepts, and never says a word. */
export const silent: Script = () => {}

/** Hangs up at once. */
export const closing: Script = (socket) => void socket.end()

/** Resets at once. */
export const resetting: Script = (socket) => void socket.resetAndDestroy()

/** Waits for the first words of the client before it goes on with a script. */
export function afterFirstWords(script: Script): Script {
  return (socket) => void socket.once('data', () => script(socket))
}

/** Says something, then goes on with a script. */
export function saying(words: string | Buffer, then: Script = silent): Script {
  return (socket) => void socket.write(words, () => then(socket))
}

/** Hangs up, but only after the other side has had the time to read what was said before. */
export function soon(script: Script): Script {
  return (socket) => void setTimeout(() => script(socket), 50)
}

export async function startRawPeer(script: Script): Promise<RawPeer> {
  const open = new Set<Socket>()
  let seen = 0
  let onChange = (): void => {}
  const server = createServer((socket) => {
    seen += 1
    open.add(socket)
    socket.on('error', () => {})
    // A client's end must be seen even where the script never reads.
    socket.resume()
    socket.once('close', () => {
      open.delete(socket)
      onChange()
    })
    script(socket)
  })
  await new Promise<void>((fulfil) => server.listen(0, '127.0.0.1', fulfil))
  return {
    port: (server.address() as AddressInfo).port,
    released: () =>
      new Promise<void>((fulfil) => {
        onChange = () => {
          if (seen > 0 && open.size === 0) fulfil()
        }
        onChange()
      }),
    stop: () =>
      new Promise<void>((fulfil) => {
        for (const socket of open) socket.destroy()
        server.close(() => fulfil())
      }),
  }
}
