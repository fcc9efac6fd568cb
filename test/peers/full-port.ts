import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { execPath } from 'node:process'

/** A port whose queue of connections is full: a connection is neither accepted nor refused. */
export interface FullPort {
  readonly port: number
  stop(): Promise<void>
}

const listen =
  'const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => console.log(server.address().port))'

/** Starts a process that listens, stops it, and fills its queue. */
export async function startFullPort(): Promise<FullPort> {
  const child = spawn(execPath, ['-e', listen], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(line.toString())
  child.kill('SIGSTOP')
  const sockets = Array.from({ length: 8 }, (): Socket => connect(port, '127.0.0.1').on('error', () => undefined))
  await Promise.all(sockets.slice(0, 2).map((socket) => once(socket, 'connect')))
  return {
    port,
    async stop() {
      for (const socket of sockets) socket.destroy()
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
