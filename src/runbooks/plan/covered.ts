import { z } from 'zod'
import { PreflightError, exitCodes } from '../../base/errors.js'

/** Kinds of things that decide what a run does, in the order in which they are named. */
const coveredKinds = [
  'tool',
  'working_folder',
  'runbook',
  'runbook_root',
  'target',
  'parameter',
  'deployment_file',
  'profile',
  'packs',
  'selection',
  'input',
  'lock',
  'waivers',
  'waiver_signers',
  'approval_signers',
  'environment_file',
  'environment_process',
  'environment_inherited',
  'file',
  'program',
  'step',
] as const

export type CoveredKind = (typeof coveredKinds)[number]

/** What a step can say that it changes: what is compared with its state after the last recorded step. */
export const changeableKinds = ['environment_file', 'program', 'waivers'] as const satisfies readonly CoveredKind[]

export type ChangeableKind = (typeof changeableKinds)[number]

/** Of these there is no content that a digest could be made of: that they are named is all that is known. */
export const onlyNamed: ReadonlySet<CoveredKind> = new Set<CoveredKind>([
  'target',
  'environment_process',
  'environment_inherited',
])

/** Something that decides what a run does, as it was found. */
export const coveredEntry = z.strictObject({
  kind: z.enum(coveredKinds),
  name: z.string().describe('unique within its kind'),
  digest: z
    .string()
    .nullable()
    .describe('of its content or value, keyed if it is secret; null if it is missing or only named'),
  detail: z.string().optional().describe('for readers: a public value, the path of a program'),
})

export type CoveredEntry = z.output<typeof coveredEntry>

/**
 * The same where it was seen to be another one; `expected`: the step at whose end it was seen says that it changes it.
 */
export const changedEntry = coveredEntry.extend({ expected: z.boolean() })

export type ChangedEntry = z.output<typeof changedEntry>

/** What one thing is called everywhere, `--accept-changed` included: `environment_file:/srv/bus/.env`. */
export function coveredName({ kind, name }: Pick<CoveredEntry, 'kind' | 'name'>): string {
  return `${kind}:${name}`
}

/** One thing that changed. `undefined`: it was not, or is not any more, among those that decide. */
export interface CoveredDifference {
  readonly kind: CoveredKind
  readonly name: string
  readonly before: CoveredEntry | undefined
  readonly now: CoveredEntry | undefined
}

/** What differs between two lists, in the order of the kinds, then of the names. */
export function coveredDifferences(
  before: Iterable<CoveredEntry>,
  now: Iterable<CoveredEntry>,
): readonly CoveredDifference[] {
  const [old, current] = [byName(before), byName(now)]
  const names = new Set([...old.keys(), ...current.keys()])
  return [...names]
    .flatMap((name): CoveredDifference[] => {
      const [was, is] = [old.get(name), current.get(name)]
      if (was !== undefined && is !== undefined && isSame(was, is)) return []
      const { kind, name: own } = (was ?? is)!
      return [{ kind, name: own, before: was, now: is }]
    })
    .sort((a, b) => coveredInOrder(a, b))
}

/** Whether both say the same; the detail of a program, its path, counts. */
function isSame(a: CoveredEntry, b: CoveredEntry): boolean {
  return a.digest === b.digest && a.detail === b.detail
}

/** By kind, then by name. */
export function coveredInOrder(a: Pick<CoveredEntry, 'kind' | 'name'>, b: Pick<CoveredEntry, 'kind' | 'name'>): number {
  return coveredKinds.indexOf(a.kind) - coveredKinds.indexOf(b.kind) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
}

function byName(entries: Iterable<CoveredEntry>): ReadonlyMap<string, CoveredEntry> {
  return new Map([...entries].map((entry) => [coveredName(entry), entry]))
}

/** What is to be run differs from what was planned, or from what the run was started with. Exit 26. */
export class ChangedError extends PreflightError {
  override readonly name = 'ChangedError'
  constructor(message: string, hint: string) {
    super('changed', exitCodes.changed, message, { hint })
  }
}
