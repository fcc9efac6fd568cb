import type { Outcome } from '../check-event.js'
import type { PreparedRun } from '../prepare.js'
import { readWaivers } from './list-waivers.js'
import type { WaiverDemand } from './waiver-signature.js'
import { unreadWaiverFile, waiverFileName, type WaiverFile } from './waiver-file.js'
import { daysLeft, daysOfWarning, type Waiver } from './waiver.js'

/** What the waivers of a deployment mean for one run. */
export interface WaiversOfRun {
  /** The file that was read; `null` for none. */
  readonly source: { readonly path: string; readonly digest: string } | null
  waive(outcome: Outcome): Outcome
  /** What is to be said of them whatever the run finds. Not redacted. */
  readonly notices: readonly string[]
  /** What is to be said when the whole selection ran. Not redacted. */
  unused(outcomes: readonly Outcome[]): readonly string[]
}

/**
 * Reads the waivers of a run; they are judged by the moment of this call.
 *
 * @param demand which of them count under the lock; `undefined` where no lock says so
 * @throws UsageError when a file that was named is not there; DefinitionsError when it is wrong or not signed as it
 *   must be
 */
export async function waiversOfRun(
  file: WaiverFile | undefined,
  { configuration, definitions, plan }: Pick<PreparedRun, 'configuration' | 'definitions' | 'plan'>,
  demand: WaiverDemand | undefined,
  signal: AbortSignal,
): Promise<WaiversOfRun> {
  const ground = { profile: plan.profile, deployment: configuration.deployment, now: Date.now() }
  const read =
    file === undefined ? undefined : await readWaivers(file, { ...definitions, now: ground.now }, demand, signal)
  const { waivers, uncounted } = read ?? { waivers: [], uncounted: undefined }
  const unread = file === undefined ? unreadWaiverFile(configuration) : undefined
  return {
    source: file === undefined || read === undefined ? null : { path: file.path, digest: read.digest },
    waive: (outcome) => waive(outcome, waivers, ground, uncounted),
    notices: [
      ...(unread === undefined
        ? []
        : [
            `${unread} is not read: name it with --waivers, or in the deployment file (\`waivers: { file: ${waiverFileName} }\`)`,
          ]),
      ...(uncounted === undefined
        ? endingWaivers(waivers, ground)
        : uncountedWaivers(waivers, file?.label ?? '', uncounted, ground)),
    ],
    unused: (outcomes) => (uncounted === undefined ? unusedWaivers(waivers, outcomes, ground) : []),
  }
}

/**
 * What every run says of the waivers that are for its profile and deployment: those that have expired, and those that
 * soon will.
 */
export function endingWaivers(waivers: readonly Waiver[], ground: WaiverGround): readonly string[] {
  return waivers
    .filter((waiver) => concerns(waiver, ground))
    .flatMap((waiver) => {
      const days = daysLeft(waiver, ground.now)
      const end =
        days < 0
          ? `expired on ${waiver.expires} and no longer waives anything`
          : `ends on ${waiver.expires}, ${inDays(days)}`
      return days > daysOfWarning ? [] : [`the waiver of ${waiver.check} ${end}${approval(waiver)}`]
    })
}

/**
 * What a run says of waivers that are for its profile and deployment, and of which none counts. @param file how
 * messages call theirs
 */
function uncountedWaivers(
  waivers: readonly Waiver[],
  file: string,
  why: string,
  ground: WaiverGround,
): readonly string[] {
  const count = waivers.filter((waiver) => concerns(waiver, ground)).length
  return count === 0
    ? []
    : [`the ${count === 1 ? 'waiver' : `${count} waivers`} of ${file} ${count === 1 ? 'does' : 'do'} not count: ${why}`]
}

/**
 * Waivers that a run had no use for. Only a run of the whole selection can tell; of a check that could not be evaluated
 * not even that one.
 */
export function unusedWaivers(
  waivers: readonly Waiver[],
  outcomes: readonly Outcome[],
  ground: WaiverGround,
): readonly string[] {
  const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]))
  return waivers
    .filter((waiver) => concerns(waiver, ground) && daysLeft(waiver, ground.now) >= 0)
    .flatMap((waiver) => {
      const why = whyUnused(byId.get(waiver.check))
      return why === undefined ? [] : [`the waiver of ${waiver.check} was not used: ${why}${approval(waiver)}`]
    })
}

function whyUnused(outcome: Outcome | undefined): string | undefined {
  switch (outcome?.status) {
    case undefined:
      return 'the check is not selected'
    case 'pass':
      return 'the check passed'
    case 'not-applicable':
      return 'the check does not apply'
    case 'warn':
      return 'the check is advisory, and a warning does not need a waiver'
    default:
      return undefined
  }
}

function inDays(days: number): string {
  return days === 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`
}

function approval({ ticket, owner }: Waiver): string {
  return ` (${ticket}, ${owner})`
}

export interface WaiverGround {
  readonly profile: string
  readonly deployment: string | undefined
  /** The moment the run began, in milliseconds since the epoch: a run that goes on past midnight keeps its waivers. */
  readonly now: number
}

/** Whether a waiver is for this profile and this deployment at all, expired or not. */
function concerns({ profiles, deployment }: Waiver, ground: Pick<WaiverGround, 'profile' | 'deployment'>): boolean {
  return profiles.includes(ground.profile) && (deployment === undefined || deployment === ground.deployment)
}

/**
 * An outcome under waivers: `waived` where it failed and one of them covers it, else as it was. Whatever could not be
 * evaluated stays red, since it is unknown what would be waived there; and what is merely a warning needs no waiver.
 *
 * @param uncounted why none of the waivers counts: the failure stays one, and its message says so
 */
export function waive(outcome: Outcome, waivers: readonly Waiver[], ground: WaiverGround, uncounted?: string): Outcome {
  if (outcome.status !== 'fail') return outcome
  const waiver = waivers.find(
    (each) => each.check === outcome.id && concerns(each, ground) && daysLeft(each, ground.now) >= 0,
  )
  if (waiver === undefined) return outcome
  if (uncounted !== undefined)
    return Object.freeze({
      ...outcome,
      message: `${outcome.message}; its waiver (${waiver.ticket}, ${waiver.owner}) does not count: ${uncounted}`,
    })
  return Object.freeze({ ...outcome, status: 'waived', waived: { waiver, daysLeft: daysLeft(waiver, ground.now) } })
}
