import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { codeOf } from '../base/errors.js'
import { processesOf, type ProcessFamily, type ProcessRow } from './process-table.js'
import { settledWithin } from './settled-within.js'

/** How long a process that was asked to end may take before it is killed, in milliseconds. */
export const grace = 500

/** Rounds of SIGKILL, 25 ms apart: what is forked between two looks is found by the next. */
const killRounds = 10

/** Ends what is left of a program: asked first (SIGTERM), and killed after `grace`. */
export async function endFamily(child: ChildProcess, family: ProcessFamily): Promise<void> {
  let left = processesOf(family, [])
  if (left.length === 0 && hasEnded(child)) return
  signalAll(family, left, 'SIGTERM')
  for (let waited = 0; waited < grace && (left.length > 0 || !hasEnded(child)); waited += 25) {
    await wait(25)
    left = processesOf(family, left)
  }
  for (let round = 0; round < killRounds && (left.length > 0 || !hasEnded(child)); round += 1) {
    signalAll(family, left, 'SIGKILL')
    await wait(25)
    left = processesOf(family, left)
  }
  if (!hasEnded(child)) await settledWithin(grace, once(child, 'exit'))
}

/** Kills all of a program without waiting: for an exit in the middle of things. */
export function killFamily(family: ProcessFamily): void {
  signalAll(family, processesOf(family, []), 'SIGKILL')
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

function signalAll({ leader }: ProcessFamily, processes: readonly ProcessRow[], signal: NodeJS.Signals): void {
  for (const target of [-leader, ...processes.map(({ pid }) => pid)]) {
    try {
      process.kill(target, signal)
    } catch (error) {
      // Ended meanwhile, or run by another user through setuid, which no signal of ours can end.
      if (!['ESRCH', 'EPERM'].includes(codeOf(error))) throw error
    }
  }
}
