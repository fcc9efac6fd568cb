import type { OwnedProcess } from '../process/owned-process.js'
import type { Server } from './server.js'

interface Supervision<Options> {
  readonly name: string
  readonly port: number
  readonly folder: string
  readonly url: string
  /** The options of the first start, and of a restart without any. */
  readonly defaults: Options
  /** Starts the program and waits until it is ready. */
  launch(options: Options): Promise<OwnedProcess>
  /** The signal that makes it end in good order. */
  readonly stopSignal: NodeJS.Signals
}

/** The part that is the same for every server: one process at a time, stopped, paused and started again. */
export async function superviseServer<Options>(supervision: Supervision<Options>): Promise<Server<Options>> {
  let current = await supervision.launch(supervision.defaults)
  const stop = async (): Promise<void> => {
    if (current.isRunning()) await current.stop(supervision.stopSignal)
  }
  return {
    host: '127.0.0.1',
    port: supervision.port,
    folder: supervision.folder,
    url: supervision.url,
    isRunning: () => current.isRunning(),
    stop,
    async restart(options = supervision.defaults) {
      await stop()
      current = await supervision.launch(options)
    },
    pause: () => current.pause(),
    resume: () => current.resume(),
    log: () => current.output(),
  }
}
