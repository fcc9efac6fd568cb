import type { LauncherShape } from './arqonbus/recorded-page.js'
import type { NatsServer } from './servers/nats.js'
import type { ClusterTemplate, PostgresServer } from './servers/postgres.js'
import type { RedisServer } from './servers/redis.js'

export interface DeploymentOptions {
  /** Apply the projector's migration; true by default. */
  readonly migrate?: boolean
  /** Make the toolchain, the checkout and the gates' own datastores too; true by default. */
  readonly withGates?: boolean
  /** What the bus's launcher hands its HTTP pages as storage; the bus's storage object by default. */
  readonly launcher?: LauncherShape | undefined
  /** `ARQONBUS_STORAGE_BACKEND`; redis_streams by default. */
  readonly backend?: string | undefined
  /** What the PostgreSQL clusters are copied from; one is made unless given. */
  readonly clusterTemplate?: Promise<ClusterTemplate>
}

export interface Servers {
  readonly redis: RedisServer
  readonly postgres: PostgresServer
  readonly nats: NatsServer
}
