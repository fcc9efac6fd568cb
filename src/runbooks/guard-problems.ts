import type { Diagnostic } from '../base/errors.js'
import { suggestionHint } from '../base/text/wording.js'
import { readInputName } from '../checks/input-names.js'
import type { Definitions } from '../checks/definition.js'
import { selectable } from '../checks/plan/build-plan.js'
import { selectorMatches } from '../checks/plan/plan.js'
import { hasTemplate } from '../definitions/template/segments.js'
import { actionRegistry } from './action-registry.js'
import type { RunbookDefinition } from './definition/runbook-definition.js'
import type { CheckRequest } from './definition/step-kind.js'
import { spreadRunbook, type PlannedStep } from './plan/runbook-plan.js'
import { operationsOf } from './plan/step-selections.js'

/**
 * Checks, inputs and profiles that steps name and no pack has, and inputs that several have. What a parameter decides
 * is left to the plan.
 */
export async function guardProblems(
  runbooks: ReadonlyMap<string, RunbookDefinition>,
  definitions: Definitions,
): Promise<readonly Diagnostic[]> {
  const steps = [...runbooks.values()].flatMap((runbook) =>
    spreadRunbook(runbook, runbooks).filter(({ frame }) => frame.parent === undefined),
  )
  return (await Promise.all(steps.map((step) => problemsOfStep(step, definitions)))).flat()
}

async function problemsOfStep(step: PlannedStep, definitions: Definitions): Promise<readonly Diagnostic[]> {
  const { position } = step.definition
  const found: Diagnostic[] = []
  for (const [role, { action }] of operationsOf(step)) {
    const kind = await actionRegistry.load(action.kind)
    const parsed = kind.selection === undefined ? undefined : kind.input.safeParse(withoutTemplates(action.written))
    if (parsed?.success !== true) continue
    for (const problem of problemsOfRequest(kind.selection!(parsed.data), definitions))
      found.push({ ...problem, position, message: `the step ${step.path}${role}: ${problem.message}` })
  }
  return found
}

function problemsOfRequest(
  { select, skip, profile, inputs }: CheckRequest,
  { checks, packs, profiles }: Definitions,
): readonly Omit<Diagnostic, 'position'>[] {
  const ids = [...checks.keys()]
  const problem = (what: string, name: string, all: Iterable<string>): Omit<Diagnostic, 'position'> => {
    const hint = suggestionHint(name, all)
    return { code: `unknown-${what}`, message: `unknown ${what} ${name}`, ...(hint === undefined ? {} : { hint }) }
  }
  return [
    ...[...select, ...skip]
      .filter((selector) => !ids.some((id) => selectorMatches(selector, id)))
      .map((selector) => problem('check', selector, selectable(ids))),
    ...Object.keys(inputs).flatMap((name) => {
      const reading = readInputName({ packs }, name)
      return reading.input === undefined ? [reading.problem] : []
    }),
    ...(profile === '' || profiles.has(profile) ? [] : [problem('profile', profile, profiles.keys())]),
  ]
}

/** A value without the parts that an expression fills. */
function withoutTemplates(value: unknown): unknown {
  if (typeof value === 'string') return hasTemplate(value) ? undefined : value
  if (Array.isArray(value)) return value.map(withoutTemplates).filter((item) => item !== undefined)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).map(([key, item]): [string, unknown] => [key, withoutTemplates(item)])
  return Object.fromEntries(kept.filter(([, item]) => item !== undefined))
}
