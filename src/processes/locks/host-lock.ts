import { createHash } from 'node:crypto'
import { createConnection, createServer, type Server } from 'node:net'
import { codeOf, PreflightError, exitCodes } from '../../base/errors.js'
import { describeHolder, holderOf, type Holder, lockFile, machineLockFolder } from './file-lock.js'

export type { Holder } from './file-lock.js'

/** Somebody else works on the same target or the same run. Exit 25. */
export class LockedError extends PreflightError {
  override readonly name = 'LockedError'
  constructor(what: string, holder: string) {
    super('locked', exitCodes.locked, `${what} is held by ${holder}`, {
      hint: 'wait until it ends, or end it; the lock is released with the process that holds it',
    })
  }
}

export interface Lock {
  release(): Promise<void>
}

/** Milliseconds that a holder has to say who it is. */
const introduction = 1000

/**
 * Takes a lock on this machine, for all users and state folders: a socket in the kernel's abstract namespace (unix(7)),
 * which one process of a network namespace can be bound to at a time; and, where the shared folder can be used, a lock
 * on a file in it, which holds between network namespaces too. Both end with their process. The error for a taken lock
 * names its holder.
 *
 * @param folder the shared folder
 * @throws LockedError, naming the holder, with nothing held
 */
export async function lockOnHost(
  what: string,
  name: string,
  holder: Holder,
  folder = machineLockFolder,
): Promise<Lock> {
  const digest = createHash('sha256').update(name).digest('hex')
  const socket = await lockSocket(what, `\0preflight-${digest}`, holder)
  try {
    const file = await lockFile(folder, digest, holder)
    if (file.kind === 'taken') throw new LockedError(what, describeHolder(file.by))
    return {
      async release() {
        if (file.kind === 'held') await file.release()
        await socket.release()
      },
    }
  } catch (error) {
    await socket.release()
    throw error
  }
}

async function lockSocket(what: string, path: string, holder: Holder): Promise<Lock> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.end(`${JSON.stringify(holder)}\n`)
  })
  if (!(await isBound(server, path))) throw new LockedError(what, describeHolder(await askHolder(path)))
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
