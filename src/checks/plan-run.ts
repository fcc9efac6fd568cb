import type { Plan, PlannedCheck } from './plan/plan.js'
import { messageOf } from '../base/errors.js'
import { prepare, type PrepareOptions, type PreparedRun } from './prepare.js'
import { readConfiguration } from './settings.js'
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
  readonly deselected: readonly string[]
  readonly skipped: readonly string[]
  readonly gatesLeftOut: Plan['gatesLeftOut']
  /** Redacted. */
  readonly notices: readonly string[]
}

/** What a run would do. Nothing is contacted: addresses are only written down. */
export async function planRun(options: PrepareOptions): Promise<PlannedRun> {
  const prepared = await prepare(options, await readConfiguration(options))
  const { plan } = prepared
  return {
    profile: plan.profile,
    contacts: plan.checks.map((check) => contactOf(check, prepared)),
    deselected: plan.deselected,
    skipped: plan.skipped,
    gatesLeftOut: plan.gatesLeftOut,
    notices: unmaskableNotices(prepared.redactor),
  }
}

function contactOf(check: PlannedCheck, { environment, probes, redactor, scopeOf }: PreparedRun): PlannedContact {
  const { definition } = check
  const probe = probes.get(definition.probe.kind)!
  if (probe.addresses === undefined) return { check, addresses: [], unresolved: '' }
  try {
    const scope = scopeOf(definition)
    if (definition.when !== undefined && definition.when.evaluate(scope) === false)
      return { check, addresses: [], unresolved: '' }
    const input = probe.input.parse(definition.probe.input.resolve(scope))
    return {
      check,
      addresses: probe.addresses(input, environment).map((address) => redactor.text(address)),
      unresolved: '',
    }
  } catch (thrown) {
    return { check, addresses: [], unresolved: redactor.text(messageOf(thrown)) }
  }
}
