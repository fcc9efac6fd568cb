import { messageOf } from '../../kernel/errors.js'
import { readParameters, type GivenParameter, type ParameterValues } from '../../load/runbook/read-parameters.js'
import type { RunbookScope, RunFacts } from '../../model/runbook/definition.js'
import type { Frame, PlannedStep } from '../../model/runbook/plan.js'
import type { StepRecord } from '../../model/runbook/run-record.js'

type Steps = ReadonlyMap<string, Pick<StepRecord, 'outputs'>>

/**
 * What the expressions of each step see: the parameters of its runbook, and what was captured before it in the same one. An included
 * runbook's parameters are what the step that includes it hands over, read by their types.
 *
 * @param values of the runbook that is run
 * @param run the run, as expressions see it
 * @param recordOf what a step of the run has captured, by its path; nothing before the run
 */
export function scopesOf(steps: readonly PlannedStep[], values: ParameterValues, run: RunFacts): (step: PlannedStep, record: { readonly steps: Steps } | undefined) => RunbookScope {
  const byPath = new Map(steps.map((step) => [step.path, step]))
  const capturing = new Map<Frame, PlannedStep[]>()
  for (const step of steps) if (step.definition.capture.length > 0) capturing.set(step.frame, [...(capturing.get(step.frame) ?? []), step])

  const scopeOf = (frame: Frame, record: { readonly steps: Steps } | undefined): RunbookScope => {
    const outputs = Object.assign({}, ...(capturing.get(frame) ?? []).map(({ path }) => record?.steps.get(path)?.outputs ?? {})) as Record<string, unknown>
    if (frame.parent === undefined) return { params: values, outputs, run }
    try {
      return { params: handedOver(frame, scopeOf(frame.parent, record)), outputs, run }
    } catch (error) {
      const reason = messageOf(error)
      return { params: {}, outputs, run, absences: Object.fromEntries(frame.runbook.parameters.map(({ name }) => [`params.${name}`, reason])) }
    }
  }
  const handedOver = (frame: Frame, outer: RunbookScope): ParameterValues => {
    const input = byPath.get(frame.path)!.definition.action.input.resolve(outer)
    const given = typeof input === 'object' && input !== null && 'parameters' in input ? Object.entries(input.parameters as object) : []
    return readParameters(frame.runbook.parameters, new Map(given.map(([name, value]): [string, GivenParameter] => [name, { value: value as unknown }])), { run })
  }
  return (step, record) => scopeOf(step.frame, record)
}
