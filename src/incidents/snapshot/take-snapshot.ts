import type { GivenInputs } from '../../checks/load/resolve-inputs.js'
import type { Definitions } from '../../checks/definition.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import type { ResultDocument } from '../../checks/result/report.js'
import type { Snapshot } from './snapshot.js'
import type { RepositoryState } from '../../processes/git.js'
import { serversSeen } from '../../checks/result/servers-seen.js'
import type { SnapshotKey } from './snapshot-key.js'
import type { SnapshotMeta } from './snapshot-meta.js'
import { discloseVariables, snapshotVariables } from './snapshot-variables.js'

/** What a snapshot is made of. */
export interface SnapshotParts {
  readonly definitions: Definitions
  readonly environment: TestedEnvironment
  readonly given: GivenInputs
  readonly key: SnapshotKey
  readonly meta: SnapshotMeta
  /** Whose facts tell the versions of the servers; without one none is named. */
  readonly result?: ResultDocument | undefined
}

/** Characters of a version, a branch or a file name that are kept, after what is secret was taken out. */
const longestText = 200

/**
 * What a deployment is made of at this moment: its variables, those with their values that are known to be public and
 * look it, and the
 * versions of what it runs on. Nothing is contacted and nothing is read here.
 */
export function takeSnapshot({ definitions, environment, given, key, meta, result }: SnapshotParts): Snapshot {
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
    variables: snapshotVariables(definitions, environment, disclosure, key),
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
