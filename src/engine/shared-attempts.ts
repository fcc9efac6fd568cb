import { attemptProbe, type ProbeAttemptRequest } from './probe-attempt.js'

interface Asked {
  readonly attempt: ReturnType<typeof attemptProbe>
  readonly listeners: ProbeAttemptRequest['onReached'][]
}

/**
 * The attempts of one round of checks that may share an answer: what only reads, asked of the same address with the
 * same input, credentials included. The first who asks waits for the peer; the others get its answer, or its failure.
 * A later attempt asks anew, and so does another round.
 */
export class SharedAttempts {
  /** By question. Held in memory only: a question has its credentials in it. */
  readonly #asked = new Map<string, Asked>()

  /** Never rejects, as `attemptProbe` does not. */
  attempt(request: ProbeAttemptRequest): ReturnType<typeof attemptProbe> {
    const question = questionOf(request)
    if (question === undefined) return attemptProbe(request)
    const asked = this.#asked.get(question)
    if (asked !== undefined) {
      asked.listeners.push(request.onReached)
      return asked.attempt
    }
    const listeners = [request.onReached]
    const onReached = (rung: string): void => {
      for (const listener of listeners) listener(rung)
    }
    const attempt = attemptProbe({ ...request, onReached })
    this.#asked.set(question, { attempt, listeners })
    return attempt
  }
}

/** All that an answer depends on within a round; `undefined` for what must be asked by each check itself. */
function questionOf(request: ProbeAttemptRequest): string | undefined {
  const { definition, probe, surroundings, timeoutCap } = request
  if (probe.onlyReads === undefined) return undefined
  try {
    if (!probe.onlyReads(probe.input.parse(definition.probe.input.resolve(surroundings.scope)))) return undefined
  } catch {
    // The attempt itself finds what is wrong with the input, and says it.
    return undefined
  }
  const { sample, timeout } = definition
  return JSON.stringify([inputAsked(request), sample ?? null, Math.min(timeout, timeoutCap ?? Infinity)])
}

/** What an attempt asks, credentials included; `undefined` where its input cannot be used. */
export function inputAsked({ definition, surroundings }: ProbeAttemptRequest): string | undefined {
  const { kind, hidden = {} } = definition.probe
  try {
    return JSON.stringify([kind, definition.probe.input.resolve(surroundings.scope), hidden, definition.folder])
  } catch {
    return undefined
  }
}
