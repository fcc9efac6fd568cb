import { coveredName, type ChangedEntry, type CoveredEntry } from '../plan/covered.js'
import type { Operator } from '../../processes/operator.js'

/** A change that no step said it would make. */
export interface UnexplainedChange {
  readonly entry: CoveredEntry
  /** The step at whose end it was seen. */
  readonly step: string
}

/** A change that somebody took responsibility for, or that a step made which was cut off. */
export interface AcceptedChange {
  readonly name: string
  readonly how: 'flag' | 'typed' | 'declared'
  readonly operator: Operator
  readonly at: string
}

/** What decides a run, as its journal saw it last. */
export class CoveredState {
  readonly #entries: Map<string, CoveredEntry> | undefined
  readonly #unexplained = new Map<string, UnexplainedChange>()
  readonly #accepted: AcceptedChange[] = []

  /** @param entries of the start; `undefined` for a journal of a version that wrote none */
  constructor(entries: readonly CoveredEntry[] | undefined) {
    this.#entries = entries === undefined ? undefined : new Map(entries.map((entry) => [coveredName(entry), entry]))
  }

  /** `undefined` when the journal does not say. */
  get entries(): readonly CoveredEntry[] | undefined {
    return this.#entries === undefined ? undefined : [...this.#entries.values()]
  }

  get unexplained(): readonly UnexplainedChange[] {
    return [...this.#unexplained.values()]
  }

  get accepted(): readonly AcceptedChange[] {
    return this.#accepted
  }

  /** What was seen to be another at the end of a step. */
  seen(step: string, changed: readonly ChangedEntry[] = []): void {
    for (const { expected, ...entry } of changed) {
      const name = coveredName(entry)
      this.#entries?.set(name, entry)
      if (!expected) this.#unexplained.set(name, { entry, step })
    }
  }

  /** @param now `null` for what decides no longer */
  accept(name: string, now: CoveredEntry | null, by: Omit<AcceptedChange, 'name'>): void {
    if (now === null) this.#entries?.delete(name)
    else this.#entries?.set(name, now)
    this.#unexplained.delete(name)
    this.#accepted.push({ name, ...by })
  }
}
