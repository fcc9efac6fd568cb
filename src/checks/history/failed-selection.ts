import { PreflightError, UsageError, exitCodes } from '../../base/errors.js'
import { stateFolder } from '../../base/files/state-folder.js'
import { greenStatuses } from '../../base/vocabulary.js'
import type { Configuration } from '../load/configuration.js'
import type { RunOptions } from '../run-options.js'
import type { SelectionOptions } from '../settings.js'

/**
 * What a run selects: what its options say, or, where they ask for it, what was not green in the last run of the same
 * deployment.
 *
 * @throws UsageError when selectors are given as well, or no run is kept; PreflightError (exit 3) when all was green
 */
export async function selectionOf(
  { selection, failedOf }: Pick<RunOptions, 'selection' | 'failedOf'>,
  { deployment }: Pick<Configuration, 'deployment'>,
): Promise<SelectionOptions> {
  if (failedOf === undefined) return selection
  if (selection.selectors.length > 0)
    throw new UsageError('--failed selects the checks: it cannot be used with selectors', {
      hint: 'leave the selectors or --failed away',
    })
  const of = deployment === undefined ? 'a deployment without a name' : deployment
  // Most runs read no kept result.
  const { listResults } = await import('./kept-results.js')
  const last = (await listResults(stateFolder(failedOf.state)))
    .flatMap(({ document }) => document ?? [])
    .find(({ run }) => run.deployment === (deployment ?? null))
  if (last === undefined)
    throw new UsageError(`no run of ${of} is kept`, { hint: '`preflight history` lists what is kept' })
  const red = last.checks.filter(({ status }) => !greenStatuses.has(status)).map(({ id }) => id)
  if (red.length === 0)
    throw new PreflightError(
      'nothing-failed',
      exitCodes.invalid,
      `nothing was red in the last run of ${of} (${last.run.id})`,
      { hint: 'leave --failed away' },
    )
  return { ...selection, selectors: red }
}
