import type { AegisFault } from './aegis-fault.js'
import { brokerFaults } from './broker.js'
import { processFaults } from './processes.js'
import { secretFaults } from './secrets.js'
import { serverFaults } from './servers.js'
import { settingsFaults } from './settings.js'
import { surroundingFaults } from './surroundings.js'

/** Every fault that the sandbox of Aegis can show, in the order of its groups. */
export const aegisFaults: readonly AegisFault[] = [
  ...settingsFaults,
  ...secretFaults,
  ...serverFaults,
  ...brokerFaults,
  ...processFaults,
  ...surroundingFaults,
]
