import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

/** The one address of a datastore that moves: connections go to whichever server it points at when they are made. */
export interface MovingAddress {
  readonly port: number
  /** Points it at another server and ends the connections to the one before. */
  pointAt(port: number): void
  stop(): Promise<void>
}

/** Listens on a free loopback port. */
export async function movingAddress(port: number): Promise<MovingAddress> {
  let target = port
  const open = new Set<Socket>()
  const track = (socket: Socket): void => {
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => open.delete(socket))
  }
  const endAll = (): void => open.forEach((socket) => socket.destroy())
  const server = createServer((client) => {
    const upstream = connect({ host: '127.0.0.1', port: target })
    track(client)
    track(upstream)
    client.pipe(upstream).pipe(client)
    upstream.once('close', () => client.destroy())
    client.once('close', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    pointAt(next) {
      target = next
      endAll()
    },
    async stop() {
      endAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
