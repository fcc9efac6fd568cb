import type { SelfTest, Workbench } from '../../engine/self-test.js'
import { serveRedis, type RedisScript } from './peers/redis-peer.js'
import { serveSilence } from './peers/http-peer.js'

const at = (port: number, password = 'right', command = ['LLEN', 'jobs']) => ({
  input: { url: `redis://:${password}@127.0.0.1:${port}/0`, read: { waiting: command } },
})
const server = (workbench: Workbench, script: Partial<RedisScript> = {}) =>
  serveRedis(workbench, { password: 'right', ...script })

export const selfTest: SelfTest = {
  kind: 'redis',
  expect:
    'facts.reached == "write" && facts.canWrite && facts.canStream && facts.canGroup && facts.role == "master" && facts.answers.waiting.number == 3',
  cases: [
    { meets: 'a server that takes writes', end: 'pass', arrange: async (workbench) => at(await server(workbench)) },
    { meets: 'another password', end: 'fail', arrange: async (workbench) => at(await server(workbench), 'wrong') },
    {
      meets: 'a server that only reads',
      end: 'fail',
      arrange: async (workbench) => at(await server(workbench, { isReadOnly: true })),
    },
    {
      meets: 'another answer to a command that reads',
      end: 'fail',
      arrange: async (workbench) => at(await server(workbench, { waiting: 4 })),
    },
    {
      meets: 'a command that it does not know',
      end: 'fail',
      arrange: async (workbench) => at(await server(workbench), 'right', ['XLEN', 'jobs']),
    },
    { meets: 'a port that refuses', end: 'fail', arrange: async (workbench) => at(await workbench.refusingPort()) },
    {
      meets: 'a peer that is silent',
      end: 'unknown',
      timeout: 1000,
      arrange: async (workbench) => at(await serveSilence(workbench)),
    },
  ],
}
