import type { Socket } from 'node:net'
import type { Workbench } from '../../../engine/self-test.js'

interface MqttScript {
  readonly user: string
  readonly password: string
  /** What is published is acknowledged, and dropped. */
  readonly drops?: boolean
}

interface Packet {
  readonly type: number
  readonly body: Buffer
}

/** A text as MQTT has it: two bytes of length before it. */
function readText(bytes: Buffer, at: number): { readonly text: string; readonly end: number } {
  const end = at + 2 + bytes.readUInt16BE(at)
  return { text: bytes.toString('utf8', at + 2, end), end }
}

/** Whole packets below 128 bytes, whose length is one byte. */
function takePackets(heard: Buffer): { readonly packets: readonly Packet[]; readonly rest: Buffer } {
  const packets: Packet[] = []
  let at = 0
  while (heard.length >= at + 2 && heard.length >= at + 2 + heard.readUInt8(at + 1)) {
    const end = at + 2 + heard.readUInt8(at + 1)
    packets.push({ type: heard.readUInt8(at) >> 4, body: heard.subarray(at + 2, end) })
    at = end
  }
  return { packets, rest: heard.subarray(at) }
}

function isLetIn({ body }: Packet, { user, password }: MqttScript): boolean {
  // Behind the name of the protocol (6 bytes), its version, the flags, and the keep-alive (2) comes the identifier.
  const given = readText(body, readText(body, 10).end)
  return (body.readUInt8(7) & 0xc0) === 0xc0 && given.text === user && readText(body, given.end).text === password
}

/**
 * An MQTT 3.1.1 server that speaks just enough of the protocol (OASIS standard, section 3): one client hears what it
 * publishes itself.
 */
export async function serveMqtt(workbench: Workbench, script: MqttScript): Promise<number> {
  const obey = (socket: Socket, packet: Packet): void => {
    const { type, body } = packet
    if (type === 1) socket.write(Buffer.from([0x20, 2, 0, isLetIn(packet, script) ? 0 : 5]))
    if (type === 3) {
      const id = readText(body, 0).end
      if (script.drops !== true) {
        const echo = Buffer.concat([body.subarray(0, id), body.subarray(id + 2)])
        socket.write(Buffer.concat([Buffer.from([0x30, echo.length]), echo]))
      }
      socket.write(Buffer.concat([Buffer.from([0x40, 2]), body.subarray(id, id + 2)]))
    }
    if (type === 8) socket.write(Buffer.concat([Buffer.from([0x90, 3]), body.subarray(0, 2), Buffer.from([1])]))
    if (type === 12) socket.write(Buffer.from([0xd0, 0]))
    if (type === 14) socket.end()
  }
  return workbench.serve((socket) => {
    let heard: Buffer = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      const { packets, rest } = takePackets(Buffer.concat([heard, chunk]))
      heard = rest
      for (const packet of packets) obey(socket, packet)
    })
  })
}
