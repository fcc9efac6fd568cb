import { type Deadline, longestTimer, deferred } from '../base/time/deadline.js'
import { formatDuration } from '../base/time/duration.js'
import { ElsewhereError, messageOf, SilenceError, describeThrown } from '../base/errors.js'
import { owningStrays } from '../base/stray-errors.js'
import type { ProbeCall, Surroundings } from './expectation.js'
import type { Concealed, Probe, ProbeContext } from './probe.js'
import { plainFacts, type Facts } from './plain-facts.js'

/**
 * How one attempt ended. `mayChange` tells an unclassified failure of the moment from one that would only repeat
 * itself.
 */
export type AttemptResult =
  | { readonly kind: 'observed'; readonly facts: Facts; readonly concealed: Concealed }
  | { readonly kind: 'timeout'; readonly message: string }
  | { readonly kind: 'error'; readonly message: string; readonly mayChange: boolean }
  | { readonly kind: 'not-applicable'; readonly message: string }
  | { readonly kind: 'interrupted' }

interface Attempt {
  readonly result: AttemptResult
  /** Settles when the probe has let go, or when it was given time enough to: until then its slot is not free. */
  readonly released: Promise<void>
}

export interface AttemptRequest {
  /** What is observed, for how many milliseconds at most, and the folder of the file that asks for it. */
  readonly definition: { readonly probe: ProbeCall; readonly timeout: number; readonly folder: string }
  readonly probe: Probe
  readonly surroundings: Surroundings
  /** The run's. */
  readonly deadline: Deadline
  /** Milliseconds that no attempt of this run may exceed, whatever its check says. */
  readonly timeoutCap: number | undefined
  /** The run's: aborted when it is interrupted. */
  readonly signal: AbortSignal
  readonly onReached: (rung: string) => void
}

/**
 * Milliseconds a probe has to close its sockets and end its children after its signal was aborted: children are killed
 * after the first 500.
 */
const releaseGrace = 2000

/** Nobody waits for a probe that has settled: one reason for all spares an exception with its stack for each. */
const attemptIsOver = new Error('the attempt has ended')

/**
 * Runs a probe once, within its time limit. Whatever the probe does — throw, never settle, ignore its signal, return
 * the wrong shape — this settles on time, and never rejects.
 */
export async function runAttempt(request: AttemptRequest): Promise<Attempt> {
  const { definition, probe, signal, surroundings } = request
  const { hidden = {} } = definition.probe
  let input: unknown
  try {
    input = probe.input.parse(definition.probe.input.resolve(surroundings.scope))
  } catch (thrown) {
    return {
      result: crash(`the input of the probe cannot be used: ${describeThrown(thrown)}`),
      released: Promise.resolve(),
    }
  }
  if (signal.aborted) return { result: { kind: 'interrupted' }, released: Promise.resolve() }

  const own = Math.min(definition.timeout, request.timeoutCap ?? Infinity)
  const silence =
    request.deadline.remaining() < own
      ? "no answer before the run's deadline"
      : `no answer within ${formatDuration(own)}`
  const limit = request.deadline.within(own)
  const climb = new Climb(probe.rungs)
  const controller = new AbortController()
  let over = false
  const withheld: Record<string, string> = {}
  const context: ProbeContext = {
    signal: controller.signal,
    deadline: limit,
    environment: surroundings.environment,
    variables: surroundings.variables,
    hidden,
    packFolder: definition.folder,
    knownSecretsFile: surroundings.knownSecretsFile,
    bypassed: (rung) => climb.bypass(rung),
    withhold: (facts) => void Object.assign(withheld, facts),
    reached(rung) {
      if (over) return
      climb.reach(rung)
      request.onReached(rung)
    },
  }
  const cut = deferred<AttemptResult>()
  const stray = (thrown: unknown): void =>
    cut.resolve({
      kind: 'error',
      message: climb.explain(`a library failed on data that the peer sent: ${describeThrown(thrown)}`),
      mayChange: true,
    })
  const observation = owningStrays(stray, () => Promise.resolve().then(() => probe.observe(input, context)))
    .then((facts) =>
      observed(probe, facts, { ...withheld, ...probe.concealed?.(input, surroundings.variables, hidden) }),
    )
    .catch((thrown: unknown): AttemptResult => {
      if (signal.aborted) return { kind: 'interrupted' }
      if (thrown instanceof ElsewhereError) return { kind: 'not-applicable', message: thrown.message }
      if (thrown instanceof SilenceError) return { kind: 'timeout', message: climb.explain(messageOf(thrown)) }
      if (limit.remaining() === 0) return { kind: 'timeout', message: climb.explain(silence) }
      return { kind: 'error', message: climb.explain(describeThrown(thrown)), mayChange: true }
    })

  const timer = setTimeout(
    () => cut.resolve({ kind: 'timeout', message: climb.explain(silence) }),
    Math.min(limit.limit(), longestTimer),
  )
  const interrupt = (): void => cut.resolve({ kind: 'interrupted' })
  signal.addEventListener('abort', interrupt, { once: true })
  let hasSettled = false as boolean
  const settled = observation.then(() => void (hasSettled = true))
  const result = await Promise.race([observation, cut.promise])
  over = true
  clearTimeout(timer)
  signal.removeEventListener('abort', interrupt)
  controller.abort(hasSettled ? attemptIsOver : undefined)
  return { result, released: hasSettled ? settled : within(settled, releaseGrace) }
}

/** Settles when the promise does, at the latest after so many milliseconds. */
async function within(promise: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)))
  await Promise.race([promise, limit])
  clearTimeout(timer)
}

function observed(probe: Probe, facts: unknown, concealed: Concealed): AttemptResult {
  const parsed = probe.facts.safeParse(facts)
  if (!parsed.success)
    return crash(`the ${probe.kind} probe returned facts of the wrong shape: ${describeThrown(parsed.error)}`)
  try {
    return { kind: 'observed', facts: plainFacts(parsed.data), concealed }
  } catch (thrown) {
    return crash(`the ${probe.kind} probe returned facts of the wrong shape: ${messageOf(thrown)}`)
  }
}

function crash(message: string): AttemptResult {
  return { kind: 'error', message, mayChange: false }
}

/** How far an attempt came on its probe's ladder. */
export class Climb {
  readonly #rungs: readonly string[]
  readonly #bypassed = new Set<string>()
  #deepest: string | undefined

  /** @param rungs the probe's rungs from the first to the last; none for a probe that is not a ladder */
  constructor(rungs: readonly string[] | undefined) {
    this.#rungs = rungs ?? []
  }

  reach(rung: string): void {
    if (this.#deepest === undefined || this.#rungs.indexOf(rung) >= this.#rungs.indexOf(this.#deepest))
      this.#deepest = rung
  }

  /** This way up has no such rung: the address asks for no TLS. */
  bypass(rung: string): void {
    this.#bypassed.add(rung)
  }

  /** The message with the place where the climb ended: `…; reached: connect, next: hello`. */
  explain(message: string): string {
    if (this.#deepest === undefined)
      return this.#rungs.length === 0 ? message : `${message}; reached: nothing, next: ${this.#rungs[0]}`
    const position = this.#rungs.indexOf(this.#deepest)
    const next = position === -1 ? undefined : this.#rungs.slice(position + 1).find((rung) => !this.#bypassed.has(rung))
    return `${message}; reached: ${this.#deepest}${next === undefined ? '' : `, next: ${next}`}`
  }
}
