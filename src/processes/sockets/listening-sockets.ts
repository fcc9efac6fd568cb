import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { codeOf } from '../../base/errors.js'
import { addressOf } from './hexadecimal-address.js'

/** A TCP socket that waits for connections. */
export interface Listener {
  readonly address: string
  readonly port: number
  /** The user id it belongs to. */
  readonly user: number
  /** What it is called among the open files of its process. */
  readonly inode: string
}

/** The system has no /proc, or does not let us look. */
export class ListenersUnknownError extends Error {
  override readonly name = 'ListenersUnknownError'
}

/** State LISTEN of /proc/net/tcp (proc_net_tcp.txt in the kernel's documentation). */
const listening = '0A'

/**
 * Every listening TCP socket in the network of a process.
 *
 * @param process its id, or `self`
 * @throws ListenersUnknownError
 */
export async function listenersOf(process: string, signal: AbortSignal, proc = '/proc'): Promise<readonly Listener[]> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => tableAt(`${proc}/${process}/net/${name}`, signal)))
  if (tables.every((table) => table === undefined))
    throw new ListenersUnknownError('the system does not tell which ports are listened on')
  return tables.flatMap((table) => table ?? [])
}

/**
 * Line by line, since a busy machine has a line for each of its connections. A system without IPv6 has no table for it.
 */
async function tableAt(path: string, signal: AbortSignal): Promise<readonly Listener[] | undefined> {
  const found: Listener[] = []
  const file = createReadStream(path, { signal })
  // The lines end with an error of the file, and do not tell of it.
  const failure = new Promise<undefined>((_fulfil, reject) => file.once('error', reject))
  failure.catch(() => {})
  try {
    const lines = (async () => {
      for await (const line of createInterface({ input: file })) {
        const listener = readListener(line)
        if (listener !== undefined) found.push(listener)
      }
      return found
    })()
    return await Promise.race([failure, lines.then(async (read) => (file.errored === null ? read : await failure))])
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM', 'ESRCH', 'EINVAL'].includes(codeOf(error))) return undefined
    throw error
  } finally {
    file.destroy()
  }
}

/** A line of /proc/net/tcp or tcp6; `undefined` for its heading and for a socket that does not listen. */
export function readListener(line: string): Listener | undefined {
  const [, local = '', , state, , , , user = '', , inode = ''] = line.trim().split(/\s+/)
  const match = /^((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})$/.exec(local)
  if (state !== listening || match === null || !/^\d+$/.test(user) || !/^\d+$/.test(inode)) return undefined
  return { address: addressOf(match[1]!), port: Number.parseInt(match[2]!, 16), user: Number(user), inode }
}
