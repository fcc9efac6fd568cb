import { Deadline } from '../../base/time/deadline.js'
import { describeThrown } from '../../base/describe-thrown.js'
import { messageOf, SilenceError } from '../../base/errors.js'
import { collectorRegistry } from '../../engine/folder-registry.js'
import { evidenceTasks, type EvidenceSources, type EvidenceTask } from './work.js'
import { formatLimit } from '../../base/time/duration.js'
import { attempt } from '../../engine/attempt.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import type { Collector, GatheredEvidence } from '../../engine/collector.js'
import { z } from 'zod'
import { plainFacts } from '../../engine/plain-facts.js'

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
      const gathering = await carryOutTask(tasks[index]!, request, deadline)
      collected[index] = { name, system, kind, title, ...gathering, durationMs: performance.now() - started }
      done += 1
      request.onProgress?.(`evidence ${done} of ${tasks.length}: ${name}: ${gathering.state}`)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return collected
}

async function carryOutTask(
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

type EvidenceState = 'gathered' | 'failed' | 'timed-out' | 'not-applicable' | 'cancelled'

/** How an attempt to gather something ended. */
export interface Gathering {
  readonly state: EvidenceState
  /** Why there is nothing, or not all; else empty. As it was found: not redacted. */
  readonly message: string
  readonly gathered?: GatheredEvidence
}

interface GatherRequest {
  readonly collector: Collector
  readonly input: unknown
  readonly environment: TestedEnvironment
  /** Milliseconds. */
  readonly timeout: number
  /** The end of the whole time budget. */
  readonly deadline: Deadline
  /** Aborted when the operator interrupts. */
  readonly signal: AbortSignal
}

/** Milliseconds a collector has after its limit to hand in what it has. */
const handInGrace = 2000

const stateAfter = { limit: 'timed-out', interruption: 'cancelled', stray: 'failed' } as const

/**
 * Lets a collector gather, within its time limit. Whatever the collector does or returns, this settles on time,
 * `handInGrace` later at most, and never rejects.
 */
export async function gatherEvidence(request: GatherRequest): Promise<Gathering> {
  const { collector, input, environment, timeout, deadline, signal } = request
  const ended = await attempt<Gathering>({
    begin: async (attemptSignal) =>
      completed(collector.kind, await collector.collect(input, { signal: attemptSignal, environment })),
    thrown: (error) => ({
      state: error instanceof SilenceError ? 'timed-out' : 'failed',
      message: describeThrown(error),
    }),
    limit: deadline.within(timeout),
    silence:
      deadline.remaining() < timeout
        ? 'the time limit for gathering passed'
        : `it took longer than ${formatLimit(timeout)}`,
    interruption: signal,
    grace: handInGrace,
  })
  if ('end' in ended) return ended.end
  return afterLimit({ state: stateAfter[ended.cut.by], message: ended.cut.why }, await ended.late)
}

function completed(kind: string, gathered: unknown): Gathering {
  try {
    return { state: 'gathered', message: '', gathered: checkGathered(gathered) }
  } catch (error) {
    return { state: 'failed', message: `the ${kind} collector returned invalid evidence: ${messageOf(error)}` }
  }
}

function afterLimit(cut: Gathering, late: Gathering | undefined): Gathering {
  if (late === undefined) return { ...cut, message: `${cut.message}, and it did not stop` }
  if (late.gathered === undefined) return cut
  return { ...cut, message: `${cut.message}; what was gathered until then is kept`, gathered: late.gathered }
}

/** Characters of one piece of evidence: what a collector may keep of a log is half of it. */
export const mostCharacters = 8 * 1024 * 1024

const shape = z.union([
  z.strictObject({ form: z.literal('text'), text: z.string(), omitted: z.string() }),
  z.strictObject({ form: z.literal('json'), value: z.unknown() }),
])

/**
 * What a collector returned, as a copy that nothing can change any more.
 *
 * @throws Error for another shape, for what JSON cannot hold, and for more than a bundle takes; never with a value in
 *   its words
 */
function checkGathered(gathered: unknown): GatheredEvidence {
  const parsed = shape.safeParse(gathered)
  if (!parsed.success) throw new Error(describeThrown(parsed.error))
  const plain: GatheredEvidence =
    parsed.data.form === 'text'
      ? Object.freeze(parsed.data)
      : Object.freeze({ form: 'json', value: plainFacts({ value: parsed.data.value }, 'evidence')['value'] })
  const size = plain.form === 'text' ? plain.text.length : JSON.stringify(plain.value).length
  if (size > mostCharacters)
    throw new Error(`it has ${size} characters; the maximum for a piece of evidence is ${mostCharacters}`)
  return plain
}
