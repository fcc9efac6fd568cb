import { type Bus, startBus } from './arqonbus/bus.js'
import type { DeploymentOptions, Servers } from './deployment-options.js'
import { freePort } from './process/free-port.js'
import { productionEnvironment } from './production-environment.js'

/** Ports are chosen before the bus binds them, since its environment must name them: another program may be faster. */
export async function startBusOnFreePorts(
  servers: Servers,
  folder: string,
  { launcher, backend }: Pick<DeploymentOptions, 'launcher' | 'backend'>,
): Promise<{ readonly bus: Bus; readonly environment: Record<string, string> }> {
  for (let attempt = 1; ; attempt += 1) {
    const production = productionEnvironment({
      busPort: await freePort(),
      telemetryPort: await freePort(),
      hotStoreUrl: servers.redis.url,
      postgresUrl: servers.postgres.url,
      natsUrl: servers.nats.url,
    })
    const environment = backend === undefined ? production : { ...production, ARQONBUS_STORAGE_BACKEND: backend }
    try {
      return {
        bus: await startBus(environment, { folder, ...(launcher === undefined ? {} : { shape: launcher }) }),
        environment,
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt === 5) throw error
    }
  }
}
