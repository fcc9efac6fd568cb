import { type Deadline, longestTimer, deferred } from '../../base/time/deadline.js'
import { formatLimit } from '../../base/time/duration.js'
import { settledWithin } from '../../base/time/waiting.js'
import { messageOf, SilenceError, describeThrown } from '../../base/errors.js'
import { owningStrays } from '../../base/stray-errors.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import type { Collector, GatheredEvidence } from '../../engine/collector.js'
import { z } from 'zod'
import { plainFacts } from '../../engine/plain-facts.js'

export type EvidenceState = 'gathered' | 'failed' | 'timed-out' | 'not-applicable' | 'cancelled'

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

/**
 * Milliseconds a collector has after its limit to hand in what it has and to let go: children are killed after the
 * first 500.
 */
const handInGrace = 2000

/**
 * Lets a collector gather, within its time limit. Whatever it does (throw, never settle, ignore its signal, return the
 * wrong shape), this settles on time, `handInGrace` later at most, and never rejects.
 */
export async function gatherEvidence({
  collector,
  input,
  environment,
  timeout,
  deadline,
  signal,
}: GatherRequest): Promise<Gathering> {
  const limit = deadline.within(timeout)
  const silence =
    deadline.remaining() < timeout
      ? 'the time limit for gathering passed'
      : `it took longer than ${formatLimit(timeout)}`
  const controller = new AbortController()
  const cut = deferred<Gathering>()
  const stray = (thrown: unknown): void => cut.resolve({ state: 'failed', message: describeThrown(thrown) })
  const collected = owningStrays(stray, () =>
    Promise.resolve().then(() => collector.collect(input, { signal: controller.signal, environment })),
  ).then(
    (gathered) => completed(collector.kind, gathered),
    (thrown: unknown): Gathering => ({
      state: thrown instanceof SilenceError ? 'timed-out' : 'failed',
      message: describeThrown(thrown),
    }),
  )
  const timer = setTimeout(
    () => cut.resolve({ state: 'timed-out', message: silence }),
    Math.min(limit.limit(), longestTimer),
  )
  const interrupt = (): void => cut.resolve({ state: 'cancelled', message: 'it was interrupted' })
  signal.addEventListener('abort', interrupt, { once: true })
  if (signal.aborted) interrupt()
  try {
    const early = await Promise.race([collected, cut.promise.then(() => undefined)])
    if (early !== undefined) return early
    controller.abort()
    return afterLimit(await cut.promise, await settledWithin(collected, { milliseconds: handInGrace }))
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', interrupt)
    controller.abort()
  }
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
