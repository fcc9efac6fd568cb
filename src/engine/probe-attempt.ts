import type { Deadline } from '../base/time/deadline.js'
import { formatDuration } from '../base/time/duration.js'
import { describeThrown } from '../base/describe-thrown.js'
import { ElsewhereError, messageOf, SilenceError, UnobservedError } from '../base/errors.js'
import type { FailureClass } from '../base/vocabulary.js'
import type { ExpressionScope } from '../definitions/expression/expression.js'
import type { LateSignal } from '../base/time/late-signal.js'
import type { TurnListener, WaitingForTurn } from '../net/turn.js'
import { attemptLate, type Cut } from './attempt.js'
import type { ProbeCall, Surroundings, Concealed, Probe, ProbeContext } from './probe.js'
import { sampledLimit, type Sampling } from './sampled-probe.js'
import { plainFacts, type Facts } from './plain-facts.js'

/**
 * How one attempt ended. `mayChange` tells an unclassified failure of the moment from one that would only repeat
 * itself.
 */
export type ProbeResult =
  | {
      readonly kind: 'observed'
      readonly facts: Facts
      readonly concealed: Concealed
      /** Its credentials were refused. */
      readonly isLoginRefused?: true
    }
  | {
      readonly kind: 'timeout'
      readonly message: string
      /** Not even the first rung was reached, so that nothing was asked. */
      readonly isUnreached?: true
    }
  | {
      readonly kind: 'error'
      readonly message: string
      readonly mayChange: boolean
      /** What it most likely is, where the peer said so. */
      readonly class?: FailureClass | undefined
    }
  | { readonly kind: 'not-applicable'; readonly message: string }
  | { readonly kind: 'interrupted'; readonly message: string }

interface ProbeAttempt {
  readonly result: ProbeResult
  /** Settles when the probe has released everything, or has had enough time for it: until then its slot is not free. */
  readonly released: Promise<void>
}

export interface ProbeAttemptRequest {
  /**
   * What is observed, for how many milliseconds at most (each time, if it is several), and the folder of the file that
   * asks for it.
   */
  readonly definition: {
    readonly probe: ProbeCall
    readonly timeout: number
    readonly folder: string
    readonly sample?: Sampling | undefined
  }
  readonly probe: Probe
  readonly surroundings: Omit<Surroundings, 'scope' | 'secretInputs'> & { readonly scope: ExpressionScope }
  /** The run's. */
  readonly deadline: Deadline
  /** Milliseconds that no attempt of this run may exceed, whatever its check says. */
  readonly timeoutCap: number | undefined
  /** The run's: aborted when it is interrupted. */
  readonly signal: AbortSignal
  readonly onReached: (rung: string) => void
  readonly onWaiting?: TurnListener
}

/** Milliseconds a probe has to close its sockets and end its children. */
const releaseGrace = 2000

/** Runs a probe once, within its time limit. Settles on time whatever the probe does or returns, and never rejects. */
export async function attemptProbe(request: ProbeAttemptRequest): Promise<ProbeAttempt> {
  const { definition, probe, signal, surroundings } = request
  const { hidden = {} } = definition.probe
  const released = Promise.resolve()
  let input: unknown
  try {
    input = probe.input.parse(definition.probe.input.resolve(surroundings.scope))
  } catch (thrown) {
    return { result: crash(`the input of the probe cannot be used: ${describeThrown(thrown)}`), released }
  }
  const climb = new Climb(probe.rungs)
  if (signal.aborted) return { result: interrupted(climb), released }

  const own = sampledLimit(Math.min(definition.timeout, request.timeoutCap ?? Infinity), definition.sample)
  const isRunShorter = request.deadline.remaining() < own
  const limit = request.deadline.within(own)
  let waiting: WaitingForTurn | undefined
  const silence = (): string => {
    if (waiting !== undefined) return `the run's deadline passed while this waited for the budget of ${waiting.peer}`
    const isRunOver = isRunShorter || (limit.held() > 0 && request.deadline.remaining() === 0)
    return isRunOver ? "no answer before the run's deadline" : `no answer within ${formatDuration(own)}`
  }
  const withheld: Record<string, string> = {}
  const contextOf = (late: LateSignal): ProbeContext => ({
    get signal() {
      return late.signal
    },
    deadline: limit,
    environment: surroundings.environment,
    variables: surroundings.variables,
    hidden,
    packFolder: definition.folder,
    knownSecretsFile: surroundings.knownSecretsFile,
    bypassed: (rung) => climb.bypass(rung),
    withhold: (facts) => void Object.assign(withheld, facts),
    reached(rung) {
      if (late.isAborted) return
      climb.reach(rung)
      request.onReached(rung)
    },
  })
  const ended = await attemptLate<ProbeResult>({
    async begin(late) {
      const facts: unknown = await probe.observe(input, contextOf(late))
      return observed(probe, input, facts, joined(withheld, probe.concealed?.(input, surroundings.variables, hidden)))
    },
    thrown(error) {
      if (signal.aborted) return interrupted(climb)
      if (error instanceof ElsewhereError) return { kind: 'not-applicable', message: error.message }
      if (error instanceof SilenceError) return silent(climb, messageOf(error))
      if (error instanceof UnobservedError) {
        const { isTransient, class: failureClass } = error.is
        return { kind: 'error', message: climb.explain(error.message), mayChange: isTransient, class: failureClass }
      }
      if (limit.remaining() === 0) return silent(climb, silence())
      return { kind: 'error', message: climb.explain(describeThrown(error)), mayChange: true }
    },
    limit,
    get silence() {
      return silence()
    },
    onWaiting(news) {
      waiting = news
      request.onWaiting?.(news)
    },
    interruption: signal,
    grace: releaseGrace,
  })
  return 'end' in ended
    ? { result: ended.end, released }
    : { result: cutOff(ended.cut, climb), released: ended.late.then(() => undefined) }
}

/** The second as it is where there is nothing else, so that what was made of it before is known. */
function joined(withheld: Concealed, concealed: Concealed = {}): Concealed {
  return Object.keys(withheld).length === 0 ? concealed : { ...withheld, ...concealed }
}

function cutOff({ by, why }: Cut, climb: Climb): ProbeResult {
  switch (by) {
    case 'interruption':
      return interrupted(climb)
    case 'limit':
      return silent(climb, why)
    case 'stray':
      return {
        kind: 'error',
        message: climb.explain(`a library failed on data that the peer sent: ${why}`),
        mayChange: true,
      }
  }
}

function silent(climb: Climb, why: string): ProbeResult {
  const message = climb.explain(why)
  return climb.isUnreached ? { kind: 'timeout', message, isUnreached: true } : { kind: 'timeout', message }
}

function interrupted(climb: Climb): ProbeResult {
  return { kind: 'interrupted', message: climb.explain('no answer yet') }
}

function observed(probe: Probe, input: unknown, facts: unknown, concealed: Concealed): ProbeResult {
  const parsed = probe.facts.safeParse(facts)
  if (!parsed.success)
    return crash(`the ${probe.kind} probe returned facts of the wrong shape: ${describeThrown(parsed.error)}`)
  try {
    const isLoginRefused = probe.isLoginRefused?.(input, parsed.data) === true
    return {
      kind: 'observed',
      facts: plainFacts(parsed.data),
      concealed,
      ...(isLoginRefused ? { isLoginRefused } : {}),
    }
  } catch (thrown) {
    return crash(`the ${probe.kind} probe returned facts of the wrong shape: ${messageOf(thrown)}`)
  }
}

function crash(message: string): ProbeResult {
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

  /** Whether there are rungs, and none was reached. */
  get isUnreached(): boolean {
    return this.#rungs.length > 0 && this.#deepest === undefined
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
