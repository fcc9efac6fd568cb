import { UsageError } from '../../base/errors.js'
import type { RunbookDefinition, StepDefinition } from '../definition/runbook-definition.js'
import type { Frame, Group, PlannedStep } from './runbook-plan.js'

const most = 10_000

/**
 * Spreads a runbook out into the steps of a run: included runbooks and alternatives stand behind the step that holds
 * them, their
 * paths below its path.
 *
 * @throws UsageError for more than 10,000 steps
 */
export function spreadRunbook(
  runbook: RunbookDefinition,
  all: ReadonlyMap<string, RunbookDefinition>,
): readonly PlannedStep[] {
  const planned: PlannedStep[] = []
  const add = (steps: readonly StepDefinition[], prefix: string, frame: Frame, groups: readonly Group[]): void => {
    for (const definition of steps) {
      const path = `${prefix}${definition.id}`
      if (planned.length >= most)
        throw new UsageError(`${runbook.id} has more than ${most} steps once the runbooks it includes are spread out`)
      planned.push({ path, definition, frame, groups })
      for (const { name, steps: alternative } of definition.alternatives)
        add(alternative, `${path}/${name}/`, frame, [...groups, { path, alternative: name }])
      const other = definition.includes === undefined ? undefined : all.get(definition.includes)
      if (other !== undefined)
        add(other.steps, `${path}/`, { runbook: other, path, parent: frame }, [
          ...groups,
          { path, alternative: undefined },
        ])
    }
  }
  add(runbook.steps, '', { runbook, path: '', parent: undefined }, [])
  return planned
}
