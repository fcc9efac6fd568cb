import { withoutInputs } from '../checks/input-options.js'
import { DefinitionsError, formatPosition } from '../base/errors.js'
import { type CheckAnswer, type JudgeOptions, judgeSelection } from '../checks/judge-selection.js'
import type { CheckRequest } from './definition/step-kind.js'
import type { PreparedRun } from '../checks/prepare.js'
import type { PreparedRunbook } from './prepare/prepare-runbook.js'
import { sourceInRun } from '../environment/environment-source.js'

/**
 * Judges the checks that a step asks for, with the run's own options where the step says nothing.
 *
 * @param onPrepared called with what it is based on: a step may judge another environment than the run's
 * @throws Error that names every problem of a file: a step has one message, and no list of diagnostics beside it
 */
export async function judgeForStep(
  { options, sources, plan }: Pick<PreparedRunbook, 'options' | 'sources' | 'plan'>,
  request: CheckRequest,
  { signal, ...own }: { readonly signal: AbortSignal } & Pick<JudgeOptions, 'state' | 'warn' | 'refusedLogins'>,
  onPrepared?: (prepared: PreparedRun) => void,
): Promise<CheckAnswer> {
  const { select, skip, profile, phase, environmentFiles, inputs } = request
  const named = environmentFiles.map((file) => sourceInRun(file, sources))
  try {
    return await judgeSelection(
      {
        // What is taken back is so whatever changed since.
        lockDigest:
          options.takenBack === undefined
            ? (plan.covers.find(({ kind }) => kind === 'lock')?.digest ?? null)
            : undefined,
        ...options.definitions,
        ...own,
        selection: {
          selectors: select,
          profile: profile === '' ? undefined : profile,
          stages: [],
          skip,
          beforeStart: phase === 'before-start',
          afterStart: phase === 'after-start',
        },
        environment: named.length > 0 ? { files: named, pid: undefined, inherit: false } : options.environment,
        inputs: [
          ...withoutInputs(options.inputs, Object.keys(inputs)),
          ...Object.entries(inputs).map(([name, value]) => `${name}=${value}`),
        ],
      },
      signal,
      onPrepared,
    )
  } catch (error) {
    if (!(error instanceof DefinitionsError)) throw error
    throw new Error(
      error.diagnostics.map(({ position, message }) => `${formatPosition(position)}: ${message}`).join('; '),
      { cause: error },
    )
  }
}
