import type { Validated } from './validate-definitions.js'
import type { CheckDefinition, Pack } from '../checks/definition.js'
import { addedGuards } from '../runbooks/definition/added-guards.js'

/** Places of a pack, or of the runbooks, that are named on a line; of more only their number is told. */
const mostNamed = 5

/**
 * What compiled, on one line, and a line for each pack with checks that were given a guard, and for the steps of
 * runbooks that were.
 */
export function validateText({ packs, runbooks, waivers }: Validated): string {
  const checks = packs.flatMap((pack) => pack.checks).length
  const parts = [
    ...(packs.length === 0
      ? []
      : [`${checks} checks in ${packs.length} packs (${packs.map(({ system }) => system).join(', ')})`]),
    ...(runbooks.length === 0 ? [] : [`${runbooks.length} runbooks`]),
    ...(waivers === undefined ? [] : [`${waivers} waivers`]),
  ]
  const steps = runbooks.flatMap((runbook) => addedGuards(runbook).map((place) => `${runbook.id} ${place}`))
  return [
    `valid: ${parts.join(', ')}`,
    ...packs.flatMap(packLine),
    ...guardLine('runbooks', steps, `${steps.length} steps`),
    '',
  ].join('\n')
}

function packLine({ system, checks }: Pack): readonly string[] {
  const guarded = checks.filter(({ hasAddedGuard }) => hasAddedGuard).map(({ id }) => id)
  return guardLine(system, guarded, `${guarded.length} of ${checks.length} checks`)
}

function guardLine(where: string, places: readonly string[], what: string): readonly string[] {
  if (places.length === 0) return []
  const names = places.length > mostNamed ? '--format json names them' : places.join(', ')
  return [`${where}: \`facts.problem.code == "none"\` was added before the expectations of ${what} (${names})`]
}

/** The same for programs, check by check and runbook by runbook. */
export function validateJson({ packs, runbooks, waivers }: Validated): string {
  const checkOf = ({ id, position, hasAddedGuard }: CheckDefinition) => ({ id, position, hasAddedGuard })
  const document = {
    packs: packs.map(({ system, checks }) => ({ system, checks: checks.map(checkOf) })),
    runbooks: runbooks.map((runbook) => ({
      id: runbook.id,
      position: runbook.position,
      addedGuards: addedGuards(runbook),
    })),
    waivers: waivers ?? null,
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
