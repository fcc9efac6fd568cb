import { readFile } from 'node:fs/promises'
import { codeOf, messageOf, UsageError } from '../../base/errors.js'
import { Secret } from '../../redaction/secret-value.js'
import type { TestedVariable } from '../environment.js'
import { readSourceBytes } from './read-environment.js'

/**
 * What a running process was started with: its environment at exec, from `/proc/PID/environ`. What it changed
 * afterwards, a `.env` file that it loaded itself for example, does not show there.
 *
 * @param pid a process id, above 0
 * @throws UsageError when there is no such process, it belongs to another user, or what is there is no environment. The
 *   message holds no value.
 */
export async function readProcessEnvironment(pid: number): Promise<readonly (readonly [string, TestedVariable])[]> {
  if (!Number.isSafeInteger(pid) || pid < 1) throw new UsageError('a process id is a whole number above 0')
  return parseProcessEnvironment(await readEnviron(pid), pid)
}

/**
 * What the running process was started with whose id a file contains.
 *
 * @throws UsageError for a file that does not contain the id of a process and nothing else, and as
 *   `readProcessEnvironment` does
 */
export async function readPidFileEnvironment(file: string): ReturnType<typeof readProcessEnvironment> {
  const wording = { what: 'PID file', hint: 'name the file to which the service writes its process id' }
  const text = (await readSourceBytes(file, wording)).toString('latin1').trim()
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new UsageError(`PID file ${file} does not contain a process id`)
  return readProcessEnvironment(Number(text))
}

/** Takes apart the NUL-separated bytes of `/proc/PID/environ`. Throws as `readProcessEnvironment` does. */
export function parseProcessEnvironment(bytes: Buffer, pid: number): readonly (readonly [string, TestedVariable])[] {
  if (bytes.length === 0) {
    throw new UsageError(`process ${pid} has no readable environment`, {
      hint: 'it has ended, is a kernel thread, or was started with an empty one',
    })
  }
  const origin = { source: `process ${pid}`, line: 0 }
  const variables = new Map<string, TestedVariable>()
  for (const entry of entriesOf(bytes)) {
    const equals = entry.indexOf('='.charCodeAt(0))
    if (equals < 1) {
      throw new UsageError(`process ${pid} has overwritten its environment`, {
        hint: 'it sets its own process title: use --env-file with the file that it is started from',
      })
    }
    const name = entry.subarray(0, equals).toString('utf8')
    const value = entry.subarray(equals + 1)
    const text = value.toString('utf8')
    if (!Buffer.from(text, 'utf8').equals(value))
      throw new UsageError(`${printable(name)} of process ${pid} is not UTF-8`)
    // Of a name that occurs twice, getenv() and the runtimes built on it give the first.
    if (!variables.has(name)) variables.set(name, { value: new Secret(text), origin })
  }
  return [...variables]
}

async function readEnviron(pid: number): Promise<Buffer> {
  try {
    return await readFile(`/proc/${pid}/environ`)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ESRCH') {
      throw new UsageError(`no process ${pid}`, {
        hint: 'give the id of a running process of this machine',
        cause: error,
      })
    }
    if (code === 'EACCES' || code === 'EPERM') {
      throw new UsageError(`the environment of process ${pid} is not readable by this user`, {
        hint: 'run as the user that started it, or as root',
        cause: error,
      })
    }
    throw new UsageError(`the environment of process ${pid} cannot be read: ${messageOf(error)}`, { cause: error })
  }
}

function* entriesOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length;) {
    const nul = bytes.indexOf(0, start)
    const end = nul === -1 ? bytes.length : nul
    if (end > start) yield bytes.subarray(start, end)
    start = end + 1
  }
}

/** What is not a valid name may be a piece of something secret. */
function printable(name: string): string {
  return /^\w{1,100}$/.test(name) ? name : 'a variable'
}
