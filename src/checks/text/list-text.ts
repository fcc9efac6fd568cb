import { stages } from '../../base/vocabulary.js'
import type { Plan } from '../plan/plan.js'
import type { TextStyle } from '../../base/text/text-style.js'

/** The checks of a plan, a line each, under their stages. */
export function listText(plan: Plan, { chalk }: TextStyle): string {
  const idWidth = Math.max(...plan.checks.map(({ definition }) => definition.id.length))
  const lines = stages.flatMap((stage) => {
    const checks = plan.checks.filter(({ definition }) => definition.stage === stage)
    if (checks.length === 0) return []
    return [
      chalk.bold(stage),
      ...checks.map(
        ({ definition }) =>
          `  ${definition.id.padEnd(idWidth)}  ${definition.severity.padEnd(8)}  ${chalk.dim(definition.title)}`,
      ),
    ]
  })
  const left = plan.deselected.length === 0 ? '' : `, ${plan.deselected.length} not selected`
  return `${lines.join('\n')}\n\n${plan.checks.length} checks for the profile ${plan.profile}${left}\n`
}

/** The same for programs. */
export function listJson(plan: Plan): string {
  const checks = plan.checks.map(
    ({ definition: { id, title, stage, severity, class: failureClass, profiles, needs, waivable, source } }) => ({
      id,
      title,
      stage,
      severity,
      class: failureClass,
      profiles,
      needs,
      waivable,
      source,
    }),
  )
  return `${JSON.stringify({ profile: plan.profile, checks, deselectedIds: plan.deselected }, null, 2)}\n`
}
