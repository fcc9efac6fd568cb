import { join } from 'node:path'
import { type Bus, startBus } from '../arqonbus/bus.js'
import type { Deployment } from '../deployment.js'
import { freePort } from '../process/free-port.js'
import type { Cure } from './cure.js'
import { changed, type Changes } from './fault-effect.js'
import { effect, type Fault, sightings } from './fault.js'

interface AnotherBusFault {
  readonly name: string
  readonly title: string
  readonly caughtBy: string
  readonly class?: Fault['class']
  readonly isAdvisory?: boolean
  readonly cure?: Cure
  readonly alsoRed?: readonly string[]
  /** What the running bus was started with, over the environment of the deployment. */
  readonly runs: Changes | ((deployment: Deployment) => Changes)
  /** What is wrong in the environment under test as well; nothing by default. */
  readonly judged?: Changes | (() => Promise<Changes>)
  /** What happens to the bus while it runs. */
  happens?(deployment: Deployment, bus: Bus): Promise<unknown>
}

function addressesOf({ webSocket, http, telemetry }: Bus): Changes {
  return {
    'arqonbus.bus_url': `ws://127.0.0.1:${webSocket.port}/`,
    'arqonbus.bus_http_url': `http://127.0.0.1:${http.port}`,
    'arqonbus.telemetry_url': `ws://127.0.0.1:${telemetry.port}/`,
  }
}

/**
 * A fault of a bus that was started with another environment than the one under test: a second one, at which the inputs
 * point.
 */
export function anotherBusFault({
  name,
  title,
  caughtBy,
  cure,
  isAdvisory = false,
  alsoRed = [],
  runs,
  judged = {},
  happens,
  ...rest
}: AnotherBusFault): Fault {
  return {
    name,
    group: 'processes',
    title,
    caughtBy,
    ...(cure === undefined ? {} : { cure }),
    ...sightings[isAdvisory ? 'advisory' : 'wrong'],
    class: rest.class ?? 'config',
    alsoRed,
    async apply(deployment) {
      const ports = {
        ARQONBUS_SERVER_PORT: String(await freePort()),
        ARQONBUS_TELEMETRY_PORT: String(await freePort()),
      }
      const environment = changed(deployment.environment, {
        ...ports,
        ...(typeof runs === 'function' ? runs(deployment) : runs),
      })
      const folder = join(deployment.folder, 'another-bus')
      let bus = await startBus(environment, { folder })
      try {
        await happens?.(deployment, bus)
      } catch (error) {
        await bus.stop()
        throw error
      }
      return effect({
        environment: { ...ports, ...(typeof judged === 'function' ? await judged() : judged) },
        inputs: addressesOf(bus),
        async restartBus(cured) {
          await bus.stop()
          bus = await startBus(cured, { folder })
          return addressesOf(bus)
        },
        async undo() {
          await bus.stop()
          await deployment.settle()
        },
      })
    },
  }
}
