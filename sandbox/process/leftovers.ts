import { rmSync } from 'node:fs'

type Removal = () => void

const removals = new Set<Removal>()
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function removeAll(): void {
  for (const removal of [...removals].reverse()) {
    removals.delete(removal)
    try {
      removal()
    } catch (error) {
      process.stderr.write(`sandbox: could not clean up: ${String(error)}\n`)
    }
  }
}

/**
 * A signal ends this process by default without its `exit` listeners. Where the program handles the signal itself, it
 * decides when to end and the `exit` listener cleans up then.
 */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return
  removeAll()
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}

function watch(): void {
  if (process.listeners('exit').includes(removeAll)) return
  process.on('exit', removeAll)
  for (const signal of signals) process.on(signal, onSignal)
}

/**
 * Registers something to undo synchronously should this process end first. The returned function takes the registration
 * back, once the thing was ended in the normal way.
 */
export function removeAtExit(removal: Removal): () => void {
  watch()
  removals.add(removal)
  return () => removals.delete(removal)
}

/** Removes a folder when this process ends; the returned function removes it now. */
export function temporaryFolder(path: string): () => void {
  const remove = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  const forget = removeAtExit(remove)
  return () => {
    forget()
    remove()
  }
}
