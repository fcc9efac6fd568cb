import { isAbsolute } from 'node:path'
import { parentFolder } from './bundle/leftovers.js'
import { PreflightError, exitCodes } from '../base/errors.js'
import { environmentFlagsOf, isEnvironmentNamed } from '../environment/tested-environment.js'
import type { ResultDocument } from '../checks/result/report.js'
import { readGround, type Ground, type GroundOptions, type WrittenGround } from '../checks/ground.js'
import { needOf, variablesRead } from '../checks/environment/variables-read.js'
import { readConfiguration } from '../checks/settings.js'
import { findResult, lastGood, listResults } from '../checks/history/kept-results.js'
import { readResult } from '../checks/result/read-documents.js'
import { fileKey, randomKey, type SnapshotKey } from './snapshot/snapshot-key.js'
import { stateFolder } from '../base/files/state-folder.js'
import { incidentsFolder } from './kept-bundles.js'
import { captureIncident, isIncident, type CapturedIncident } from './capture-incident.js'

export interface CaptureOptions {
  /** The folder to make the bundle in; below the state folder when left out. */
  readonly parent: string | undefined
  readonly state: string | undefined
  /**
   * An earlier result to compare with: a file, or a kept result; the last kept one of the deployment that was a go when
   * left out.
   */
  readonly lastGood: string | undefined
  readonly keyFile: string | undefined
  /** Milliseconds. */
  readonly budget: number
  readonly signal: AbortSignal
  onProgress(text: string): void
}

/** Where a bundle goes, and the key of its fingerprints: known to be usable before anything long is begun. */
export interface CapturePlace {
  readonly parent: string
  readonly key: SnapshotKey
}

/** @throws OutputError when the folder, UsageError when the key file cannot be used */
export async function capturePlace({
  parent,
  state,
  keyFile,
}: Pick<CaptureOptions, 'parent' | 'state' | 'keyFile'>): Promise<CapturePlace> {
  return {
    parent: await parentFolder(parent ?? incidentsFolder(state)),
    key: keyFile === undefined ? randomKey() : await fileKey(keyFile),
  }
}

/** A result that something is to be captured of, and what it was judged on. */
export interface Judged {
  readonly ground: Ground
  readonly document: ResultDocument
  readonly source: 'run' | 'kept-result' | 'result-file'
}

/** A result that was judged earlier: a file, or the id (`last`) of a kept one. */
export async function judgedEarlier(
  options: GroundOptions,
  named: { readonly file: string } | { readonly run: string; readonly state: string | undefined },
): Promise<Judged> {
  const { document, source } =
    'file' in named
      ? ({ document: await readResult(named.file), source: 'result-file' } as const)
      : ({ document: await findResult(stateFolder(named.state), named.run), source: 'kept-result' } as const)
  const ground = await readGround(options, await readConfiguration(options), (written) =>
    needOfResult(document, written),
  )
  return { ground, document, source }
}

/** A result whose checks read variables is captured with the environment that has them. */
function needOfResult({ checks }: ResultDocument, { definitions, written }: WrittenGround): string | undefined {
  const judged = checks.flatMap(({ id }) => definitions.checks.get(id) ?? [])
  return needOf(variablesRead(judged, definitions, written))
}

/**
 * Captures an incident of a result.
 *
 * @returns `undefined` when it is a go in which nothing warns: there is nothing to capture
 * @throws PreflightError when it is the result of a run that did not end and nothing in it is red, and for what the
 *   user can put right, OutputError when the bundle cannot be written
 */
export async function capture(
  judged: Judged,
  place: CapturePlace,
  options: CaptureOptions,
  reproduce: readonly string[],
): Promise<CapturedIncident | undefined> {
  const { document, ground, source } = judged
  if (!isIncident(document)) {
    if (document.verdict === 'go') return undefined
    throw new PreflightError(
      'result-incomplete',
      exitCodes.notEvaluated,
      `the run ${document.run.id} did not end: no judged check is red, and the other checks are unknown`,
      { hint: 'run the checks again: leave out --result and --run' },
    )
  }
  return captureIncident({
    ground,
    document,
    source,
    lastGood: await goodBefore(document, options),
    ...place,
    budget: options.budget,
    state: options.state,
    options: reproduce,
    signal: options.signal,
    onProgress: options.onProgress,
  })
}

async function goodBefore(
  { run }: ResultDocument,
  { lastGood: named, state }: CaptureOptions,
): Promise<ResultDocument | undefined> {
  if (named !== undefined) return isFile(named) ? readResult(named) : findResult(stateFolder(state), named)
  const kept = await listResults(stateFolder(state))
  return lastGood(
    kept.flatMap(({ document }) => document ?? []),
    { deployment: run.deployment, profile: run.profile, selection: run.selection, before: run.startedAt },
  )
}

/** Ids of runs hold neither dots nor slashes. */
function isFile(named: string): boolean {
  return isAbsolute(named) || /[./]/.test(named)
}

/**
 * The options with which a check is judged as it was: `--env-file prod.env --config bus.yaml`.
 *
 * @param sources where the environment came from; what the deployment file names need not be said again
 */
export function reproduceOptions(
  { environment: given, config, checks, noBuiltin }: GroundOptions,
  { sources, configuration }: Pick<Ground, 'sources' | 'configuration'>,
): readonly string[] {
  const isGiven = isEnvironmentNamed(given) || configuration.environment.length > 0
  return [
    ...environmentFlagsOf(isGiven ? given : sources),
    ...(config === undefined ? [] : ['--config', config]),
    ...checks.flatMap((folder) => ['--checks', folder]),
    ...(noBuiltin ? ['--no-builtin'] : []),
  ]
}
