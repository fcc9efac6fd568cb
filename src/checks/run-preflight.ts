import { Deadline } from '../base/time/deadline.js'
import { PreflightError, messageOf } from '../base/errors.js'
import { exitCodes, type ExitCode } from '../base/exit-codes.js'
import { DefinitionsError, type Diagnostic } from '../base/position.js'
import type { RunEvent } from './check-event.js'
import { defaultProfile } from '../base/vocabulary.js'
import type { ResultDocument } from './result/report.js'
import {
  finishedDocument,
  interruptedDocument,
  invalidDocument,
  startedDocument,
  unplannedDocument,
  type RunMeta,
} from './result/result.js'
import type { RunResult } from './run/check-run-request.js'
import { runPlan } from './run/scheduler.js'
import { runWaiting } from './run/waiting/run-waiting.js'
import { unknownHomeNotice, reachVerdict } from './run/verdict.js'
import { createView } from './view/create-view.js'
import { readFingerprintKey } from './run-context/fingerprint-key.js'
import { filesRead } from './files-read.js'
import { keepResult } from './history/kept-results.js'
import { lockOutputs } from './result/output-locks.js'
import { prepare, type PrepareOptions, type PreparedRun, surroundingsOf } from './prepare.js'
import { newRunMeta } from './result/run-meta.js'
import { refuseUnreadableFile } from '../base/files/readable-file.js'
import { lockOfRun, type LockOfRun } from './lock/lock-of-run.js'
import { openRunContext } from './run-context/run-context.js'
import { openOutputs, type Outputs, type ReportRequest, type ReportTerminal } from './result/report-outputs.js'
import { stateFolder } from '../base/files/state-folder.js'
import { unmaskableNotices } from '../redaction/unmaskable-notice.js'
import { waiversOfRun, type WaiversOfRun } from './waivers/waivers-of-run.js'
import { watchRun } from './run/watch-run.js'
import { isWholeSelection, refuseTooFew, tooFewNotice } from './settings.js'

/** Where a run shows itself. */
export interface RunTerminal extends ReportTerminal {
  readonly progress: NodeJS.WriteStream
  readonly progressMode: 'live' | 'plain' | 'silent'
  readonly progressColour: boolean
  /** Says something beside the report. */
  warn(text: string): void
  /** Calls back when the process ends in whatever way it can still notice; the result undoes that. */
  atExit(callback: () => void): () => void
}

export interface RunOptions extends PrepareOptions {
  readonly knownSecretsFile: string | undefined
  /** Another waiver file than the deployment file's. */
  readonly waiversFile?: string | undefined
  /** Another lock than the one beside the deployment file. */
  readonly lockFile?: string | undefined
  /** Makes fingerprints of the environment under test with this key. */
  readonly fingerprintKeyFile?: string | undefined
  /** With fewer checks selected or observed it is not a go. */
  readonly minChecks?: number | undefined
  readonly concurrency: number | undefined
  /** Milliseconds that no attempt may exceed. */
  readonly timeout: number | undefined
  /** Milliseconds for the whole run. */
  readonly deadline: number | undefined
  /** Milliseconds for what may still become green; left out, nothing is waited for. */
  readonly wait?: number | undefined
  readonly failFast: boolean
  readonly failOnWarn: boolean
  readonly format: string
  readonly reports?: readonly ReportRequest[]
  readonly outputFile: string | undefined
  /** Files that no report may be written over, besides those that the run itself reads. */
  readonly readFrom?: readonly string[]
  /** Where finished results are kept: the state folder that was named, or this user's. Left out, none is. */
  readonly keep?: { readonly state: string | undefined } | undefined
  readonly terminal: RunTerminal
  /**
   * Why the run cannot go on, found while something beside it was made ready; it is thrown once no output speaks of an
   * earlier run any more.
   */
  readonly refusal?: PromiseRejectedResult | undefined
  readonly interruption: { readonly signal: AbortSignal; exitCode(): ExitCode | undefined }
}

export const defaultConcurrency = 8
/** Milliseconds: the gates compile and test. */
export const defaultDeadline = 3 * 60 * 60 * 1000

/**
 * Judges a deployment and reports: the product's main use case. The verdict alone gives the exit code, whatever the
 * format.
 *
 * @throws PreflightError for what the user can put right, OutputError when a report or the result file could not be
 *   written
 */
export async function runPreflight(options: RunOptions): Promise<RunEnd> {
  const meta = await newRunMeta()
  // Before anything else: no green file of yesterday may outlive a run that goes no further than its definitions.
  const readFrom = [
    ...(await filesRead(options)),
    ...(options.readFrom ?? []),
    ...(options.fingerprintKeyFile === undefined ? [] : [options.fingerprintKeyFile]),
  ]
  const reports = options.reports ?? []
  const locks = await lockOutputs(
    [...(options.outputFile === undefined ? [] : [options.outputFile]), ...reports.map(({ file }) => file)],
    meta.runId,
  )
  try {
    const outputs = await openOutputs(
      { ...options, reports, readFrom },
      unplannedDocument(meta, options.selection.profile ?? defaultProfile),
    )
    return await runWith(options, meta, outputs)
  } finally {
    await locks.release()
  }
}

async function runWith(options: RunOptions, meta: RunMeta, outputs: Outputs): Promise<RunEnd> {
  try {
    if (options.refusal !== undefined) throw options.refusal.reason
    const lock = await lockOfRun(options)
    return await runPrepared(options, await prepare(options, lock.planOf), lock, meta, outputs)
  } catch (error) {
    const diagnostics = diagnosticsOf(error)
    if (diagnostics === undefined) throw error
    const document = invalidDocument(meta, options.selection.profile ?? defaultProfile, diagnostics)
    await outputs.publish(document, { isPrinted: outputs.format !== 'human' })
    throw error
  }
}

/** How a run ended, and what it stood on. */
export interface RunEnd {
  readonly exitCode: ExitCode
  /** Redacted. */
  readonly document: ResultDocument
  readonly prepared: PreparedRun
}

async function runPrepared(
  options: RunOptions,
  prepared: PreparedRun,
  lockOf: LockOfRun,
  named: RunMeta,
  outputs: Outputs,
): Promise<RunEnd> {
  const { configuration, definitions, plan, redactor } = prepared
  const knownSecretsFile = options.knownSecretsFile ?? configuration.knownSecrets
  if (knownSecretsFile !== undefined) await refuseUnreadableFile('known-secrets', knownSecretsFile)
  const { lock, notices: lockNotices } = lockOf.judge(prepared)
  refuseTooFew(plan, options.minChecks)
  const waivers = await waiversOfRun(
    options,
    { configuration, definitions, profile: plan.profile, waiverDemand: lockOf.waiverDemand },
    options.interruption.signal,
  )
  const meta = { ...named, deployment: configuration.deployment ?? null, definitionsDigest: definitions.digest, lock }
  await outputs.replace(startedDocument(meta, plan))
  const notices = [
    ...unmaskableNotices(redactor),
    ...prepared.environment.notices,
    ...lockNotices,
    ...waivers.notices,
  ].map((notice) => redactor.text(notice))
  for (const notice of notices) options.terminal.warn(notice)

  const key =
    options.fingerprintKeyFile === undefined ? undefined : await readFingerprintKey(options.fingerprintKeyFile)
  const context = openRunContext(options, prepared, key)
  const began = performance.now()
  const result = await observe(options, prepared, waivers, knownSecretsFile).finally(() => context.close())
  const record = {
    meta,
    plan,
    outcomes: result.outcomes,
    probes: prepared.probes,
    finishedAt: new Date().toISOString(),
    durationMs: performance.now() - began,
    redact: redactor,
    notices,
    originOf: (variable: string) => prepared.environment.origin(variable),
  }
  const interruptedBy = options.interruption.exitCode()
  if (interruptedBy !== undefined || result.isInterrupted) {
    const document = interruptedDocument(record, interruptedBy ?? exitCodes.interrupt)
    await outputs.publish(document)
    return { exitCode: document.exitCode as ExitCode, document, prepared }
  }
  const verdict = reachVerdict(plan, result.outcomes, options)
  const late = [
    ...unknownHomeNotice(result.outcomes),
    ...tooFewNotice(result.outcomes, options.minChecks),
    ...(isWholeSelection(options.selection, lock) ? waivers.unused(result.outcomes) : []),
  ].map((notice) => redactor.text(notice))
  for (const notice of late) options.terminal.warn(notice)
  const document = await context.added(finishedDocument({ ...record, notices: [...notices, ...late] }, verdict))
  await outputs.publish(document)
  await keep(options, document)
  if (verdict.gaps.length > 0)
    throw new PreflightError('accounting', exitCodes.internal, `the run does not add up: ${verdict.gaps.join('; ')}`, {
      hint: 'this is a bug in preflight; trust nothing in this report',
    })
  return { exitCode: verdict.exitCode, document, prepared }
}

async function observe(
  options: RunOptions,
  prepared: PreparedRun,
  { waive }: WaiversOfRun,
  knownSecretsFile: string | undefined,
): Promise<RunResult> {
  const { configuration, plan, probes, redactor } = prepared
  const { terminal, interruption } = options
  const view = await createView({
    plan,
    stream: terminal.progress,
    mode: terminal.progressMode,
    colour: terminal.progressColour,
    redact: (text) => redactor.text(text),
  })
  const forget = terminal.atExit(() => view.abort())
  const deadline = options.deadline ?? configuration.deadline ?? defaultDeadline
  const watch = watchRun(plan, probes, deadline)
  try {
    const request = {
      plan,
      probes,
      surroundings: surroundingsOf(prepared, knownSecretsFile),
      concurrency: options.concurrency ?? configuration.concurrency ?? defaultConcurrency,
      deadline: Deadline.after(deadline),
      timeoutCap: options.timeout ?? configuration.timeout,
      waive,
      failFast: options.failFast,
      signal: interruption.signal,
      onEvent: (event: RunEvent) => {
        watch.onEvent(event)
        view.onEvent(event)
      },
    }
    const result = await (options.wait === undefined
      ? runPlan(request)
      : runWaiting({ ...request, wait: options.wait, areWarningsRed: options.failOnWarn, onWaiting: view.onWaiting }))
    if (interruption.signal.aborted) view.abort()
    else await view.finish()
    if (result.listenerFailure !== undefined)
      terminal.warn(
        `the live view of the run failed (${messageOf(result.listenerFailure)}); the verdict does not depend on it`,
      )
    return result
  } finally {
    await watch.stop()
    view.abort()
    forget()
  }
}

/** For `history`, and to compare the next run with. A result that cannot be kept changes nothing of what was judged. */
async function keep({ keep: kept, terminal }: RunOptions, document: ResultDocument): Promise<void> {
  if (kept === undefined) return
  try {
    await keepResult(stateFolder(kept.state), document)
  } catch (error) {
    terminal.warn(
      `this result was not kept for \`preflight history\`: ${messageOf(error)}; the verdict does not depend on it`,
    )
  }
}

/** What the result document says of an error that ends with exit code 3; `undefined` for every other error. */
function diagnosticsOf(error: unknown): readonly Diagnostic[] | undefined {
  if (error instanceof DefinitionsError) return error.diagnostics
  if (!(error instanceof PreflightError) || error.exitCode !== exitCodes.invalid) return undefined
  const { code, message, hint } = error
  return [
    { position: { file: 'command line', line: 0, column: 0 }, code, message, ...(hint === undefined ? {} : { hint }) },
  ]
}
