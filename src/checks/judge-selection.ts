import { Deadline } from '../base/time/deadline.js'
import { PreflightError, UsageError, exitCodes } from '../base/errors.js'
import { greenStatuses } from '../base/vocabulary.js'
import { fitOpenFiles } from './run/fit-open-files.js'
import { runPlan } from './run/scheduler.js'
import { reachVerdict } from './run/verdict.js'
import { prepare, type PrepareOptions, type PreparedRun, surroundingsOf } from './prepare.js'
import { limitsOf } from './run-options.js'
import { type LockedRun } from './lock/lock-of-run.js'
import { demandOf, lockFileOf, readLock, type ReadLock } from './lock/selection-lock-file.js'
import type { RefusedLogins } from '../engine/refused-logins.js'
import { sparingPeers } from '../engine/peers/peer-gate.js'
import { stateFolder } from '../base/files/state-folder.js'
import { readConfiguration } from './settings.js'
import { waiverFileOf } from './waivers/waiver-file.js'
import { waiversOfRun } from './waivers/waivers-of-run.js'
import type { PlannedCheck } from './plan/plan.js'
import { lockBreaches, refuseBreaches } from './lock/breaches.js'
import { inputBreaches } from './lock/lock-inputs.js'

export interface JudgeOptions extends PrepareOptions {
  /** sha256 (hex) of the lock that there must be; `null` for none; left out where any counts. */
  readonly lockDigest?: string | null | undefined
  /** The state folder, whose processes share the budgets of peers; the user's own when left out. */
  readonly state?: string | undefined
  /** Of what was asked before for the same purpose. */
  readonly refusedLogins?: RefusedLogins | undefined
  /** Says something beside the answer. */
  readonly warn?: ((text: string) => void) | undefined
}

/**
 * Judges a selection of checks at this moment, as `preflight run` would, with the checks and inputs that its lock holds
 * as they were locked, and the deployment's waivers as far as they count under it, without a view or a report.
 *
 * @param onPrepared called with what it is based on, before anything is contacted
 * @throws PreflightError when there is nothing to judge or what was asked for is wrong; Error when it was interrupted
 */
export async function judgeSelection(
  options: JudgeOptions,
  signal: AbortSignal,
  onPrepared: (prepared: PreparedRun) => void = () => undefined,
): Promise<CheckAnswer> {
  const configuration = await readConfiguration(options)
  const prepared = await prepare(options, configuration)
  onPrepared(prepared)
  const { plan, probes, redactor } = prepared
  const lockFile = lockFileOf(options)
  const lock = await readLock(lockFile)
  if (options.lockDigest !== undefined && options.lockDigest !== (lock?.digest ?? null))
    throw new UsageError(`the lock ${lockFile.label} changed since the run was started`, {
      hint: 'restore it',
    })
  if (lock !== undefined) refuseOtherThanLocked(lock, prepared)
  const waiverDemand = lock === undefined ? undefined : demandOf(lock)
  const { waive } = await waiversOfRun(waiverFileOf(undefined, configuration), prepared, waiverDemand, signal)
  const limits = limitsOf({ failFast: false, failOnWarn: false }, configuration)
  for (const notice of prepared.peers.unknown) options.warn?.(redactor.text(notice))
  const { outcomes, isInterrupted } = await sparingPeers(
    {
      budgets: prepared.peers.budgets,
      state: stateFolder(options.state),
      warn: (text) => options.warn?.(redactor.text(text)),
    },
    () =>
      runPlan({
        plan,
        probes,
        surroundings: surroundingsOf(prepared, configuration.knownSecrets),
        ...limits,
        concurrency: fitOpenFiles(limits.concurrency, plan.checks.length).concurrency,
        deadline: Deadline.after(limits.deadline),
        waive,
        ...(options.refusedLogins === undefined ? {} : { refusedLogins: options.refusedLogins }),
        signal,
      }),
  )
  if (isInterrupted || signal.aborted) throw new Error('the checks were interrupted')
  const { verdict, exitCode, counts, gaps } = reachVerdict(plan, outcomes, { failOnWarn: false })
  if (gaps.length > 0)
    throw new PreflightError('accounting', exitCodes.internal, `the checks do not add up: ${gaps.join('; ')}`)
  if (exitCode === exitCodes.invalid)
    throw new PreflightError(
      'nothing-observed',
      exitCodes.invalid,
      'none of the selected checks applies: nothing was observed',
    )
  const red = outcomes.filter(({ status }) => !greenStatuses.has(status))
  return {
    verdict,
    exitCode,
    passed: counts.pass,
    selected: counts.selected,
    red: red.map(({ id }) => id),
    messages: red.map(
      ({ id, status, message }) => `${id} ${status}${message === '' ? '' : `: ${redactor.text(message)}`}`,
    ),
  }
}

export interface CheckAnswer {
  readonly verdict: 'go' | 'no-go'
  /** design: 0, 1, 4. */
  readonly exitCode: number
  readonly passed: number
  readonly selected: number
  /** Ids of the checks that are not green, in the plan's order. */
  readonly red: readonly string[]
  /** One line for each of them: id, status, message; already redacted. */
  readonly messages: readonly string[]
}

/**
 * Of a selection that need not be the locked one: those of its checks that are locked, and the inputs they read, must
 * be as they were locked.
 *
 * @throws DefinitionsError (exit 3) with everything that is not
 */
function refuseOtherThanLocked(
  read: ReadLock,
  { plan, definitions, configuration, given, written, redactor }: LockedRun,
): void {
  const { lock } = read
  const judged = plan.checks.map(({ definition }: PlannedCheck) => definition).filter(({ id }) => lock.checks.has(id))
  const breaches = lockBreaches(lock, plan, definitions).filter(
    ({ id, kind }) => kind === 'changed' && judged.some((check) => check.id === id),
  )
  const inputs =
    lock.demands === undefined
      ? []
      : inputBreaches(lock.demands.inputs, definitions, judged, { given, written }, (text) => redactor.text(text))
  if (breaches.length + inputs.length === 0) return
  refuseBreaches(
    read,
    { state: 'broken', breaches, inputs, isOtherProfile: false, isOtherDeployment: false, added: [] },
    { profile: plan.profile, deployment: configuration.deployment },
  )
}
