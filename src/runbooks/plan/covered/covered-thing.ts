import { isDeepStrictEqual } from 'node:util'
import { canonicalDigest } from '../../../definitions/canonical-digest.js'
import { coveredName, inOrder, type CoveredEntry } from '../covered.js'

/** Something that decides what a run does. */
export interface CoveredThing {
  readonly entry: CoveredEntry
  /** Looks at it again; for what can change while the run goes on. Never rejects. */
  look?(): Promise<CoveredEntry>
}

/** A thing that is looked at, as it is now. */
export async function lookedAt(look: () => Promise<CoveredEntry>): Promise<CoveredThing> {
  return { entry: await look(), look }
}

/** A value that anybody may see. */
export function publicValue(kind: CoveredEntry['kind'], name: string, value: unknown): CoveredThing {
  return {
    entry: {
      kind,
      name,
      digest: canonicalDigest(value ?? null),
      detail: typeof value === 'string' ? value : JSON.stringify(value),
    },
  }
}

/** In the order of the list, each thing once. @throws Error when two that differ have one name: a bug of ours */
export function inListOrder(things: readonly CoveredThing[]): readonly CoveredThing[] {
  const found = new Map<string, CoveredThing>()
  for (const thing of things) {
    const name = coveredName(thing.entry)
    const before = found.get(name)
    if (before !== undefined && !isDeepStrictEqual(before.entry, thing.entry))
      throw new Error(`two things of the plan are called ${name}`)
    found.set(name, before ?? thing)
  }
  return [...found.values()].sort((a, b) => inOrder(a.entry, b.entry))
}

/** `sha256:` and 64 hexadecimal digits, over all that is covered. */
export function planHashOf(runbook: string, covers: readonly CoveredEntry[]): string {
  return `sha256:${canonicalDigest({ version: 2, runbook, covers })}`
}
