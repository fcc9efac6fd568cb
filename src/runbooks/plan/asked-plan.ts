import { z } from 'zod'
import { PreflightError, exitCodes } from '../../base/errors.js'
import {
  coveredDifferences,
  coveredEntry,
  coveredName,
  type CoveredEntry,
  type CoveredKind,
  ChangedError,
} from './covered.js'
import { parameterRecord } from '../record/journal.js'
import type { RunbookPlanDocument } from './runbook-plan.js'
import { readDocument } from '../../base/files/read-document.js'
import { changeLines } from './covered/changes-since.js'
import { planHashOf, parameterThing } from './covered/file-digests.js'
import { stepThing } from './plan-document.js'

/** Reported only where nothing that they follow from differs. */
const derived: ReadonlySet<CoveredKind> = new Set<CoveredKind>(['target', 'selection', 'step'])

const hashPattern = /^(?:sha256:)?[0-9a-f]{64}$/

/** What of a saved plan says which plan it is; what people read beside that is covered as well. */
const savedPlan = z.looseObject({
  schemaVersion: z.literal(1),
  runbook: z.string(),
  hash: z.string(),
  covers: z.array(coveredEntry).min(1),
  parameters: z.record(z.string(), parameterRecord),
  steps: z.array(z.looseObject({ path: z.string() })),
})
type SavedPlan = z.output<typeof savedPlan>

/**
 * Refuses to run another plan than the one that was asked for.
 *
 * @param asked its hash, with `sha256:` before it or without, or the file that `runbook plan --output` wrote
 * @throws ChangedError, naming each difference where the file is given; DocumentUnreadableError (exit 3) for a file
 *   that is not a plan; PreflightError (exit 2) for one that was changed by hand
 */
export async function refuseOtherPlan(asked: string, plan: RunbookPlanDocument): Promise<void> {
  if (hashPattern.test(asked)) {
    if (plan.hash === (asked.startsWith('sha256:') ? asked : `sha256:${asked}`)) return
    throw new ChangedError(
      `the plan is not the one asked for: its hash is ${plan.hash}`,
      'something that the plan covers changed; a hash does not show what. `preflight runbook plan ID --output FILE` saves a plan, and `--plan FILE` names each difference',
    )
  }
  const saved = await readSavedPlan(asked)
  if (saved.hash === plan.hash) return
  if (saved.runbook !== plan.runbook)
    throw new ChangedError(`the plan in ${asked} is for ${saved.runbook}`, 'name the runbook that was planned')
  throw new ChangedError(
    `the plan differs from the one in ${asked}:\n${changeLines(reportedDifferences(saved.covers, plan.covers)).join('\n')}`,
    'restore the planned state, or plan again and have the new plan reviewed',
  )
}

/** Leaves out what only follows from another difference: it would hide that one. */
function reportedDifferences(
  before: readonly CoveredEntry[],
  now: readonly CoveredEntry[],
): ReturnType<typeof coveredDifferences> {
  const differences = coveredDifferences(before, now)
  const causes = differences.filter(({ kind }) => !derived.has(kind))
  return causes.length > 0 ? causes : differences
}

async function readSavedPlan(path: string): Promise<SavedPlan> {
  const saved = await readDocument(path, {
    noun: 'plan',
    schema: savedPlan,
    hint: '--plan must be the hash of a plan, or the file that `preflight runbook plan ID --output FILE` wrote',
  })
  if (!isAsWritten(saved)) {
    throw new PreflightError(
      'plan-altered',
      exitCodes.usage,
      `the plan ${path} was changed after it was written: its hash does not match its content`,
      { hint: 'plan again with `preflight runbook plan ID --output FILE`' },
    )
  }
  return saved
}

/** Whether the hash is that of the list, and what people read in the file is what the list covers. */
function isAsWritten({ runbook, hash, covers, parameters, steps }: SavedPlan): boolean {
  const isUnique = new Set(covers.map(coveredName)).size === covers.length
  const shown = [
    ...Object.entries(parameters).map(([name, record]) => parameterThing(name, record)),
    ...steps.map(stepThing),
  ].map(({ entry }) => entry)
  const covered = covers.filter(({ kind }) => kind === 'parameter' || kind === 'step')
  return isUnique && planHashOf(runbook, covers) === hash && coveredDifferences(covered, shown).length === 0
}
