import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { SelfTest, Workbench } from '../../engine/self-test.js'

async function udpPort(workbench: Workbench): Promise<number> {
  const socket = createSocket('udp4')
  workbench.onEnd(() => socket.close())
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket.address().port
}

export const selfTest: SelfTest = {
  kind: 'port',
  expect: 'facts.listening && facts.loopbackOnly',
  cases: [
    {
      meets: 'a port that is listened on for this machine',
      end: 'pass',
      arrange: async (workbench) => ({ input: { port: await workbench.serve(() => undefined) } }),
    },
    {
      meets: 'a port without a listener',
      end: 'fail',
      arrange: async (workbench) => ({ input: { port: await workbench.refusingPort() } }),
    },
    {
      meets: 'a UDP port that takes messages of this machine',
      end: 'pass',
      arrange: async (workbench) => ({ input: { port: await udpPort(workbench), protocol: 'udp' } }),
    },
    {
      meets: 'a TCP port where a UDP port is expected',
      end: 'fail',
      arrange: async (workbench) => {
        const port = await workbench.serve(() => undefined)
        return { input: { port, protocol: 'udp' } }
      },
    },
    {
      meets: 'a folder in which nothing is recorded',
      end: 'fail',
      arrange: ({ folder }) => ({ input: { port: 1, 'proc-root': folder } }),
    },
    {
      meets: 'a folder where the table of sockets is expected',
      end: 'unknown',
      arrange: ({ folder }) => {
        mkdirSync(join(folder, 'self/net/tcp'), { recursive: true })
        return { input: { port: 1, 'proc-root': folder } }
      },
    },
  ],
}
