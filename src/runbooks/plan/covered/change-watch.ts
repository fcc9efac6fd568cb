import { isDeepStrictEqual } from 'node:util'
import { coveredName, type ChangedEntry, type CoveredEntry } from '../covered.js'
import type { PlannedStep } from '../runbook-plan.js'
import type { CoveredThing } from './covered-thing.js'

/** Looks, at the end of each step, at what decides the rest of a run and can change meanwhile. */
export class ChangeWatch {
  readonly #things: readonly CoveredThing[]
  readonly #last: Map<string, CoveredEntry>

  constructor(things: readonly CoveredThing[]) {
    this.#things = things.filter(({ look }) => look !== undefined)
    this.#last = new Map(this.#things.map(({ entry }) => [coveredName(entry), entry]))
  }

  /** What is another thing than at the last look. A file whose state the system says is the same is not read. */
  async after({ definition }: Pick<PlannedStep, 'definition'>): Promise<readonly ChangedEntry[]> {
    const entries = await Promise.all(this.#things.map(({ look }) => look!()))
    return entries.flatMap((entry): ChangedEntry[] => {
      const name = coveredName(entry)
      if (isDeepStrictEqual(this.#last.get(name), entry)) return []
      this.#last.set(name, entry)
      return [{ ...entry, expected: isExpected(entry, definition) }]
    })
  }
}

/** A file that no environment is read from is what steps work on: any of them may change it without saying so. */
function isExpected({ kind }: CoveredEntry, { changes }: PlannedStep['definition']): boolean {
  return kind === 'file' || changes.some((each) => each === kind)
}
