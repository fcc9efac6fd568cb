import { connect, type Socket } from 'node:net'
import { ownValue } from './cure.js'
import { effect, sightings, type Fault } from './fault.js'

/** Clients that say nothing and stay. */
const clients = 3

/** What the bus uses up: connections and memory. */
export const busLimitFaults: readonly Fault[] = [
  {
    name: 'bus-connections-used-up',
    group: 'processes',
    title: 'as many clients are connected to the bus as it accepts',
    caughtBy: 'arqonbus/runtime/connections',
    says: 'possible connections are in use',
    cure: {
      set: { ARQONBUS_MAX_CONNECTIONS: ownValue },
      actions: [{ words: ['restart the bus'], restart: 'bus' }],
    },
    ...sightings.wrong,
    class: 'dependency',
    alsoRed: [],
    async apply({ bus }) {
      const sockets = await Promise.all(Array.from({ length: clients }, () => connected(bus.webSocket.port)))
      return effect({
        environment: { ARQONBUS_MAX_CONNECTIONS: String(clients) },
        undo: async () => sockets.forEach((socket) => socket.destroy()),
      })
    },
  },
  {
    name: 'bus-above-its-memory-limit',
    group: 'processes',
    title: 'the process of the bus holds more memory than the deployment allows it',
    caughtBy: 'arqonbus/runtime/memory',
    says: 'more than 1 MiB',
    cure: { inputs: { 'arqonbus.memory_limit_mib': '0' } },
    ...sightings.advisory,
    class: 'code',
    alsoRed: [],
    apply: async () => effect({ inputs: { 'arqonbus.memory_limit_mib': '1' } }),
  },
]

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.on('error', reject)
  })
}
