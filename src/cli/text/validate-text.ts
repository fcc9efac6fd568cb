import type { Validated } from '../../app/validate-definitions.js'
import type { CheckDefinition, Pack } from '../../model/definition.js'

/** Checks of a pack that are named on its line; of more only their number is told. */
const mostNamed = 5

/** What compiled, on one line, and a line for each pack with checks that were given a guard. */
export function validateText({ packs, runbooks, waivers }: Validated): string {
  const checks = packs.flatMap((pack) => pack.checks).length
  const parts = [
    ...(packs.length === 0 ? [] : [`${checks} checks in ${packs.length} packs (${packs.map(({ system }) => system).join(', ')})`]),
    ...(runbooks === 0 ? [] : [`${runbooks} runbooks`]),
    ...(waivers === undefined ? [] : [`${waivers} waivers`]),
  ]
  return [`valid: ${parts.join(', ')}`, ...packs.flatMap(guardLine), ''].join('\n')
}

function guardLine({ system, checks }: Pack): string[] {
  const guarded = checks.filter(({ hasAddedGuard }) => hasAddedGuard)
  if (guarded.length === 0) return []
  const names = guarded.length > mostNamed ? '--format json names them' : guarded.map(({ id }) => id).join(', ')
  return [`${system}: \`${guarded[0]!.expect[0]!.that.source}\` was put before the expectations of ${guarded.length} of ${checks.length} checks (${names})`]
}

/** The same for programs, check by check. */
export function validateJson({ packs, runbooks, waivers }: Validated): string {
  const checkOf = ({ id, position, hasAddedGuard }: CheckDefinition) => ({ id, position, hasAddedGuard })
  return `${JSON.stringify({ packs: packs.map(({ system, checks }) => ({ system, checks: checks.map(checkOf) })), runbooks, waivers: waivers ?? null }, null, 2)}\n`
}
