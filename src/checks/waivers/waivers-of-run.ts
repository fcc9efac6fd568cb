import type { Configuration } from '../load/configuration.js'
import type { Definitions } from '../definition.js'
import type { Outcome } from '../outcome.js'
import { waive } from './waive.js'
import { endingWaivers, uncountedWaivers, unusedWaivers } from './waiver-notices.js'
import { readWaivers } from './read-waivers.js'
import type { WaiverDemand } from './waiver-demand.js'
import { unreadWaiverFile, waiverFileName, waiverFileOf, type WaiverFileOptions } from './waiver-file.js'

/** What the waivers of a deployment mean for one run. */
export interface WaiversOfRun {
  waive(outcome: Outcome): Outcome
  /** What is to be said of them whatever the run finds. Not redacted. */
  readonly notices: readonly string[]
  /** What is to be said when the whole selection ran. Not redacted. */
  unused(outcomes: readonly Outcome[]): readonly string[]
}

interface RunGround {
  readonly configuration: Configuration
  readonly definitions: Definitions
  /** Canonical. */
  readonly profile: string
  /** Which waivers count under the lock; `undefined` where no lock says so. */
  readonly waiverDemand: WaiverDemand | undefined
}

/**
 * Reads the waivers of a run; they are judged by the moment of this call.
 *
 * @throws UsageError when a file that was named is not there; DefinitionsError when it is wrong or not signed as it
 *   must be
 */
export async function waiversOfRun(
  options: WaiverFileOptions,
  { configuration, definitions, profile, waiverDemand }: RunGround,
  signal: AbortSignal,
): Promise<WaiversOfRun> {
  const ground = { profile, deployment: configuration.deployment, now: Date.now() }
  const file = waiverFileOf(options, configuration)
  const read =
    file === undefined ? undefined : await readWaivers(file, { ...definitions, now: ground.now }, waiverDemand, signal)
  const { waivers, uncounted } = read ?? { waivers: [], uncounted: undefined }
  const unread = unreadWaiverFile(options, configuration)
  return {
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
