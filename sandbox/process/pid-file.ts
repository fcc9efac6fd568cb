import { existsSync, readFileSync, rmSync } from 'node:fs'
import { removeAtExit } from './leftovers.js'
import { isAlive } from './process-tree.js'

/** A process that a script starts and stops, known by the file in which it leaves its id. */
interface NamedByFile {
  /** Of the process that the file names, while it lives. */
  pid(): number | undefined
  /** Ends it the hard way and removes the file; settles when it is gone. Harmless when it is not running. */
  end(): Promise<void>
}

/** Watches over whatever process the file names: should this one end first, that one is killed. */
export function namedByFile(pidFile: string): NamedByFile {
  const pid = (): number | undefined => {
    if (!existsSync(pidFile)) return undefined
    const named = Number(readFileSync(pidFile, 'utf8'))
    return named > 1 && isAlive(named) ? named : undefined
  }
  const kill = (): void => {
    const running = pid()
    if (running !== undefined) process.kill(running, 'SIGKILL')
  }
  const forget = removeAtExit(kill)
  return {
    pid,
    async end() {
      forget()
      const running = pid()
      kill()
      while (running !== undefined && isAlive(running)) await new Promise((resolve) => setTimeout(resolve, 10))
      rmSync(pidFile, { force: true })
    },
  }
}
