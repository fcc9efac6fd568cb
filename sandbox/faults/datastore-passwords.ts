import { ownValue } from './cure.js'
import { effect, type Fault } from './fault.js'

const passwords = {
  group: 'secrets',
  caughtBy: 'arqonbus/secrets/datastore-passwords',
  status: 'fail',
  class: 'config',
  exitCode: 1,
  alsoRed: [],
} as const

function withPassword(url: string, password: string): string {
  return url.replace(/:[^:@/]*@/, `:${password}@`)
}

/** Datastore passwords that work and should not. */
export const datastorePasswordFaults: readonly Fault[] = [
  {
    ...passwords,
    name: 'postgres-password-is-the-user',
    title: "the Postgres password is the user's name",
    cure: { set: { ARQONBUS_POSTGRES_URL: ownValue } },
    async apply({ servers: { postgres } }) {
      await postgres.administer(`ALTER ROLE ${postgres.user} PASSWORD '${postgres.user}'`)
      return effect({
        environment: { ARQONBUS_POSTGRES_URL: withPassword(postgres.url, postgres.user) },
        undo: async () => {
          await postgres.administer(`ALTER ROLE ${postgres.user} PASSWORD '${postgres.password}'`)
        },
      })
    },
  },
  {
    ...passwords,
    name: 'redis-password-from-the-runbook',
    title: 'the Redis password is the example of the runbook',
    cure: { set: { ARQONBUS_VALKEY_URL: ownValue } },
    async apply({ servers: { redis } }) {
      await redis.administer('ACL', 'SETUSER', 'default', 'resetpass', '>your-redis-password')
      return effect({
        environment: { ARQONBUS_VALKEY_URL: withPassword(redis.url, 'your-redis-password') },
        undo: async () => {
          await redis.administer('ACL', 'SETUSER', 'default', 'resetpass', `>${redis.password}`)
        },
      })
    },
  },
]
