import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { newTemporaryFolder } from '../../base/files/temporary-folder.js'
import type { Workbench } from '../../engine/self-test.js'

const loopback = '127.0.0.1'

/** A case's folder and peers, until it is cleared away. */
export class CaseWorkbench implements Workbench {
  readonly #putAway: (() => unknown)[] = []

  private constructor(readonly folder: string) {}

  static async create(): Promise<CaseWorkbench> {
    return new CaseWorkbench(await newTemporaryFolder('selftest'))
  }

  async serve(play: (socket: Socket) => void): Promise<number> {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      // A probe that hangs up in the middle is part of the play.
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
      play(socket)
    })
    this.onEnd(async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    })
    server.listen(0, loopback)
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  /** The near end of a standing connection: it is taken, and nothing listens there. */
  async refusingPort(): Promise<number> {
    const port = await this.serve(() => undefined)
    const socket = connect(port, loopback)
    this.onEnd(() => socket.destroy())
    await once(socket, 'connect')
    return socket.localPort ?? 0
  }

  onEnd(putAway: () => unknown): void {
    this.#putAway.push(putAway)
  }

  /** Puts everything away, the latest first, whatever of it fails. @throws the first failure, afterwards */
  async clear(): Promise<void> {
    const failures: unknown[] = []
    for (const putAway of this.#putAway.reverse())
      await Promise.resolve()
        .then(putAway)
        .catch((error: unknown) => failures.push(error))
    await rm(this.folder, { recursive: true, force: true })
    if (failures.length > 0) throw failures[0]
  }
}
