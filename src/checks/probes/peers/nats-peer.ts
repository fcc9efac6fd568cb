import type { Socket } from 'node:net'
import type { Workbench } from '../../../engine/self-test.js'

interface NatsScript {
  readonly user?: string
  readonly password?: string
  /** Publishing to this subject is forbidden. */
  readonly forbidden?: string
}

interface NatsPeer {
  readonly port: number
  /** Hands bytes to every subscriber of the subject. */
  deliver(subject: string, payload: Buffer): void
}

interface Subscription {
  readonly subject: string
  readonly id: string
  readonly socket: Socket
}

const banner = {
  server_id: 'SELFTEST',
  server_name: 'selftest',
  version: '2.10.0',
  proto: 1,
  headers: true,
  max_payload: 1_048_576,
  jetstream: false,
}
const lineEnd = '\r\n'

/**
 * A NATS server that speaks just enough of the client protocol (docs.nats.io, Client Protocol): subjects without
 * wildcards.
 */
export async function serveNats(workbench: Workbench, script: NatsScript = {}): Promise<NatsPeer> {
  const subscriptions = new Set<Subscription>()
  const deliver = (subject: string, payload: Buffer): void => {
    for (const { id, socket } of [...subscriptions].filter((each) => each.subject === subject)) {
      socket.write(
        Buffer.concat([Buffer.from(`MSG ${subject} ${id} ${payload.length}${lineEnd}`), payload, Buffer.from(lineEnd)]),
      )
    }
  }

  const publish = (socket: Socket, subject: string, payload: Buffer): void => {
    if (subject === script.forbidden) socket.write(`-ERR 'Permissions Violation for Publish to "${subject}"'${lineEnd}`)
    else deliver(subject, payload)
  }

  const obey = (socket: Socket, line: string): void => {
    const [command = '', ...words] = line.split(' ')
    if (command === 'CONNECT') {
      const given = JSON.parse(line.slice(command.length)) as { readonly user?: string; readonly pass?: string }
      if (given.user !== script.user || given.pass !== script.password)
        socket.end(`-ERR 'Authorization Violation'${lineEnd}`)
    }
    if (command === 'PING') socket.write(`PONG${lineEnd}`)
    if (command === 'SUB') subscriptions.add({ subject: words[0] ?? '', id: words.at(-1) ?? '', socket })
    if (command === 'UNSUB')
      for (const each of subscriptions) if (each.socket === socket && each.id === words[0]) subscriptions.delete(each)
  }

  const port = await workbench.serve((socket) => {
    let heard: Buffer = Buffer.alloc(0)
    socket.write(`INFO ${JSON.stringify({ ...banner, auth_required: script.user !== undefined })}${lineEnd}`)
    socket.on('close', () => subscriptions.forEach((each) => each.socket === socket && subscriptions.delete(each)))
    socket.on('data', (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk])
      for (let end = heard.indexOf(lineEnd); end !== -1; end = heard.indexOf(lineEnd)) {
        const line = heard.subarray(0, end).toString('utf8')
        const [, subject = '', bytes = ''] = /^PUB (\S+) (?:\S+ )?(\d+)$/.exec(line) ?? []
        const after = end + lineEnd.length + (bytes === '' ? 0 : Number(bytes) + lineEnd.length)
        if (heard.length < after) return
        if (bytes === '') obey(socket, line)
        else publish(socket, subject, heard.subarray(end + lineEnd.length, after - lineEnd.length))
        heard = heard.subarray(after)
      }
    })
  })
  return { port, deliver }
}
