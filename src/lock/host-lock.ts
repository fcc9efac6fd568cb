import { createHash } from 'node:crypto'
import { createConnection, createServer, type Server } from 'node:net'
import { codeOf, PreflightError } from '../kernel/errors.js'
import { exitCodes } from '../kernel/exit-codes.js'

/** Who holds a lock, in their own words. */
export type Holder = {
  readonly run: string
  readonly runbook: string
  readonly user: string
  readonly pid: number
  readonly host: string
  /** ISO-8601. */
  readonly since: string
}

/** Somebody else works on the same target or the same run. Exit 25. */
export class LockedError extends PreflightError {
  override readonly name = 'LockedError'
  constructor(what: string, holder: string) {
    super('locked', exitCodes.locked, `${what} is held by ${holder}`, { hint: 'wait until it ends, or end it; the lock goes with the process that holds it' })
  }
}

export interface Lock {
  release(): Promise<void>
}

/** Milliseconds that a holder has to say who it is. */
const introduction = 1000

/**
 * Takes a lock on this machine: a socket in the kernel's abstract namespace (unix(7)), which one process can be bound to at a time,
 * whichever user it belongs to, and which is gone with that process however it ends. Whoever finds it taken asks it who holds it.
 *
 * @throws LockedError, naming the holder
 */
export async function lockOnHost(what: string, name: string, holder: Holder): Promise<Lock> {
  const path = `\0preflight-${createHash('sha256').update(name).digest('hex')}`
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.end(`${JSON.stringify(holder)}\n`)
  })
  if (!(await isBound(server, path))) throw new LockedError(what, describe(await askHolder(path)))
  server.unref()
  return { release: () => new Promise((resolve) => server.close(() => resolve())) }
}

async function isBound(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => (codeOf(error) === 'EADDRINUSE' ? resolve(false) : reject(error)))
    server.listen(path, () => resolve(true))
  })
}

async function askHolder(path: string): Promise<Holder | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(path)
    let text = ''
    const end = (): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(holderOf(text))
    }
    const timer = setTimeout(end, introduction)
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
      if (text.length > 4096) end()
    })
    socket.on('error', end)
    socket.on('close', end)
  })
}

/** Text from a socket that any user of this machine may have bound: nothing of it is believed but short plain words. */
function holderOf(text: string): Holder | undefined {
  try {
    const { run, runbook, user, pid, host, since } = JSON.parse(text) as Record<string, unknown>
    const words = [run, runbook, user, host, since]
    if (!words.every((word) => typeof word === 'string' && /^[\w@.:/+-]{1,200}$/.test(word)) || !Number.isSafeInteger(pid)) return undefined
    return { run, runbook, user, pid, host, since } as Holder
  } catch {
    return undefined
  }
}

function describe(holder: Holder | undefined): string {
  if (holder === undefined) return 'a process that does not answer (it may be stopped)'
  return `run ${holder.run} of ${holder.runbook}, started by ${holder.user} (process ${holder.pid} on ${holder.host}) at ${holder.since}`
}
