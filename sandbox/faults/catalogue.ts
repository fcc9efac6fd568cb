import { busConfigurationFaults } from './bus-configuration.js'
import { busElsewhereFaults } from './bus-elsewhere.js'
import { busLimitFaults } from './bus-limits.js'
import { busProcessFaults } from './bus-process.js'
import { busRoomFaults } from './bus-rooms.js'
import { clientTlsFaults } from './client-tls.js'
import { datastorePasswordFaults } from './datastore-passwords.js'
import type { Fault } from './fault.js'
import { gateFaults, toolchainFaults } from './gates.js'
import { natsFaults } from './nats.js'
import { ollamaFaults } from './ollama.js'
import { postgresFaults } from './postgres.js'
import { redisFaults } from './redis.js'
import { jwtSecretFaults } from './secrets.js'
import { secondListenerFaults } from './second-listener.js'
import { shieldConfigurationFaults } from './shield-configuration.js'
import { shieldProcessFaults } from './shield-process.js'
import { storageConfigurationFaults } from './storage-configuration.js'

/** Every fault the sandbox can show, in the order of its groups. */
export const faults: readonly Fault[] = [
  ...busConfigurationFaults,
  ...storageConfigurationFaults,
  ...shieldConfigurationFaults,
  ...jwtSecretFaults,
  ...datastorePasswordFaults,
  ...redisFaults,
  ...postgresFaults,
  ...natsFaults,
  ...ollamaFaults,
  ...clientTlsFaults,
  ...busProcessFaults,
  ...busRoomFaults,
  ...busElsewhereFaults,
  ...busLimitFaults,
  ...shieldProcessFaults,
  ...secondListenerFaults,
  ...toolchainFaults,
  ...gateFaults,
]

/** The fault of this name; undefined when there is none. */
export function findFault(name: string): Fault | undefined {
  return faults.find((fault) => fault.name === name)
}
