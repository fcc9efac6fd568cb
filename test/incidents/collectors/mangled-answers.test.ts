import { afterAll, beforeAll, expect, it } from 'vitest'
import { collector as natsInfo } from '../../../src/incidents/collectors/nats-info.js'
import { collector as postgresInfo } from '../../../src/incidents/collectors/postgres-info.js'
import { collector as redisInfo } from '../../../src/incidents/collectors/redis-info.js'
import { startMangledServers, throughManglings, type MangledServers } from '../../peers/mangled-answers.js'
import { collect, valueOf } from './collect.js'

const cases = process.env['PREFLIGHT_DEEP'] === undefined ? 100 : 1000
const limit = 400

let servers: MangledServers
beforeAll(async () => {
  servers = await startMangledServers()
})
afterAll(() => servers.stop())

it.each([
  ['redis-info', redisInfo, () => servers.redis],
  ['postgres-info', postgresInfo, () => servers.postgres],
  ['nats-info', natsInfo, () => servers.nats],
] as const)(
  `%s: ${cases} mangled answers hold up no collector`,
  async (_, collector, url) => {
    await throughManglings(
      { url: url(), cases },
      async (honest) => {
        expect(await valueOf(collector, { url: honest })).not.toHaveProperty('missing.login')
      },
      async (mangled, mangling) => {
        const gathered = await collect(collector, { url: mangled }, AbortSignal.timeout(limit)).catch(
          (error: unknown) => error,
        )
        expect(gathered, JSON.stringify(mangling)).toBeDefined()
      },
    )
  },
  cases * 1000,
)
