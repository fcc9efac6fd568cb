import { setTimeout as pause } from 'node:timers/promises'
import type { ProcessStat } from '../../../host/process-stat.js'
import type { ProcTree, Reading } from '../../../host/proc-tree.js'
import { shareInPercent, readProcessorTime } from '../../../host/processor-time.js'
import { processStat, runningProcess } from '../../../host/running-process.js'

/** How many are listed. */
export const mostBusiest = 5

interface BusyProcess {
  readonly pid: number
  readonly program: string
  readonly cpuPercent: number
  readonly rssBytes: number
}

interface Round {
  readonly total: number
  readonly processes: ReadonlyMap<number, ProcessStat>
}

/** The processes that ran most within a window, the busiest first; `undefined` where the system does not show it. */
export async function busiest(
  tree: ProcTree,
  window: number,
  signal: AbortSignal,
): Promise<readonly BusyProcess[] | undefined> {
  const first = await readRound(tree, 'first', signal)
  await pause(window, undefined, { signal })
  const second = await readRound(tree, 'second', signal)
  if (first === undefined || second === undefined || second.total <= first.total) return undefined
  const ran = [...second.processes]
    .map(([pid, stat]) => ({ pid, stat, ticks: stat.ran - ranBefore(first.processes.get(pid), stat) }))
    .filter(({ ticks }) => ticks > 0)
    .sort((one, other) => other.ticks - one.ticks || one.pid - other.pid)
  return Promise.all(
    ran.slice(0, mostBusiest).map(async ({ pid, stat: { program }, ticks }) => {
      const now = await runningProcess(tree, pid)
      const rssBytes = typeof now === 'object' ? (now.rssBytes ?? 0) : 0
      return { pid, program, cpuPercent: shareInPercent(ticks, second.total - first.total), rssBytes }
    }),
  )
}

/** One that started in the window had not run before, also where it has the id of another. */
function ranBefore(before: ProcessStat | undefined, { started }: ProcessStat): number {
  return before?.started === started ? before.ran : 0
}

async function readRound(tree: ProcTree, reading: Reading, signal: AbortSignal): Promise<Round | undefined> {
  const pids = await tree.processIds()
  const time = readProcessorTime((await tree.text('stat', reading)) ?? '')
  if (pids === undefined || time === undefined) return undefined
  const processes = new Map<number, ProcessStat>()
  for (const pid of pids) {
    signal.throwIfAborted()
    const stat = await processStat(tree, pid, reading)
    if (typeof stat === 'object') processes.set(pid, stat)
  }
  return { total: time.total, processes }
}
