import { counted } from '../../base/text/wording.js'
import { stages } from '../../base/vocabulary.js'
import { gatesLeftOutText, type Plan } from '../plan/plan.js'
import { type TextStyle, wrap, neutralise } from '../../base/text/terminal-text.js'
import { fullInputName } from '../input-names.js'
import type { PeerBudget } from '../../engine/peers/peer-budget.js'
import { budgetText } from '../peers.js'
import type { PlannedRun } from '../plan-run.js'
import { formatLimit } from '../../base/time/duration.js'
import { formatPosition } from '../../base/errors.js'
import type { VariableDeclaration } from '../../environment/variable-reading.js'
import type { Explanation } from '../list-checks.js'

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
  return `${lines.join('\n')}\n\n${counted(plan.checks.length, 'check')} for the profile ${plan.profile}${left}${gatesText(plan)}\n`
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
  return `${JSON.stringify({ profile: plan.profile, checks, deselectedIds: plan.deselected, gatesLeftOut: plan.gatesLeftOut }, null, 2)}\n`
}

/** A run before it is run: order, needs, and what it would contact. */
export function checkPlanText(planned: PlannedRun, { chalk, width }: TextStyle): string {
  const lines = stages.flatMap((stage) => {
    const contacts = planned.contacts.filter(({ check }) => check.definition.stage === stage)
    if (contacts.length === 0) return []
    return [
      chalk.bold(stage),
      ...contacts.flatMap(({ check, addresses, unresolved }) => [
        `  ${check.definition.id}${check.needs.length === 0 ? '' : chalk.dim(`  after ${check.needs.join(', ')}`)}`,
        ...addresses.map((address) => `      contacts ${neutralise(address)}`),
        ...(unresolved === ''
          ? []
          : [chalk.yellow(wrap(`contacts unknown: ${neutralise(unresolved)}`, width, '      '))]),
      ]),
    ]
  })
  const addresses = allAddresses(planned)
  return [
    ...lines,
    '',
    ...(addresses.length === 0
      ? []
      : [chalk.bold(`Addresses (${addresses.length})`), ...addresses.map((address) => `  ${neutralise(address)}`), '']),
    ...(planned.peers.length === 0
      ? []
      : [chalk.bold('Requests are spaced'), ...planned.peers.map((peer) => `  ${neutralise(peerText(peer))}`), '']),
    wrap(
      `${counted(planned.contacts.length, 'check')} for the profile ${planned.profile}; nothing was contacted${planned.deselected.length === 0 ? '' : `; ${planned.deselected.length} not selected`}${gatesText(planned)}`,
      width,
    ),
    '',
  ].join('\n')
}

/** The same for programs. */
export function checkPlanJson(planned: PlannedRun): string {
  const checks = planned.contacts.map(({ check, addresses, unresolved }) => ({
    id: check.definition.id,
    stage: check.definition.stage,
    needs: check.needs,
    addresses,
    ...(unresolved === '' ? {} : { unresolved }),
  }))
  return `${JSON.stringify({ profile: planned.profile, checks, addresses: allAddresses(planned), peers: planned.peers.map(({ per, ...peer }) => ({ ...peer, perMs: per })), skipped: planned.skipped, deselectedIds: planned.deselected, gatesLeftOut: planned.gatesLeftOut }, null, 2)}\n`
}

/** `api (127.0.0.1:8000): at most 8 requests in 60s`. */
function peerText({ name, address, ...budget }: PeerBudget): string {
  return `${name} (${address}): ${budgetText(budget)}`
}

function gatesText({ gatesLeftOut }: Pick<Plan, 'gatesLeftOut'>): string {
  return gatesLeftOut === undefined ? '' : `; ${gatesLeftOutText(gatesLeftOut)}`
}

function allAddresses({ contacts }: PlannedRun): readonly string[] {
  return [...new Set(contacts.flatMap(({ addresses }) => addresses))].sort()
}

/** One check, in full, for a person who has to act on it. */
export function explainText(explanation: Explanation, style: TextStyle): string {
  const { check, pack, probe, neededBy, inputs } = explanation
  const { chalk, width } = style
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', chalk.bold(title), ...lines]
  const prose = (text: string): string => wrap(text, width, '  ')
  const properties = [
    check.severity,
    check.class,
    check.waivable ? 'waivable' : 'never waivable',
    `stage ${check.stage}`,
    `profiles ${check.profiles.join(', ')}`,
  ]
  return [
    chalk.bold.underline(check.id),
    wrap(`True when ${check.title}.`, width),
    chalk.dim(properties.join(' · ')),
    ...section('Why', check.why === '' ? [] : [prose(check.why)]),
    ...section('When it fails', [prose(check.fix)]),
    ...section('How it is observed', [
      prose(
        `${probe.title} (probe ${probe.kind}; an attempt takes at most ${formatLimit(check.timeout)}${check.retry.attempts > 1 ? `, up to ${check.retry.attempts} attempts` : ''}).`,
      ),
      ...(check.sample === undefined
        ? []
        : [
            prose(
              `Observed ${check.sample.times} times in an attempt, with pauses of ${formatLimit(check.sample.every)}.`,
            ),
          ]),
      ...[probe.remark?.(check.probe.input.resolve({}, () => undefined))].flatMap((remark) =>
        remark === undefined ? [] : [prose(remark)],
      ),
      ...(probe.rungs === undefined
        ? []
        : [prose(`Its rungs are ${probe.rungs.join(' → ')}; a failure names the last rung that was reached.`)]),
      ...(probe.addresses === undefined
        ? []
        : pack.peers.map((peer) => prose(`Requests to ${peer.name} are spaced: ${budgetText(peer)}.`))),
      ...(check.when === undefined ? [] : [prose(`Only when ${check.when.source}; not applicable otherwise.`)]),
      ...(check.applies === undefined
        ? []
        : [prose(`Judged only when ${check.applies.that.source}; not applicable otherwise.`)]),
    ]),
    ...section(
      'Expected',
      check.expect.map(({ that, isTransient }) =>
        wrap(
          `${that.source}${isTransient ? ' (otherwise it may pass by itself: retries and --wait look again)' : ''}`,
          width,
          '  ',
        ).replace(/^ {2}/, '- '),
      ),
    ),
    ...section(
      'A warning unless',
      check.warn.map(({ that }) => wrap(that.source, width, '  ').replace(/^ {2}/, '- ')),
    ),
    ...section(
      'Variables',
      check.variables.map((name) => `  ${name}  ${chalk.dim(readingText(pack.variables[name]))}`),
    ),
    ...section(
      'Inputs',
      inputs.map(
        (input) =>
          `  ${fullInputName(input)} (${input.type}${input.default === undefined ? ', required' : ''})  ${chalk.dim(input.description)}`,
      ),
    ),
    ...section(
      'Needs',
      check.needs.map((need) => `  ${need}`),
    ),
    ...section(
      'Needed by',
      neededBy.map((id) => `  ${id}`),
    ),
    ...section('Origin', [
      ...(check.runbook === undefined ? [] : [`  runbook     preflight runbook show ${check.runbook}`]),
      ...(check.source === '' ? [] : [`  rule        ${check.source}`]),
      `  definition  ${formatPosition(check.position)}`,
    ]),
    '',
  ].join('\n')
}

/** How a variable is read, and what it may be. */
export function readingText(declaration: VariableDeclaration | undefined): string {
  if (declaration === undefined) return 'not declared by the pack: read unchanged, and secret'
  const range = [
    ...(declaration.minimum === undefined ? [] : [`from ${declaration.minimum}`]),
    ...(declaration.maximum === undefined ? [] : [`to ${declaration.maximum}`]),
    ...(declaration['above-zero'] === true ? ['above 0'] : []),
  ].join(' ')
  return [
    declaration.exposure,
    declaration.reads.length === 0 ? 'read unchanged' : `read by ${declaration.reads.join(', ')}`,
    ...(range === '' ? [] : [range]),
    ...(declaration.values === undefined ? [] : [`accepts ${declaration.values.join(', ')}`]),
    ...(declaration.schemes === undefined
      ? []
      : [`schemes ${declaration.schemes.filter((scheme) => scheme !== '').join(', ')}`]),
    ...(declaration.default === undefined ? [] : [`${String(declaration.default)} when unset`]),
  ].join('; ')
}
