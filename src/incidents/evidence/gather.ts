import type { Deadline } from '../../base/time/deadline.js'
import { formatLimit } from '../../base/time/duration.js'
import { describeThrown } from '../../base/describe-thrown.js'
import { messageOf, SilenceError } from '../../base/errors.js'
import { attempt } from '../../engine/attempt.js'
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
