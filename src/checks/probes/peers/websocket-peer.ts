import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Workbench } from '../../../engine/self-test.js'

/** Kinds of frames (RFC 6455 §5.2). */
export const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** What the peer does with an upgraded connection; by default nothing. */
interface WebSocketScript {
  opened?(socket: Socket): void
  heard?(socket: Socket, opcode: number, payload: Buffer): void
}

/** A whole, unmasked frame, as servers send them. */
export function frame(opcode: number, payload: Buffer): Buffer {
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255]
  return Buffer.concat([Buffer.from([0x80 | opcode, ...length]), payload])
}

/** Answers pings and a goodbye as every server must. */
export function keepManners(socket: Socket, opcode: number, payload: Buffer): void {
  if (opcode === opcodes.ping) socket.write(frame(opcodes.pong, payload))
  if (opcode === opcodes.close) socket.end(frame(opcodes.close, payload))
}

/**
 * Takes the frames that are complete off the front of what was heard: masked, as clients send them, and of less than 64
 * KiB.
 */
function framesIn(heard: Buffer): {
  readonly frames: readonly { readonly opcode: number; readonly payload: Buffer }[]
  readonly rest: Buffer
} {
  const frames = []
  let rest = heard
  for (;;) {
    const short = (rest[1] ?? 0) & 127
    const head = short === 126 ? 4 : 2
    if (rest.length < head + 4) return { frames, rest }
    const length = short === 126 ? rest.readUInt16BE(2) : short
    const end = head + 4 + length
    if (rest.length < end) return { frames, rest }
    const mask = rest.subarray(head, head + 4)
    const payload = Buffer.from(rest.subarray(head + 4, end).map((byte, index) => byte ^ (mask[index % 4] ?? 0)))
    frames.push({ opcode: (rest[0] ?? 0) & 15, payload })
    rest = rest.subarray(end)
  }
}

/** The proof that the request was read (RFC 6455 §4.2.2). */
const acceptanceOf = (key: string): string =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')

/** A peer that accepts every upgrade to WebSocket. */
export function serveWebSocket(workbench: Workbench, script: WebSocketScript): Promise<number> {
  return workbench.serve((socket) => {
    let heard: Buffer = Buffer.alloc(0)
    let isOpen = false
    socket.on('data', (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk])
      if (!isOpen) {
        const end = heard.indexOf('\r\n\r\n')
        if (end === -1) return
        const [, key = ''] = /^sec-websocket-key: *(\S+)/im.exec(heard.subarray(0, end).toString('latin1')) ?? []
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptanceOf(key)}\r\n\r\n`,
        )
        isOpen = true
        heard = heard.subarray(end + 4)
        script.opened?.(socket)
      }
      const { frames, rest } = framesIn(heard)
      heard = rest
      for (const { opcode, payload } of frames) script.heard?.(socket, opcode, payload)
    })
  })
}
