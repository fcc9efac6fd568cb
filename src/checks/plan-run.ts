import type { Plan, PlannedCheck } from './plan/plan.js'
import { messageOf } from '../base/errors.js'
import { prepare, type PrepareOptions, type PreparedRun } from './prepare.js'
import { readConfiguration } from './settings.js'
import { randomUUID } from 'node:crypto'
import { needOf, variablesRead } from './environment/variables-read.js'
import { waysToNameIt } from './environment/choose-environment.js'
import type { Expression, Scope, Template } from '../definitions/expression/expression.js'
import type { Probe } from '../engine/probe.js'
import { TestedEnvironment } from '../environment/environment.js'
import { readAddresses } from '../net/read-addresses.js'
import { isEnvironmentNamed } from '../environment/tested-environment.js'
import type { PeerBudget } from '../engine/peers/peer-budget.js'
import { unmaskableNotices } from '../redaction/unmaskable-notice.js'

export interface PlannedContact {
  readonly check: PlannedCheck
  /** Addresses without credentials; none for a check that opens no connection. */
  readonly addresses: readonly string[]
  /** Why it is unknown what the check would contact, or the empty string. */
  readonly unresolved: string
}

export interface PlannedRun {
  readonly profile: string
  readonly contacts: readonly PlannedContact[]
  /** How often addresses may be asked, as far as their addresses are known. */
  readonly peers: readonly PeerBudget[]
  readonly deselected: readonly string[]
  readonly skipped: readonly string[]
  readonly gatesLeftOut: Plan['gatesLeftOut']
  /** Redacted. */
  readonly notices: readonly string[]
}

/** What a run would do. Nothing is contacted: addresses are only written down. */
export async function planRun(options: PrepareOptions): Promise<PlannedRun> {
  const prepared = await prepare({ ...options, isEnvironmentOptional: true }, await readConfiguration(options))
  const { plan } = prepared
  return {
    profile: plan.profile,
    contacts: plan.checks.map((check) => contactOf(check, prepared)),
    peers: prepared.peers.budgets,
    deselected: plan.deselected,
    skipped: plan.skipped,
    gatesLeftOut: plan.gatesLeftOut,
    notices: [
      ...unmaskableNotices(prepared.redactor),
      ...unnamedNotice(prepared),
      ...prepared.peers.unknown.map((notice) => prepared.redactor.text(notice)),
    ],
  }
}

/** A plan can be made without an environment; what the variables decide is unknown then. */
function unnamedNotice({ definitions, written, plan, sources }: PreparedRun): readonly string[] {
  if (isEnvironmentNamed(sources)) return []
  const checks = plan.checks.map(({ definition }) => definition)
  const need = needOf(variablesRead(checks, definitions, written))
  return need === undefined ? [] : [`no environment was named, and ${need}: a run asks for it (${waysToNameIt})`]
}

/** What a check would contact. */
export function contactOf(check: PlannedCheck, prepared: PreparedRun): PlannedContact {
  const { definition } = check
  const { probes, redactor, scopeOf } = prepared
  const probe = probes.get(definition.probe.kind)!
  if (probe.addresses === undefined) return { check, addresses: [], unresolved: '' }
  try {
    const scope = scopeOf(definition)
    if (definition.when !== undefined && !mayApply(definition.when, scope, prepared))
      return { check, addresses: [], unresolved: '' }
    const { addresses, unresolved } = knownAddresses(probe, definition.probe.input, scope, prepared)
    return {
      check,
      addresses: addresses.map((address) => redactor.text(address)),
      unresolved: redactor.text(unresolved),
    }
  } catch (thrown) {
    return { check, addresses: [], unresolved: redactor.text(messageOf(thrown)) }
  }
}

/** What reads a variable of an environment that is not named may be true. */
function mayApply(when: Expression, scope: Scope, { sources }: PreparedRun): boolean {
  try {
    return when.evaluate(scope) !== false
  } catch (thrown) {
    if (isEnvironmentNamed(sources)) throw thrown
    return true
  }
}

/**
 * The addresses of an input, and why one is unknown. One is known although other parts of the input are not, such as a
 * token: a mark takes their place, and no address has it in it. What cannot be read with a mark in its place is
 * unknown.
 *
 * @throws Error with the reason when all are unknown
 */
function knownAddresses(
  probe: Probe,
  input: Template,
  scope: Scope,
  { environment, sources }: Pick<PreparedRun, 'environment' | 'sources'>,
): Pick<PlannedContact, 'addresses' | 'unresolved'> {
  const failures: { readonly mark: string; readonly reason: string }[] = []
  const resolved = input.resolve(scope, (thrown) => {
    const mark = `unknown-${randomUUID()}`
    failures.push({ mark, reason: messageOf(thrown) })
    return mark
  })
  try {
    const given = probe.input.parse(resolved)
    const { addresses, isComplete } = readAddresses(probe.addresses?.(given, environment) ?? [])
    const known = addresses.filter((address) => !failures.some(({ mark }) => address.includes(mark)))
    const inPlace = failures.find(({ mark }) => addresses.some((address) => address.includes(mark)))
    const reason = (inPlace ?? (isComplete ? undefined : failures[0]))?.reason
    const open = reason !== undefined || isEnvironmentNamed(sources) ? [] : decidingVariables(probe, given, addresses)
    const depends = open.length === 0 ? '' : `it depends on ${open.join(' and ')}, and no environment was named`
    return { addresses: known, unresolved: reason ?? depends }
  } catch (thrown) {
    throw failures.length === 0 ? thrown : new Error(failures[0]!.reason, { cause: thrown })
  }
}

/** Values by which a variable shows that it decides an address: one that is a host, and one that is also a port. */
const trialValues = ['unknown-host', '1']

/** The variables that a driver reads beside its URL and that would lead it elsewhere. @param addresses without them */
function decidingVariables(probe: Probe, given: unknown, addresses: readonly string[]): readonly string[] {
  const without = JSON.stringify(addresses)
  return (probe.variables?.(given) ?? []).filter((name) =>
    trialValues.some((value) => {
      const readings = probe.addresses?.(given, TestedEnvironment.of({ [name]: value })) ?? []
      const read = readAddresses(readings)
      return read.isComplete && JSON.stringify(read.addresses) !== without
    }),
  )
}
