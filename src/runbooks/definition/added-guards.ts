import type { Operation, RunbookDefinition, StepDefinition } from './runbook-definition.js'

/**
 * Where a guard was added before the expectations of a runbook, the kinds' own ones included: `stop`, `how/systemd/stop
 * verify`, `stop undo verify`.
 */
export function addedGuards({ steps }: Pick<RunbookDefinition, 'steps'>): readonly string[] {
  return steps.flatMap((step) => ofStep(step, ''))
}

function ofStep(step: StepDefinition, before: string): readonly string[] {
  const path = `${before}${step.id}`
  const operations: readonly (readonly [string, Operation | undefined])[] = [
    [path, step],
    [`${path} verify`, step.verify],
    [`${path} undo`, step.undo],
    [`${path} undo verify`, step.undo?.verify],
  ]
  const own = operations.flatMap(([place, operation]) => (operation?.hasAddedGuard === true ? [place] : []))
  return [
    ...own,
    ...step.alternatives.flatMap(({ name, steps }) => steps.flatMap((each) => ofStep(each, `${path}/${name}/`))),
  ]
}
