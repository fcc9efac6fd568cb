import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Deployment } from '../deployment.js'
import { startOwnedProcess } from '../process/owned-process.js'
import { effect, sightings, type Fault } from './fault.js'

interface SecondListenerFault {
  readonly name: string
  readonly title: string
  readonly caughtBy: string
  port(deployment: Deployment): number
}

/**
 * A loopback address that a machine's own name often stands for (Debian's /etc/hosts), so that clients of the name come
 * here.
 */
const ownName = '127.0.1.1'

const program = `
const [port, host] = process.argv.slice(1)
require('node:net').createServer((socket) => socket.destroy()).listen(Number(port), host, () => console.log('listening'))
`

/** Milliseconds for a program of one line to start, on a busy machine too. */
const patience = 20_000

/** A process of an earlier start that still listens on the port, beside the one that is judged. */
function secondListenerFault({ name, title, caughtBy, port }: SecondListenerFault): Fault {
  return {
    name,
    group: 'processes',
    title,
    caughtBy,
    says: '2 processes listen',
    cure: { actions: [{ words: ['stop every process that the message names'], mend: true }] },
    ...sightings.wrong,
    class: 'config',
    alsoRed: [],
    async apply(deployment) {
      const args = ['-e', program, String(port(deployment)), ownName]
      const second = await startOwnedProcess({
        command: process.execPath,
        args,
        folder: deployment.folder,
        logFile: join(deployment.folder, `${name}.log`),
      })
      const deadline = Date.now() + patience
      while (!second.output().includes('listening')) {
        if (Date.now() > deadline || !second.isRunning()) {
          await second.stop('SIGKILL')
          throw new Error(`the second listener did not start: ${second.output()}`)
        }
        await sleep(20)
      }
      return effect({ undo: () => second.stop('SIGKILL') })
    },
  }
}

export const secondListenerFaults: readonly Fault[] = [
  secondListenerFault({
    name: 'bus-port-shared',
    title: 'a bus of an earlier start still listens on the port of the new one',
    caughtBy: 'arqonbus/runtime/one-listener',
    port: ({ bus }) => bus.webSocket.port,
  }),
  secondListenerFault({
    name: 'shield-port-shared',
    title: 'a Shield of an earlier start still listens on the port of the new one',
    caughtBy: 'shield/runtime/one-listener',
    port: ({ shield }) => shield.edge.port,
  }),
]
