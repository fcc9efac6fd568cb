import { UsageError } from '../../base/errors.js'
import { suggestionHint } from '../../base/text/suggestion.js'
import type { CheckDefinition, Definitions } from '../definition.js'
import { selectorMatches, type SelectionRequest } from './plan.js'
import { canonicalProfile } from './profile.js'

export interface Selection {
  /** The canonical profile. */
  readonly profile: string
  /** In declaration order. */
  readonly selected: readonly CheckDefinition[]
  /** Ids that were declared and not selected, in declaration order. */
  readonly deselected: readonly string[]
  /** Of those, the ids that would have been selected without a `skip`. */
  readonly skipped: readonly string[]
}

/**
 * Chooses checks: those the selectors name (the default selection without any), of the wanted stages, phase and
 * profile,
 * without those that are skipped.
 *
 * @throws UsageError for a selector, a skip or a profile that means nothing: a misspelt name must not leave checks out
 */
export function select(definitions: Definitions, request: SelectionRequest): Selection {
  const profile = canonicalProfile(definitions, request.profile)
  const ids = [...definitions.checks.keys()]
  for (const selector of [...request.selectors, ...request.skip]) refuseUnknown(selector, ids)
  const selectors = request.selectors.length > 0 ? request.selectors : definitions.defaultSelection
  const checks = [...definitions.checks.values()]
  const wanted = checks.filter(
    (check) =>
      matchesAny(selectors, check.id) &&
      isOfStage(check, request) &&
      isOfPhase(check, request) &&
      check.profiles.includes(profile),
  )
  const selected = wanted.filter((check) => !matchesAny(request.skip, check.id))
  const chosen = new Set(selected)
  return {
    profile,
    selected,
    deselected: checks.filter((check) => !chosen.has(check)).map((check) => check.id),
    skipped: wanted.filter((check) => !chosen.has(check)).map((check) => check.id),
  }
}

function refuseUnknown(selector: string, ids: readonly string[]): void {
  if (ids.some((id) => selectorMatches(selector, id))) return
  throw new UsageError(`unknown check ${selector}`, {
    hint: suggestionHint(selector, selectable(ids)) ?? 'preflight list shows every check',
  })
}

/** Everything that selects something: ids and every path above them. */
function selectable(ids: readonly string[]): ReadonlySet<string> {
  return new Set(
    ids.flatMap((id) => {
      const segments = id.split('/')
      return segments.map((_, index) => segments.slice(0, index + 1).join('/'))
    }),
  )
}

function matchesAny(selectors: readonly string[], id: string): boolean {
  return selectors.some((selector) => selectorMatches(selector, id))
}

function isOfStage(check: CheckDefinition, { stages }: SelectionRequest): boolean {
  return stages.length === 0 || stages.includes(check.stage)
}

function isOfPhase(check: CheckDefinition, { phase }: SelectionRequest): boolean {
  return phase === 'all' || (check.stage === 'runtime') === (phase === 'after-start')
}
