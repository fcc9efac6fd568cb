import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SelfTest, SelfTestSubject, Workbench } from '../../engine/self-test.js'
import { serveNats } from './peers/nats-peer.js'
import { frame, keepManners, opcodes, serveWebSocket } from './peers/websocket-peer.js'

const subject = 'selftest.raw'
const descriptor = 'syntax = "proto3";\npackage selftest;\nmessage Envelope { string trace_id = 1; string body = 2; }\n'

type Behaviour = 'echoes and relays' | 'echoes only' | 'changes what it relays' | 'hangs'

/** A service that gives every message back and passes it on, or does less. */
async function relaying(workbench: Workbench, behaviour: Behaviour, within: string): Promise<SelfTestSubject> {
  const nats = await serveNats(workbench)
  const port = await serveWebSocket(workbench, {
    heard(socket, opcode, payload) {
      if (behaviour === 'hangs') return
      keepManners(socket, opcode, payload)
      if (opcode !== opcodes.binary) return
      socket.write(frame(opcodes.binary, payload))
      if (behaviour === 'echoes and relays') nats.deliver(subject, payload)
      if (behaviour === 'changes what it relays')
        nats.deliver(subject, Buffer.concat([payload, Buffer.from([0x12, 1, 0x21])]))
    },
  })
  await writeFile(join(workbench.folder, 'envelope.proto'), descriptor)
  const message = {
    proto: ['envelope.proto'],
    type: 'selftest.Envelope',
    'trace-field': 'trace_id',
    value: { body: 'selftest' },
  }
  return {
    input: { url: `ws://127.0.0.1:${port}/`, nats: `nats://127.0.0.1:${nats.port}`, subject, within, ...message },
  }
}

export const selfTest: SelfTest = {
  kind: 'relay',
  expect: 'facts.reached == "relay" && facts.echoedSame && facts.relayedSame',
  cases: [
    {
      meets: 'a service that relays',
      end: 'pass',
      arrange: (workbench) => relaying(workbench, 'echoes and relays', '10s'),
    },
    {
      meets: 'a service that only echoes',
      end: 'fail',
      arrange: (workbench) => relaying(workbench, 'echoes only', '500ms'),
    },
    {
      meets: 'a service that changes the message',
      end: 'fail',
      arrange: (workbench) => relaying(workbench, 'changes what it relays', '10s'),
    },
    { meets: 'a service that hangs', end: 'unknown', arrange: (workbench) => relaying(workbench, 'hangs', '300ms') },
  ],
}
