import { connect, type Socket } from 'node:net'
import type { NatsAddress } from './nats-address.js'

/** One connection to a NATS server that has taken us. */
export interface NatsLink {
  publish(subject: string, payload: Uint8Array): void
  /** Settles with the server's next answer to a PING; never when it is silent or the link ends. */
  ping(): Promise<void>
  /** Settles when the connection is gone. */
  readonly ended: Promise<void>
  close(): void
}

const handshakeMs = 5000

/**
 * Connects and logs in, publishing only. Written down here for Shield alone: the NATS client keeps its transport in a
 * variable of the whole process, which a probe in the same process may set to its own.
 * @throws Error with the server's refusal, or the socket's
 */
export function connectNats({ host, port }: NatsAddress): Promise<NatsLink> {
  const socket = connect({ host, port })
  const answers: (() => void)[] = []
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
  })
  const ping = (): Promise<void> =>
    new Promise((resolve) => {
      answers.push(resolve)
      socket.write('PING\r\n')
    })
  const link: NatsLink = {
    publish(subject, payload) {
      socket.write(Buffer.concat([Buffer.from(`PUB ${subject} ${payload.length}\r\n`), payload, Buffer.from('\r\n')]))
    },
    ping,
    ended,
    close: () => socket.destroy(),
  }
  return new Promise((resolve, reject) => {
    const refuse = (reason: Error): void => {
      socket.destroy()
      reject(reason)
    }
    const timer = setTimeout(() => refuse(new Error('NATS did not answer in time')), handshakeMs)
    void ended.then(() => {
      clearTimeout(timer)
      reject(new Error('NATS closed the connection'))
    })
    socket.on('error', refuse)
    onLine(socket, (line) => {
      if (line.startsWith('INFO ')) {
        socket.write(
          `CONNECT ${JSON.stringify({ verbose: false, pedantic: false, name: 'shield', lang: 'sandbox', version: '1' })}\r\n`,
        )
        void ping().then(() => {
          clearTimeout(timer)
          resolve(link)
        })
      } else if (line === 'PING') socket.write('PONG\r\n')
      else if (line === 'PONG') answers.shift()?.()
      else if (line.startsWith('-ERR')) reject(new Error(`NATS refuses: ${line}`))
    })
  })
}

function onLine(socket: Socket, handle: (line: string) => void): void {
  let rest = ''
  socket.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('latin1')).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) handle(line)
  })
}
