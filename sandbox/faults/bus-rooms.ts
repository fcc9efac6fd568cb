import type { BusMisbehaviour } from '../arqonbus/misbehaviour.js'
import type { Fault } from './fault.js'
import { processFault } from './process-fault.js'

const caughtBy = 'arqonbus/runtime/room-message'

const roomFault = (name: string, title: string, rooms: BusMisbehaviour['rooms'], says: string): Fault =>
  processFault({ name, title, caughtBy, says, bus: { rooms } })

/** What becomes of a message that is sent into a room. */
export const busRoomFaults: readonly Fault[] = [
  processFault({
    name: 'bus-runs-without-persistence',
    title: 'the bus was started without persistence, and keeps no message, whatever its environment says',
    caughtBy,
    says: 'the history of its room has 0 messages',
    class: 'config',
    cure: {
      set: { ARQONBUS_ENABLE_PERSISTENCE: 'true' },
      actions: [{ words: ['restart the bus'], restart: 'bus' }],
    },
    breakIt: async ({ bus, environment }) => bus.adopt({ ...environment, ARQONBUS_ENABLE_PERSISTENCE: 'false' }),
    mend: async ({ bus, environment }) => bus.adopt(environment),
  }),
  {
    ...roomFault(
      'messages-lost',
      'the bus acknowledges messages and delivers them nowhere',
      'unkept',
      'the history of its room has 0 messages',
    ),
    class: 'config',
  },
  {
    ...roomFault(
      'messages-in-another-room',
      'the bus delivers messages to another room than they name',
      'another-room',
      'the history of its room has 0 messages',
    ),
    class: 'config',
  },
  roomFault(
    'messages-altered',
    'the bus delivers another message than the one that was sent',
    'altered',
    'the history of the room has another message',
  ),
  roomFault(
    'messages-unacknowledged',
    'the bus keeps messages, and tells their sender nothing',
    'unanswered',
    'the bus does not acknowledge a message',
  ),
  {
    ...roomFault(
      'history-without-content',
      'the history has an entry for each message, and nothing in it',
      'without-content',
      'its history shows neither id nor content',
    ),
    status: 'warn',
    exitCode: 0,
  },
]
