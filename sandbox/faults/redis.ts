import { certificateFileIn, createCertificate } from '../servers/certificate.js'
import { type Cure, ownValue } from './cure.js'
import type { Fault } from './fault.js'
import { serverFault } from './server-fault.js'

const hotStore = 'arqonbus/datastores/hot-store'
const eviction = 'arqonbus/datastores/hot-store-eviction'
/** The bus reports a hot store that it cannot reach. */
const reportedStorage = ['arqonbus/runtime/storage', 'arqonbus/runtime/status']
const matches = 'arqonbus/runtime/configuration-matches'
const mayWrite: Cure = {
  actions: [{ words: ['ACL SETUSER', '+@read +@write'], redis: ['ACL', 'SETUSER', 'default', '+@read', '+@write'] }],
}
const trustsItsCertificate: Cure = {
  set: {
    ARQONBUS_VALKEY_URL: {
      value: ({ servers: { redis } }) =>
        `${redis.url.replace('redis://', 'rediss://')}?ssl_ca_certs=${certificateFileIn(redis.folder)}`,
      words: ['rediss://', 'ssl_ca_certs='],
    },
  },
}

/** A user of its own for the bus, with these rules. */
function aclFault(name: string, title: string, seenIn: Fault['class'], ...rules: readonly string[]): Fault {
  return serverFault({
    name,
    title,
    caughtBy: hotStore,
    class: seenIn,
    cure: {
      actions: [
        {
          words: ['ACL SETUSER', 'on resetkeys ~arqonbus:* +@read +@write'],
          redis: ['ACL', 'SETUSER', 'bus', 'on', 'resetkeys', '~arqonbus:*', '+@read', '+@write'],
        },
      ],
    },
    environment: ({ servers: { redis } }) => ({ ARQONBUS_VALKEY_URL: redis.url.replace('redis://:', 'redis://bus:') }),
    breakIt: ({ servers: { redis } }) =>
      redis.administer('ACL', 'SETUSER', 'bus', 'reset', `>${redis.password}`, '&*', ...rules),
    mend: ({ servers }) => servers.redis.administer('ACL', 'DELUSER', 'bus'),
  })
}

export const redisFaults: readonly Fault[] = [
  serverFault({
    name: 'redis-down',
    title: 'nothing listens where the hot store should be',
    caughtBy: hotStore,
    cure: { actions: [{ words: ['start the server of ARQONBUS_VALKEY_URL'], mend: true }] },
    alsoRed: [eviction, ...reportedStorage],
    breakIt: ({ servers }) => servers.redis.stop(),
    mend: ({ servers }) => servers.redis.restart(),
  }),
  serverFault({
    name: 'redis-paused',
    title: 'the hot store accepts connections and never answers',
    caughtBy: hotStore,
    cure: { actions: [{ words: ['start the server of ARQONBUS_VALKEY_URL'], mend: true }] },
    seenAs: 'silent',
    alsoRed: [eviction, ...reportedStorage, matches],
    breakIt: ({ servers }) => servers.redis.pause(),
    mend: async ({ servers }) => servers.redis.resume(),
  }),
  serverFault({
    name: 'redis-wrong-password',
    title: 'the hot-store URL has a password that the server refuses',
    caughtBy: hotStore,
    cure: { set: { ARQONBUS_VALKEY_URL: ownValue } },
    class: 'config',
    alsoRed: [eviction],
    environment: ({ servers }) => ({
      ARQONBUS_VALKEY_URL: servers.redis.url.replace(servers.redis.password, `${servers.redis.password}x`),
    }),
  }),
  serverFault({
    name: 'redis-wrong-database',
    title: 'the hot-store URL names a database the server does not have',
    caughtBy: hotStore,
    cure: { set: { ARQONBUS_VALKEY_URL: ownValue } },
    class: 'config',
    alsoRed: [eviction, matches],
    environment: ({ servers }) => ({ ARQONBUS_VALKEY_URL: servers.redis.url.replace(/\/0$/, '/99') }),
  }),
  serverFault({
    name: 'redis-read-only-replica',
    title: 'the hot store is a replica: it answers PING and refuses every write',
    caughtBy: hotStore,
    cure: { actions: [{ words: ['REPLICAOF NO ONE'], redis: ['REPLICAOF', 'NO', 'ONE'] }] },
    breakIt: ({ servers }) => servers.redis.administer('REPLICAOF', '127.0.0.1', 1),
    mend: ({ servers }) => servers.redis.administer('REPLICAOF', 'NO', 'ONE'),
  }),
  serverFault({
    name: 'redis-loading',
    title: 'the hot store is still loading its data set and answers LOADING',
    caughtBy: hotStore,
    alsoRed: [eviction, ...reportedStorage],
    // Two minutes of loading in which the server still looks at its connections some forty times a second.
    async breakIt({ servers: { redis } }) {
      await redis.administer('DEBUG', 'POPULATE', 60_000, 'sandbox', 64)
      await redis.administer('SAVE')
      await redis.restart({
        whileLoading: true,
        settings: ['key-load-delay 2000', 'loading-process-events-interval-bytes 1024'],
      })
    },
    async mend({ servers: { redis } }) {
      await redis.restart()
      await redis.administer('FLUSHALL')
      await redis.administer('SAVE')
    },
  }),
  serverFault({
    name: 'redis-write-denied',
    title: 'the hot-store user may read but not write',
    caughtBy: hotStore,
    cure: mayWrite,
    class: 'config',
    breakIt: ({ servers }) => servers.redis.administer('ACL', 'SETUSER', 'default', '-@write'),
    mend: ({ servers }) => servers.redis.administer('ACL', 'SETUSER', 'default', '+@all'),
  }),
  serverFault({
    name: 'redis-streams-denied',
    title: 'the hot-store user may write keys but not streams',
    caughtBy: hotStore,
    cure: mayWrite,
    breakIt: ({ servers }) => servers.redis.administer('ACL', 'SETUSER', 'default', '-xadd'),
    mend: ({ servers }) => servers.redis.administer('ACL', 'SETUSER', 'default', '+@all'),
  }),
  serverFault({
    name: 'redis-expire-denied',
    title: 'the hot-store user may write streams but not let them expire',
    caughtBy: hotStore,
    cure: mayWrite,
    breakIt: ({ servers }) => servers.redis.administer('ACL', 'SETUSER', 'default', '-expire'),
    mend: ({ servers }) => servers.redis.administer('ACL', 'SETUSER', 'default', '+@all'),
  }),
  aclFault(
    'redis-user-of-other-keys',
    'the hot-store user may write other keys than those of the bus',
    'config',
    'on',
    '~app:*',
    '+@all',
  ),
  aclFault(
    'redis-user-without-groups',
    'the hot-store user may write streams but not read them in groups',
    'dependency',
    'on',
    '~*',
    '+@all',
    '-xgroup',
    '-xreadgroup',
  ),
  aclFault('redis-user-switched-off', 'the hot-store user is switched off', 'config', 'off', '~*', '+@all'),
  serverFault({
    name: 'redis-takes-any-password',
    title: 'the hot store requires no password from its user, and accepts any',
    caughtBy: 'arqonbus/datastores/hot-store-password',
    cure: { actions: [{ words: ['ACL SETUSER for the user default'], mend: true }] },
    seenAs: 'advisory',
    class: 'config',
    breakIt: ({ servers }) => servers.redis.administer('ACL', 'SETUSER', 'default', 'nopass'),
    mend: ({ servers: { redis } }) => redis.administer('ACL', 'SETUSER', 'default', 'resetpass', `>${redis.password}`),
  }),
  serverFault({
    name: 'redis-open-to-everybody',
    title: 'the hot store listens on every address, with protected mode off, and requires no password',
    caughtBy: 'arqonbus/datastores/hot-store-exposure',
    cure: { actions: [{ words: ['bind the server to the addresses'], redis: ['CONFIG', 'SET', 'bind', '127.0.0.1'] }] },
    class: 'config',
    alsoRed: ['arqonbus/datastores/hot-store-password'],
    async breakIt({ servers: { redis } }) {
      await redis.administer('ACL', 'SETUSER', 'default', 'nopass')
      await redis.administer('CONFIG', 'SET', 'protected-mode', 'no')
      await redis.administer('CONFIG', 'SET', 'bind', '*')
    },
    async mend({ servers: { redis } }) {
      await redis.administer('CONFIG', 'SET', 'bind', '127.0.0.1')
      await redis.administer('CONFIG', 'SET', 'protected-mode', 'yes')
      await redis.administer('ACL', 'SETUSER', 'default', 'resetpass', `>${redis.password}`)
    },
  }),
  serverFault({
    name: 'redis-out-of-memory',
    title: 'the hot store is full and refuses every write',
    caughtBy: hotStore,
    cure: { actions: [{ words: ['CONFIG SET maxmemory'], redis: ['CONFIG', 'SET', 'maxmemory', '256mb'] }] },
    breakIt: ({ servers }) => servers.redis.administer('CONFIG', 'SET', 'maxmemory', '1'),
    mend: ({ servers }) => servers.redis.administer('CONFIG', 'SET', 'maxmemory', '0'),
  }),
  serverFault({
    name: 'redis-tls-untrusted',
    title: 'the hot store uses TLS with an untrusted certificate',
    caughtBy: hotStore,
    cure: trustsItsCertificate,
    class: 'config',
    alsoRed: [eviction, ...reportedStorage],
    environment: ({ servers }) => ({ ARQONBUS_VALKEY_URL: servers.redis.url.replace('redis://', 'rediss://') }),
    breakIt: ({ servers: { redis } }) => redis.restart({ tls: createCertificate(redis.folder) }),
    mend: ({ servers }) => servers.redis.restart(),
  }),
  serverFault({
    name: 'redis-tls-demanded',
    title: 'the hot store accepts only TLS, but its URL does not use it',
    caughtBy: hotStore,
    cure: trustsItsCertificate,
    class: 'config',
    alsoRed: [eviction, ...reportedStorage],
    breakIt: ({ servers: { redis } }) => redis.restart({ tls: createCertificate(redis.folder) }),
    mend: ({ servers }) => servers.redis.restart(),
  }),
  serverFault({
    name: 'redis-evicts-streams',
    title: 'the hot store drops any key when its memory is full',
    caughtBy: eviction,
    cure: {
      actions: [{ words: ['maxmemory-policy noeviction'], redis: ['CONFIG', 'SET', 'maxmemory-policy', 'noeviction'] }],
    },
    seenAs: 'advisory',
    class: 'config',
    async breakIt({ servers: { redis } }) {
      await redis.administer('CONFIG', 'SET', 'maxmemory', '256mb')
      await redis.administer('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    },
    async mend({ servers: { redis } }) {
      await redis.administer('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
      await redis.administer('CONFIG', 'SET', 'maxmemory', '0')
    },
  }),
]
