import { exitCodes } from '../../base/errors.js'
import { counted } from '../../base/text/wording.js'
import type { JudgedRequirement } from '../requires/judge-requirements.js'
import type { RunInProgress } from './run-in-progress.js'

/**
 * Judges what a run requires before it does anything, and ends it where something is missing.
 *
 * @returns whether the run goes on
 */
export async function isEverythingThere(run: RunInProgress): Promise<boolean> {
  const missing = await missingRequirements(run)
  if (run.isInterrupted) return false
  if (missing === undefined) return true
  const isBegun = [...run.request.fold.record.steps.values()].some(({ attempts }) => attempts > 0)
  const [summary, ...rest] = missing
  await run.end(
    'failed',
    exitCodes.runFailed,
    [`${summary}; nothing ${isBegun ? 'more ' : ''}was done`, ...rest].join('\n'),
  )
  return false
}

/**
 * Judges what is to be judged now, and writes it down.
 *
 * @param before path of the step that is reached; none at the start
 * @returns how many do not hold, then each with what to do about it; `undefined` where all hold
 */
export async function missingRequirements(
  run: RunInProgress,
  before?: string,
): Promise<readonly [string, ...string[]] | undefined> {
  const { judgeRequirements, redact } = run.request
  const judged = (await judgeRequirements?.(before)) ?? []
  // A look that was cut short says nothing.
  if (judged.length === 0 || run.isInterrupted) return undefined
  const requirements = judged.map((each) => ({
    ...each,
    name: redact.text(each.name),
    found: redact.text(each.found),
    fix: redact.text(each.fix),
  }))
  await run.record({ type: 'requirements-judged', before: before ?? null, requirements })
  const missing = requirements.filter(({ holds }) => !holds)
  if (missing.length === 0) return undefined
  const verb = missing.length === 1 ? 'does' : 'do'
  return [
    requirements.length === 1
      ? 'what it requires is missing'
      : `${missing.length} of ${counted(requirements.length, 'requirement')} ${verb} not hold`,
    ...missing.map(requirementText),
  ]
}

/** What an item of a checklist needs and was found missing: the others are judged without it. */
export function missingFor(run: RunInProgress, path: string): readonly string[] {
  const isNeeded = (step: string): boolean => step === path || step.startsWith(`${path}/`)
  return run.request.fold.record.requirements
    .filter(({ holds, neededBy }) => !holds && (neededBy.length === 0 || neededBy.some(isNeeded)))
    .map(requirementText)
}

/** `program psql was not found on the PATH (needed by dump); fix: install it`. */
export function requirementText({ kind, name, found, neededBy, fix }: JudgedRequirement): string {
  const steps = neededBy.length === 0 ? '' : ` (needed by ${neededBy.join(', ')})`
  return `${kind} ${name} ${found}${steps}; fix: ${fix}`
}
