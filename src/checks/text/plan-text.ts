import type { PlannedRun } from '../plan-run.js'
import { neutralise } from '../../base/text/terminal-text.js'
import { stages } from '../../base/vocabulary.js'
import type { TextStyle } from '../../base/text/text-style.js'

/** A run before it is run: order, needs, and whom it would contact. */
export function planText(planned: PlannedRun, { chalk }: TextStyle): string {
  const lines = stages.flatMap((stage) => {
    const contacts = planned.contacts.filter(({ check }) => check.definition.stage === stage)
    if (contacts.length === 0) return []
    return [
      chalk.bold(stage),
      ...contacts.flatMap(({ check, addresses, unresolved }) => [
        `  ${check.definition.id}${check.needs.length === 0 ? '' : chalk.dim(`  after ${check.needs.join(', ')}`)}`,
        ...addresses.map((address) => `      contacts ${neutralise(address)}`),
        ...(unresolved === '' ? [] : [chalk.yellow(`      contacts unknown: ${neutralise(unresolved)}`)]),
      ]),
    ]
  })
  const addresses = allAddresses(planned)
  return [
    ...lines,
    '',
    chalk.bold(`Addresses (${addresses.length})`),
    ...addresses.map((address) => `  ${neutralise(address)}`),
    '',
    `${planned.contacts.length} checks for the profile ${planned.profile}; nothing was contacted${planned.deselected.length === 0 ? '' : `; ${planned.deselected.length} not selected`}`,
    '',
  ].join('\n')
}

/** The same for programs. */
export function planJson(planned: PlannedRun): string {
  const checks = planned.contacts.map(({ check, addresses, unresolved }) => ({
    id: check.definition.id,
    stage: check.definition.stage,
    needs: check.needs,
    addresses,
    ...(unresolved === '' ? {} : { unresolved }),
  }))
  return `${JSON.stringify({ profile: planned.profile, checks, addresses: allAddresses(planned), skipped: planned.skipped, deselectedIds: planned.deselected }, null, 2)}\n`
}

function allAddresses({ contacts }: PlannedRun): readonly string[] {
  return [...new Set(contacts.flatMap(({ addresses }) => addresses))].sort()
}
