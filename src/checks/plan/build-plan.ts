import { PreflightError, UsageError, exitCodes } from '../../base/errors.js'
import type { Definitions, CheckDefinition } from '../definition.js'
import { gatesToLeaveOut } from './gates.js'
import { gatesLeftOutText, type Plan, type SelectionRequest, selectorMatches, systemOf } from './plan.js'
import { stages } from '../../base/vocabulary.js'
import { NumberHeap } from '../../base/number-heap.js'
import { pathSuggestionHint, suggestionHint } from '../../base/text/wording.js'

/**
 * The plan of a run: what is selected, in the order of the report.
 *
 * @throws UsageError for a request that names what does not exist
 * @throws PreflightError (exit 3) when nothing is left: a run of no checks observes nothing and can never be a go
 */
export function buildPlan(definitions: Definitions, request: SelectionRequest): Plan {
  const { profile, selected, declared, deselected, skipped, leftOut } = select(definitions, request)
  const { withoutGates: by } = request
  const gates = by === undefined || leftOut.length === 0 ? undefined : { by, ids: leftOut }
  if (selected.length === 0) {
    throw new PreflightError('nothing-selected', exitCodes.invalid, `no check is selected for the profile ${profile}`, {
      hint: `name other selectors or stages, skip less, or choose another profile; preflight list shows every check${gates === undefined ? '' : `; ${gatesLeftOutText(gates)}`}`,
    })
  }
  const ids = new Set(selected.map((check) => check.id))
  return {
    profile,
    request,
    checks: inOrder(selected).map((definition) => ({
      definition,
      needs: definition.needs.filter((need) => ids.has(need)),
    })),
    declared,
    deselected,
    skipped,
    ...(gates === undefined ? {} : { gatesLeftOut: gates }),
  }
}

/** What an order is made from: a check definition, or anything that looks like one. */
export interface Orderable {
  readonly id: string
  readonly stage: (typeof stages)[number]
  readonly needs: readonly string[]
}

/**
 * The order of a plan and its report: stages first, within a stage what is needed before what needs it, and otherwise
 * as given: as their author wrote them. Needs outside the given checks order nothing.
 *
 * @throws Error for a circle, and for a need in a later stage: compilation refuses both
 */
export function inOrder<Check extends Orderable>(checks: readonly Check[]): readonly Check[] {
  const given = [...checks].sort((a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage))
  const ids = new Set(given.map((check) => check.id))
  const missing = given.map(({ needs }) => needs.filter((need) => ids.has(need)).length)
  const dependents = new Map<string, number[]>()
  const ready = new NumberHeap()
  for (const [place, { needs }] of given.entries()) {
    for (const need of needs.filter((each) => ids.has(each)))
      dependents
        .set(need, dependents.get(need) ?? [])
        .get(need)!
        .push(place)
    if (missing[place] === 0) ready.add(place)
  }
  const order: Check[] = []
  for (let place = ready.take(); place !== undefined; place = ready.take()) {
    const check = given[place]!
    if (order.length > 0 && stages.indexOf(order.at(-1)!.stage) > stages.indexOf(check.stage)) throw unordered(check)
    order.push(check)
    for (const dependent of dependents.get(check.id) ?? []) {
      missing[dependent]! -= 1
      if (missing[dependent] === 0) ready.add(dependent)
    }
  }
  if (order.length < given.length) throw unordered(given.find((_, place) => missing[place]! > 0)!)
  return order
}

function unordered({ id }: Orderable): Error {
  return new Error(`the checks cannot be ordered: ${id} needs a check that runs after it`)
}

interface Selection {
  /** The canonical profile. */
  readonly profile: string
  /** In declaration order. */
  readonly selected: readonly CheckDefinition[]
  /** How many checks the systems in play have. */
  readonly declared: number
  /** Ids that were declared and not selected, in declaration order. */
  readonly deselected: readonly string[]
  /** Of those, the ids that would have been selected without a `skip`. */
  readonly skipped: readonly string[]
  /** The ids that would have been selected with the gates. */
  readonly leftOut: readonly string[]
}

/**
 * Chooses checks: those the selectors name (the default selection without any), of the wanted stages, phase and
 * profile, without those that are skipped.
 *
 * @throws UsageError for a selector, a skip or a profile that means nothing: a misspelt name must not leave checks out
 */
function select(definitions: Definitions, request: SelectionRequest): Selection {
  const profile = canonicalProfile(definitions, request.profile)
  const ids = [...definitions.checks.keys()]
  for (const selector of [...request.selectors, ...request.skip]) refuseUnknown(selector, ids, request.unknownHint)
  const selectors = request.selectors.length > 0 ? request.selectors : definitions.defaultSelection
  const isInPlay = systemsInPlay(definitions, request)
  const checks = [...definitions.checks.values()].filter(({ system }) => isInPlay(system))
  const withoutGates = gatesToLeaveOut(checks, request)
  const withGates = checks.filter(
    (check) =>
      matchesAny(selectors, check.id) &&
      isOfStage(check, request) &&
      isOfPhase(check, request) &&
      check.profiles.includes(profile),
  )
  const wanted = withGates.filter(({ id }) => !withoutGates.has(id))
  const selected = wanted.filter((check) => !matchesAny(request.skip, check.id))
  const chosen = new Set(selected)
  return {
    profile,
    selected,
    declared: checks.length,
    deselected: checks.filter((check) => !chosen.has(check)).map((check) => check.id),
    skipped: wanted.filter((check) => !chosen.has(check)).map((check) => check.id),
    leftOut: withGates.filter(({ id }) => withoutGates.has(id)).map(({ id }) => id),
  }
}

/** The systems that are meant where none is named. */
export function usualSystems({ defaultSelection }: Pick<Definitions, 'defaultSelection'>): ReadonlySet<string> {
  return new Set(defaultSelection.map(systemOf))
}

/**
 * The systems that a run is about: those that a bare run judges, where it is about one of them, and those that the
 * selectors name. A pack that ships for another system is no part of this one that was left out.
 */
function systemsInPlay(
  { defaultSelection }: Definitions,
  { selectors }: SelectionRequest,
): (system: string) => boolean {
  const usual = usualSystems({ defaultSelection })
  const named = new Set(selectors.map(systemOf))
  const isUsual = named.size === 0 || [...named].some((system) => usual.has(system))
  return (system) => named.has(system) || (isUsual && usual.has(system))
}

function refuseUnknown(selector: string, ids: readonly string[], unknownHint: string | undefined): void {
  if (ids.some((id) => selectorMatches(selector, id))) return
  const mayBeId = unknownHint === undefined || /^[a-z0-9-]+(?:\/[a-z0-9-]+)*$/.test(selector)
  throw new UsageError(`unknown check ${selector}`, {
    hint:
      (mayBeId ? pathSuggestionHint(selector, selectable(ids)) : undefined) ??
      unknownHint ??
      '`preflight list` shows every check',
  })
}

/** Everything that selects something: ids and every path above them. */
export function selectable(ids: readonly string[]): ReadonlySet<string> {
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

/** The profile that a name means. @throws UsageError for a name that no profile goes by */
export function canonicalProfile(definitions: Definitions, name: string): string {
  const profile = definitions.profiles.get(name)
  if (profile !== undefined) return profile
  const known = [...definitions.profiles.keys()]
  throw new UsageError(`unknown profile ${name}`, { hint: suggestionHint(name, known) ?? `known: ${known.join(', ')}` })
}
