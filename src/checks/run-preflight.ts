import {
  PreflightError,
  messageOf,
  exitCodes,
  type ExitCode,
  DefinitionsError,
  type Diagnostic,
} from '../base/errors.js'
import { defaultProfile } from '../base/vocabulary.js'
import { sourceTitles } from '../environment/tested-environment.js'
import type { ResultDocument, RunEnvironment } from './result/report.js'
import {
  finishedDocument,
  interruptedDocument,
  invalidDocument,
  startedDocument,
  unplannedDocument,
  type RunMeta,
} from './result/result.js'
import { fitOpenFiles } from './run/fit-open-files.js'
import { unknownHomeNotice, reachVerdict } from './run/verdict.js'
import { readFingerprintKey } from './run-context/fingerprint-key.js'
import { filesRead } from './files-read.js'
import { selectionOf } from './history/failed-selection.js'
import { keepResult } from './history/keep-result.js'
import { prepare, type PreparedRun } from './prepare.js'
import { refuseUnreadableFile } from '../base/files/readable-file.js'
import { lockOfRun, type LockOfRun } from './lock/lock-of-run.js'
import { lockFileOf, readLock } from './lock/selection-lock-file.js'
import { openRunContext } from './run-context/run-context.js'
import { openOutputs, type Outputs } from './result/report-outputs.js'
import { stateFolder } from '../base/files/state-folder.js'
import { unmaskableNotices } from '../redaction/unmaskable-notice.js'
import { waiverFileOf } from './waivers/waiver-file.js'
import { waiversOfRun } from './waivers/waivers-of-run.js'
import {
  configurationFileOf,
  isWholeSelection,
  noConfiguration,
  readConfiguration,
  refuseTooFew,
  tooFewNotice,
} from './settings.js'
import type { CheckDefinition } from './definition.js'
import { commandLinePlace, shippedCheckPlace } from './load/deployment-place.js'
import { limitsOf, type RunEnd, type RunInterruption, type RunOptions, type RunTerminal } from './run-options.js'
import { observe } from './observe-run.js'
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { gitState } from '../processes/git.js'
import { toolVersion } from '../base/package.js'

/**
 * Judges a deployment and reports: the product's main use case. The verdict alone gives the exit code, whatever the
 * format.
 *
 * @throws PreflightError for what the user can put right, OutputError when a report or the result file could not be
 *   written
 */
export async function runPreflight(options: RunOptions, interruption: RunInterruption): Promise<RunEnd> {
  const meta = await newRunMeta(configurationFileOf(options))
  const configured = readConfiguration(options)
  const read = await filesRead(options, await configured.catch(() => noConfiguration))
  const ready = options.makeReady?.(read)
  await ready?.catch(() => undefined)
  // What failed until here is thrown below: no green file of yesterday may outlive a run that goes no further.
  const profile = options.selection.profile ?? defaultProfile
  const outputs = await openOutputs(options, [...read, ...(options.readFrom ?? [])], unplannedDocument(meta, profile))
  try {
    await ready
    const lock = lockOfRun(await readLock(lockFileOf(options)))
    const configuration = await configured
    const selection = await selectionOf(options, configuration)
    const prepared = await prepare({ ...options, selection }, configuration, lock.planOf)
    await options.accept?.(prepared)
    return await runPrepared(options, { meta, outputs, interruption, lock, prepared })
  } catch (error) {
    // Of a run that ends with exit code 3 before anything is judged.
    const diagnostics = diagnosticsOf(error)
    if (diagnostics !== undefined)
      await outputs.publish(invalidDocument(meta, profile, diagnostics), { isPrinted: outputs.format !== 'human' })
    throw error
  } finally {
    await outputs.release()
  }
}

/** A run before anything is judged. */
interface Begun {
  readonly meta: RunMeta
  readonly outputs: Outputs
  readonly interruption: RunInterruption
  readonly lock: LockOfRun
  readonly prepared: PreparedRun
}

async function runPrepared(
  options: RunOptions,
  { meta: named, outputs, interruption, lock: lockOf, prepared }: Begun,
): Promise<RunEnd> {
  const { configuration, definitions, plan, redactor } = prepared
  const knownSecretsFile = options.knownSecretsFile ?? configuration.knownSecrets
  if (knownSecretsFile !== undefined)
    await refuseUnreadableFile(`--known-secrets ${knownSecretsFile}`, knownSecretsFile)
  const { lock, notices: lockNotices } = lockOf.judge(prepared)
  refuseTooFew(plan, options.minChecks)
  const waiverFile = waiverFileOf(options.waiversFile, configuration)
  const waivers = await waiversOfRun(waiverFile, prepared, lockOf.waiverDemand, interruption.signal)
  const meta = {
    ...named,
    deployment: configuration.deployment ?? null,
    definitionsDigest: definitions.digest,
    lock,
    environment: runEnvironment(prepared),
  }
  await outputs.replace(startedDocument(meta, plan))
  const limits = limitsOf(options, configuration)
  const { concurrency, notices: concurrencyNotices } = fitOpenFiles(limits.concurrency, plan.checks.length)
  const notices = [
    ...unmaskableNotices(redactor),
    ...prepared.environment.notices,
    ...lockNotices,
    ...waivers.notices,
    ...concurrencyNotices,
    ...prepared.peers.unknown,
  ].map((notice) => redactor.text(notice))
  say(notices, options.terminal)

  const key =
    options.fingerprintKeyFile === undefined ? undefined : await readFingerprintKey(options.fingerprintKeyFile)
  const context = openRunContext(prepared, waivers, key)
  const began = performance.now()
  const noticesOfPeers: string[] = []
  const result = await observe(
    prepared,
    {
      limits: { ...limits, concurrency },
      knownSecretsFile,
      waive: waivers.waive,
      state: stateFolder(options.state),
      onNotice: (notice) => noticesOfPeers.push(notice),
    },
    options.terminal,
    interruption.signal,
  ).finally(() => context.close())
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
    docsUrl: configuration.docsUrl,
    pointOf: (check: CheckDefinition) => shippedCheckPlace(check, configuration),
  }
  const interruptedBy = interruption.exitCode()
  if (interruptedBy !== undefined || result.isInterrupted) {
    const document = interruptedDocument(record, interruptedBy ?? exitCodes.interrupt)
    await outputs.publish(document)
    return { exitCode: document.exitCode as ExitCode, document, prepared }
  }
  const verdict = reachVerdict(plan, result.outcomes, options)
  const late = [
    ...noticesOfPeers,
    ...unknownHomeNotice(result.outcomes, (id) => prepared.definitions.checks.get(id)?.inputs ?? []),
    ...tooFewNotice(result.outcomes, options.minChecks),
    ...(isWholeSelection(plan.request, lock) ? waivers.unused(result.outcomes) : []),
  ].map((notice) => redactor.text(notice))
  say(late, options.terminal)
  const document = await context.added(finishedDocument({ ...record, notices: [...notices, ...late] }, verdict))
  await outputs.publish(document)
  await keep(options, document)
  if (verdict.gaps.length > 0)
    throw new PreflightError('accounting', exitCodes.internal, `the run does not add up: ${verdict.gaps.join('; ')}`, {
      hint: 'this is a bug in preflight; trust nothing in this report',
    })
  return { exitCode: verdict.exitCode, document, prepared }
}

function runEnvironment({ environment, redactor, sources }: PreparedRun): RunEnvironment {
  return {
    sources: sourceTitles(sources).map((source) => redactor.text(source)),
    variables: environment.names().length,
  }
}

/** The report holds these too, but it may go where no person looks. */
function say(notices: readonly string[], terminal: RunTerminal): void {
  if (terminal.isOneStream === true) return
  for (const notice of notices) terminal.warn(notice)
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
  return [{ position: commandLinePlace, code, message, ...(hint === undefined ? {} : { hint }) }]
}

/** What a run is known by: fresh id, time, host, and the commit of the folder it was started in. */
async function newRunMeta(deploymentFile: string): Promise<RunMeta> {
  return {
    toolVersion,
    runId: randomUUID(),
    startedAt: new Date().toISOString(),
    deployment: null,
    deploymentFile,
    host: hostname(),
    definitionsDigest: '',
    git: await gitState('.'),
  }
}
