import { PreflightError, UsageError, exitCodes } from '../../base/errors.js'
import { safeJson } from '../../base/text/bounded-json.js'
import type { ResultDocument } from '../../checks/result/report.js'
import type { Snapshot } from './snapshot.js'
import { defaultProfile } from '../../base/vocabulary.js'
import { canonicalProfile } from '../../checks/plan/build-plan.js'
import { replaceFile, refuseOverwriting } from '../../base/files/whole-file.js'
import { filesToRead } from '../../checks/files-read.js'
import { readGround, type GroundOptions, repositoryInput } from '../../checks/ground.js'
import { findResult } from '../../checks/history/kept-results.js'
import { readResult } from '../../checks/result/read-documents.js'
import { readConfiguration } from '../../checks/settings.js'
import { fileKey, randomKey, type SnapshotKey, newSnapshotMeta, type SnapshotMeta } from './snapshot-key.js'
import { stateFolder } from '../../base/files/state-folder.js'
import { unmaskableNotices } from '../../redaction/unmaskable-notice.js'
import type { GivenInputs } from '../../checks/load/resolve-inputs.js'
import type { Definitions } from '../../checks/definition.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import { isEnvironmentNamed, type EnvironmentOptions } from '../../environment/tested-environment.js'
import type { RepositoryState } from '../../processes/git.js'
import { serversSeen } from '../../checks/run-context/judged-inputs.js'
import { discloseVariables, snapshotVariables } from './snapshot-variables.js'

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
 *   nothing written, when it still contained a secret
 */
export async function snapshotDeployment(options: SnapshotOptions): Promise<void> {
  if (options.outputFile !== undefined)
    await refuseOverwriting(options.outputFile, await filesOf(options), 'give the snapshot its own file')
  const key = options.keyFile === undefined ? randomKey() : await fileKey(options.keyFile)
  const result = await resultOf(options)
  const ground = await readGround(
    options,
    await readConfiguration(options),
    () => 'a snapshot shows the variables of an environment',
  )
  const { configuration, definitions, redactor } = ground
  for (const notice of unmaskableNotices(redactor)) options.warn(notice)
  const meta = await newSnapshotMeta({
    deployment: configuration.deployment ?? null,
    profile: canonicalProfile(definitions, options.profile ?? configuration.profile ?? defaultProfile),
    repository: options.repository ?? repositoryInput(ground) ?? '.',
  })
  if (options.repository !== undefined && meta.repository === null)
    throw new UsageError(`${options.repository} is not a git checkout`)
  const snapshot = takeSnapshot({ ...ground, key, meta, result })
  const [report, document] = [options.render(snapshot), safeJson(snapshot)]
  const leaks = redactor.finds(`${report}\n${document}`).map(({ name }) => name)
  if (leaks.length > 0)
    throw new PreflightError(
      'leak',
      exitCodes.internal,
      `the snapshot is not shown: it would reveal a part of ${leaks.join(', ')}`,
      { hint: 'this is a bug in preflight, or the value is a word that every snapshot contains' },
    )
  await options.write(report)
  if (options.outputFile !== undefined)
    await replaceFile(options.outputFile, document, { what: 'snapshot', mode: 0o600 })
}

async function filesOf(options: SnapshotOptions): Promise<readonly string[]> {
  const named = [options.keyFile, options.resultFile].filter((file) => file !== undefined)
  return [...named, ...(await filesToRead(options))]
}

async function resultOf({ resultFile, run, state }: SnapshotOptions): Promise<ResultDocument | undefined> {
  if (resultFile !== undefined) return readResult(resultFile)
  return run === undefined ? undefined : findResult(stateFolder(state), run)
}

/** What a snapshot is made of. */
export interface SnapshotParts {
  readonly definitions: Definitions
  readonly environment: TestedEnvironment
  readonly sources: EnvironmentOptions
  readonly given: GivenInputs
  readonly key: SnapshotKey
  readonly meta: SnapshotMeta
  /** Whose facts give the versions of the servers; without one none is named. */
  readonly result?: ResultDocument | undefined
}

/** Characters of a version, a branch or a file name that are kept, after what is secret was taken out. */
const longestText = 200

/**
 * What a deployment is made of at this moment: its variables, those with their values that are known to be public and
 * look it, and the versions of what it runs on. Nothing is contacted and nothing is read here.
 */
export function takeSnapshot({ definitions, environment, sources, given, key, meta, result }: SnapshotParts): Snapshot {
  const disclosure = discloseVariables(definitions, environment, given)
  const text = (outside: string): string => disclosure.redactor.text(outside).slice(0, longestText)
  return {
    schemaVersion: 1,
    tool: { name: 'preflight', version: meta.toolVersion },
    takenAt: meta.takenAt,
    deployment: meta.deployment === null ? null : text(meta.deployment),
    profile: meta.profile,
    host: text(meta.host),
    node: meta.node,
    system: {
      distribution: text(meta.system.distribution),
      kernel: text(meta.system.kernel),
      architecture: meta.system.architecture,
    },
    definitionsDigest: definitions.digest,
    repository: meta.repository === null ? null : redactedRepository(meta.repository, text),
    result:
      result === undefined
        ? null
        : {
            runId: text(result.run.id),
            finishedAt: result.run.finishedAt === null ? null : text(result.run.finishedAt),
          },
    servers:
      result === undefined
        ? []
        : serversSeen(result, definitions).map(({ name, version, check }) => ({
            name: text(name),
            version: text(version),
            check: text(check),
          })),
    key: { kind: key.kind, id: key.id },
    sources: [...new Set(environment.names().map((name) => text(environment.origin(name)?.source ?? '')))],
    // Of an environment that nobody named it is unknown what is set.
    variables: isEnvironmentNamed(sources) ? snapshotVariables(definitions, environment, disclosure, key) : [],
  }
}

function redactedRepository(repository: RepositoryState, text: (outside: string) => string): RepositoryState {
  const { branch, changed } = repository
  return {
    ...repository,
    branch: branch === null ? null : text(branch),
    changed: changed.map(({ state, file }) => ({ state, file: text(file) })),
  }
}
