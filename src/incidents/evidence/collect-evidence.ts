import { Deadline } from '../../base/time/deadline.js'
import { describeThrown } from '../../base/describe-thrown.js'
import { messageOf } from '../../base/errors.js'
import { collectorRegistry } from '../../engine/folder-registry.js'
import { gatherEvidence, type Gathering } from './gather.js'
import { evidenceTasks, type EvidenceSources, type EvidenceTask } from './work.js'

/** A piece of evidence, or why there is none. Nothing of it is redacted yet. */
export interface CollectedEvidence extends Gathering {
  /** A file name without its ending, unique among all: `<system>-<evidence>`; `deployment-…` for what no pack names. */
  readonly name: string
  readonly system: string
  /** The kind of collector. */
  readonly kind: string
  readonly title: string
  readonly durationMs: number
}

interface EvidenceRequest extends EvidenceSources {
  /** Milliseconds for all of it; `handInGrace` later at most it is over. */
  readonly budget: number
  /** Aborted when the operator interrupts. */
  readonly signal: AbortSignal
  /** Called for each that has ended, with a line that holds nothing from outside. Must not throw. */
  onProgress?(text: string): void
}

/** Few, so that gathering does not itself add to what is wrong. */
const concurrency = 4

/**
 * Gathers what the packs of some systems and the deployment name, a few at a time, within a time budget.
 *
 * Never rejects: a collector that fails is itself evidence.
 *
 * @returns one for each, in the order they are named
 */
export async function collectEvidence(request: EvidenceRequest): Promise<readonly CollectedEvidence[]> {
  const tasks = evidenceTasks(request)
  const deadline = Deadline.after(request.budget)
  const collected: CollectedEvidence[] = []
  let next = 0
  let done = 0
  const work = async (): Promise<void> => {
    for (let index = next++; index < tasks.length; index = next++) {
      const { name, system, kind, title } = tasks[index]!
      const started = performance.now()
      const gathering = await attempt(tasks[index]!, request, deadline)
      collected[index] = { name, system, kind, title, ...gathering, durationMs: performance.now() - started }
      done += 1
      request.onProgress?.(`evidence ${done} of ${tasks.length}: ${name}: ${gathering.state}`)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return collected
}

async function attempt(
  task: EvidenceTask,
  { ground, signal }: EvidenceRequest,
  deadline: Deadline,
): Promise<Gathering> {
  try {
    if (signal.aborted) return { state: 'cancelled', message: 'never started: it was interrupted' }
    if (deadline.remaining() === 0)
      return { state: 'timed-out', message: 'never started: the time limit for gathering had passed' }
    const obstacle = task.obstacle()
    if (obstacle !== undefined) return obstacle
    const collector = await collectorRegistry.load(task.kind)
    const input = usable(() => collector.input.parse(task.input()))
    return await gatherEvidence({
      collector,
      input,
      environment: ground.environment,
      timeout: task.timeout,
      deadline,
      signal,
    })
  } catch (error) {
    return { state: 'failed', message: messageOf(error) }
  }
}

/** @throws Error that says what is missing or wrong, and no value */
function usable(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    throw new Error(`its input cannot be used: ${describeThrown(error)}`, { cause: error })
  }
}
