import { PreflightError, UsageError } from '../../base/errors.js'
import { exitCodes } from '../../base/exit-codes.js'
import { safeJson } from '../../base/text/safe-json.js'
import type { ResultDocument } from '../../checks/result/report.js'
import type { Snapshot } from './snapshot.js'
import { defaultProfile } from '../../base/vocabulary.js'
import { canonicalProfile } from '../../checks/plan/profile.js'
import { replaceFile } from '../../base/files/whole-file.js'
import { filesRead } from '../../checks/files-read.js'
import { readGround, type GroundOptions } from '../../checks/ground.js'
import { repositoryInput } from '../../checks/given-inputs.js'
import { findResult } from '../../checks/history/kept-results.js'
import { readResult } from '../../checks/result/read-documents.js'
import { refuseOverwriting } from '../../base/files/refuse-overwriting.js'
import { takeSnapshot } from './take-snapshot.js'
import { fileKey, randomKey } from './snapshot-key.js'
import { newSnapshotMeta } from './snapshot-meta.js'
import { stateFolder } from '../../base/files/state-folder.js'
import { unmaskableNotices } from '../../redaction/unmaskable-notice.js'

export interface SnapshotOptions extends GroundOptions {
  readonly profile: string | undefined
  /** The operator's key; without one a random one is used once. */
  readonly keyFile: string | undefined
  /** The checkout whose commit counts; none is the input `repository`, else the current folder. */
  readonly repository: string | undefined
  /** A result document that names the servers' versions, or the id of a kept one. */
  readonly resultFile: string | undefined
  readonly run: string | undefined
  readonly state: string | undefined
  readonly outputFile: string | undefined
  render(snapshot: Snapshot): string
  /** @throws OutputError when the text could not be handed over */
  write(text: string): Promise<void>
  /** Says something beside the snapshot. */
  warn(text: string): void
}

/**
 * Takes a snapshot, prints it and writes it to a file. Nothing is contacted.
 *
 * @throws PreflightError for what the user can put right; OutputError when it could not be written; exit 70, and
 *   nothing written, when a
 *   secret still stood in it
 */
export async function snapshotDeployment(options: SnapshotOptions): Promise<void> {
  if (options.outputFile !== undefined)
    await refuseOverwriting(options.outputFile, await filesOf(options), 'give the snapshot a file of its own')
  const key = options.keyFile === undefined ? randomKey() : await fileKey(options.keyFile)
  const result = await resultOf(options)
  const ground = await readGround(options)
  const { configuration, definitions, given, redactor } = ground
  for (const notice of unmaskableNotices(redactor)) options.warn(notice)
  const meta = await newSnapshotMeta({
    deployment: configuration.deployment ?? null,
    profile: canonicalProfile(definitions, options.profile ?? configuration.profile ?? defaultProfile),
    repository: options.repository ?? repositoryInput(given) ?? '.',
  })
  if (options.repository !== undefined && meta.repository === null)
    throw new UsageError(`${options.repository} is no git checkout`)
  const snapshot = takeSnapshot({ ...ground, key, meta, result })
  const [report, document] = [options.render(snapshot), safeJson(snapshot)]
  const leaks = redactor.finds(`${report}\n${document}`).map(({ name }) => name)
  if (leaks.length > 0)
    throw new PreflightError(
      'leak',
      exitCodes.internal,
      `the snapshot is not shown: it would hold something of ${leaks.join(', ')}`,
      { hint: 'this is a bug in preflight, or the value is one of the words that every snapshot has' },
    )
  await options.write(report)
  if (options.outputFile !== undefined)
    await replaceFile(options.outputFile, document, { what: 'snapshot', mode: 0o600 })
}

async function filesOf(options: SnapshotOptions): Promise<readonly string[]> {
  const named = [options.keyFile, options.resultFile].filter((file) => file !== undefined)
  return [...named, ...(await filesRead({ ...options, knownSecretsFile: undefined }))]
}

async function resultOf({ resultFile, run, state }: SnapshotOptions): Promise<ResultDocument | undefined> {
  if (resultFile !== undefined) return readResult(resultFile)
  return run === undefined ? undefined : findResult(stateFolder(state), run)
}
