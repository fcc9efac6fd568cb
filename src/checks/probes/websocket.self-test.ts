import type { SelfTest, Workbench } from '../../engine/self-test.js'
import { servePage } from './peers/http-peer.js'
import { frame, keepManners, opcodes, serveWebSocket } from './peers/websocket-peer.js'

const at = (port: number) => ({
  input: { url: `ws://127.0.0.1:${port}/`, frames: [{ send: { text: 'hello' } }, { receive: {} }] },
})
const answering = (workbench: Workbench, words: string) =>
  serveWebSocket(workbench, {
    heard(socket, opcode, payload) {
      keepManners(socket, opcode, payload)
      if (opcode === opcodes.text)
        socket.write(frame(opcodes.text, Buffer.from(`${words}, ${payload.toString('utf8')}`)))
    },
  })

export const selfTest: SelfTest = {
  kind: 'websocket',
  expect: 'facts.upgraded && facts.reached == "frames" && facts.received[0].text == "welcome, hello"',
  cases: [
    {
      meets: 'a service that answers',
      end: 'pass',
      arrange: async (workbench) => at(await answering(workbench, 'welcome')),
    },
    {
      meets: 'a service with another answer',
      end: 'fail',
      arrange: async (workbench) => at(await answering(workbench, 'go away')),
    },
    {
      meets: 'an upgrade that is refused',
      end: 'fail',
      arrange: async (workbench) =>
        at(await servePage(workbench, '401 Unauthorized', 'application/json', '{"error":"Unauthorized"}')),
    },
    {
      meets: 'a service that never answers',
      end: 'unknown',
      timeout: 1500,
      arrange: async (workbench) => at(await serveWebSocket(workbench, {})),
    },
  ],
}
