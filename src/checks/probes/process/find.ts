import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { codeOf } from '../../../base/errors.js'
import { readRegularFile } from '../../../base/files/regular-file.js'
import { readBootTime } from '../../../host/figures.js'
import { ticksPerSecond } from '../../../host/process-stat.js'
import type { ProcTree } from '../../../host/proc-tree.js'
import { type RunningProcess, runningProcess, wordsOf } from '../../../host/running-process.js'
import { listenersOf, ListenersUnknownError, socketOwners } from '../../../processes/sockets/listening-sockets.js'

/** Why no process is found; `none` when one is. */
export const reasons = [
  'none',
  'not-named',
  'unknown',
  'no-such-command',
  'not-listening',
  'owner-hidden',
  'pid-file-missing',
  'pid-file-unreadable',
  'pid-file-invalid',
  'pid-file-stale',
  'pid-file-reused',
  'exited',
] as const
type Reason = (typeof reasons)[number]

/** How a process is named. */
interface ProcessName {
  readonly 'pid-file'?: string | undefined
  readonly port?: number | undefined
  readonly command?: string | undefined
}

type Found = readonly RunningProcess[] | Exclude<Reason, 'none'>

/** Bytes of a pid file at most. */
const largestPidFile = 4096
/** Milliseconds by which the kernel's time of its own start may be off. */
const inexact = 2000

/** The processes that are named, at least one, the oldest first; else why there is none. */
export async function findProcesses(name: ProcessName, tree: ProcTree, signal: AbortSignal): Promise<Found> {
  if (name['pid-file'] !== undefined) return ofPidFile(name['pid-file'], tree)
  if (name.port !== undefined) return onPort(name.port, tree, signal)
  return name.command === undefined ? 'not-named' : ofCommand(name.command, tree, signal)
}

/** When a process started, in milliseconds since 1970; `undefined` where the tree does not say when the machine did. */
export async function startOf(tree: ProcTree, { started }: RunningProcess): Promise<number | undefined> {
  const booted = readBootTime((await tree.text('stat')) ?? '')
  return booted === undefined ? undefined : booted + (Number(started) * 1000) / ticksPerSecond
}

async function ofPidFile(file: string, tree: ProcTree): Promise<Found> {
  const read = await readPidFile(resolve(file))
  if (typeof read === 'string') return read
  if ((await tree.processIds()) === undefined) return 'unknown'
  const found = await runningProcess(tree, read.pid)
  if (found === undefined) return 'pid-file-stale'
  if (found === 'exited') return 'exited'
  const started = await startOf(tree, found)
  if (started === undefined) return 'unknown'
  return started > read.written + inexact ? 'pid-file-reused' : [found]
}

async function readPidFile(
  file: string,
): Promise<{ readonly pid: number; readonly written: number } | (Reason & `pid-${string}`)> {
  try {
    const text = (await readRegularFile(file, { links: 'follow', most: largestPidFile })).toString('latin1')
    const pid = /^\s*([1-9]\d{0,9})\s*(?:\n|$)/.exec(text)?.[1]
    return pid === undefined ? 'pid-file-invalid' : { pid: Number(pid), written: (await stat(file)).mtimeMs }
  } catch (error) {
    const reason = pidFileReasons[codeOf(error)]
    if (reason === undefined) throw error
    return reason
  }
}

const pidFileReasons: Readonly<Record<string, Reason & `pid-${string}`>> = {
  ENOENT: 'pid-file-missing',
  ENOTDIR: 'pid-file-missing',
  ENAMETOOLONG: 'pid-file-missing',
  EACCES: 'pid-file-unreadable',
  EPERM: 'pid-file-unreadable',
  ELOOP: 'pid-file-unreadable',
  'not-regular': 'pid-file-invalid',
  'too-large': 'pid-file-invalid',
}

async function onPort(port: number, tree: ProcTree, signal: AbortSignal): Promise<Found> {
  const all = await listenersOf('self', signal, tree.root).catch((error: unknown) => {
    if (error instanceof ListenersUnknownError) return undefined
    throw error
  })
  if (all === undefined) return 'unknown'
  const sockets = new Set(all.filter((listener) => listener.port === port).map(({ inode }) => inode))
  if (sockets.size === 0) return 'not-listening'
  const owners = await socketOwners(sockets, signal, undefined, tree.root)
  const pids = new Set([...owners.values()].flat().map(({ pid }) => pid))
  const found = await runningAmong([...pids], tree, signal)
  return found.length === 0 ? 'owner-hidden' : found
}

async function ofCommand(command: string, tree: ProcTree, signal: AbortSignal): Promise<Found> {
  const pids = await tree.processIds()
  if (pids === undefined) return 'unknown'
  const meant: number[] = []
  for (const pid of pids) {
    signal.throwIfAborted()
    // This process looks, and is not looked for: another program of the same name must not be taken to run by it.
    if (tree.isOwn && pid === process.pid) continue
    if (isCommand(command, await wordsOf(tree, pid))) meant.push(pid)
  }
  const found = await runningAmong(meant, tree, signal)
  return found.length === 0 ? 'no-such-command' : found
}

/** Whether the first word is this: all of it where a path is asked for, else its last part. */
function isCommand(command: string, words: Buffer | undefined): boolean {
  if (words === undefined) return false
  const end = words.indexOf(0)
  const first = words.subarray(0, end === -1 ? words.length : end).toString('utf8')
  return command === (command.includes('/') ? first : basename(first))
}

async function runningAmong(
  pids: readonly number[],
  tree: ProcTree,
  signal: AbortSignal,
): Promise<readonly RunningProcess[]> {
  const found: RunningProcess[] = []
  for (const pid of pids) {
    signal.throwIfAborted()
    const each = await runningProcess(tree, pid)
    if (each !== undefined && each !== 'exited') found.push(each)
  }
  return found.sort((one, other) => Number(one.started) - Number(other.started) || one.pid - other.pid)
}
