import { resolve } from 'node:path'
import { isThere } from '../../../base/files/is-there.js'
import { canonicalDigest } from '../../../definitions/canonical-digest.js'
import type { ParameterRecord } from '../../record/journal.js'
import type { PlannedStep } from '../runbook-plan.js'
import { toolVersion } from '../../../base/package.js'
import { configurationFileName } from '../../../checks/settings.js'
import type { RunbookSource } from '../../prepare/runbook-options.js'
import { lookedAt, publicValue, type CoveredThing } from './covered-thing.js'
import type { FileDigests } from './file-digests.js'

/**
 * What decides every run: the tool, the runbook with all that it includes, where they come from, the parameters, the
 * deployment file.
 */
export async function groundThings(
  source: RunbookSource,
  workingFolder: string,
  steps: readonly PlannedStep[],
  parameters: Readonly<Record<string, ParameterRecord>>,
  digests: FileDigests,
): Promise<readonly CoveredThing[]> {
  const runbooks = new Map(steps.map(({ frame }) => [frame.runbook.id, frame.runbook.digest]))
  return [
    publicValue('tool', 'preflight', toolVersion),
    publicValue('working_folder', 'preflight', workingFolder),
    ...[...runbooks].map(([id, digest]): CoveredThing => ({ entry: { kind: 'runbook', name: id, digest } })),
    ...rootsOf(source).map((name): CoveredThing => ({
      entry: { kind: 'runbook_root', name, digest: canonicalDigest(name) },
    })),
    ...Object.entries(parameters).map(([name, record]) => parameterThing(name, record)),
    ...(await deploymentFile(source, digests)),
  ]
}

/** A parameter, as a plan and a journal hold it. */
export function parameterThing(name: string, record: ParameterRecord): CoveredThing {
  return 'fingerprint' in record
    ? { entry: { kind: 'parameter', name, digest: record.fingerprint } }
    : publicValue('parameter', name, record.value)
}

/** Where runbooks are looked for; which files of a step are meant may depend on it. */
function rootsOf({ definitions, runbooks }: RunbookSource): readonly string[] {
  return [...(definitions.noBuiltin ? [] : ['built-in']), ...new Set(runbooks.map((folder) => resolve(folder)))]
}

async function deploymentFile({ definitions }: RunbookSource, digests: FileDigests): Promise<readonly CoveredThing[]> {
  const path = resolve(definitions.config ?? configurationFileName)
  return (await isThere(path))
    ? [await lookedAt(async () => ({ kind: 'deployment_file', name: path, digest: await digests.of(path) }))]
    : []
}
