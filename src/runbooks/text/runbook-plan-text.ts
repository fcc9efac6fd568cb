import { formatLimit } from '../../base/time/duration.js'
import { jsonText } from '../../base/text/json-text.js'
import { neutralise, lineText, wrap, type TextStyle } from '../../base/text/terminal-text.js'
import { onlyNamed, type CoveredEntry } from '../plan/covered.js'
import { stepMarks } from '../definition/runbook-vocabulary.js'
import type { PlannedAction, PlanRequirement, RunbookPlanDocument } from '../plan/runbook-plan.js'
import type { StartCommand } from './runbook-next.js'
import { effectWords, checklistSentence, itemsTitle } from './runbook-words.js'

type PlannedStep = RunbookPlanDocument['steps'][number]

/**
 * A run before it is run: exactly what each step would do, what takes it back, and the hash that stands for all of it.
 */
export function planText(plan: RunbookPlanDocument, style: TextStyle, start: StartCommand): string {
  const { chalk, width } = style
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', chalk.bold(title), ...lines]
  const named = (steps: readonly PlannedStep[]): string[] =>
    steps.map(({ path, title }) => `  ${path}  ${chalk.dim(lineText(title))}`)
  const approvals = plan.steps.flatMap(({ path, approval, destructive, asksFirst }) => [
    ...(approval === null
      ? []
      : [
          `  ${path}: by another person, for ${approval.covers.join(', ') || 'nothing that follows'}`,
          '    when the run stops there: with the command that it prints; in advance, for the first run of this plan:',
          `    preflight runbook approve ${plan.hash} --step ${path} --digest ${approval.digest} --output FILE`,
        ]),
    ...(destructive || asksFirst === true ? [`  ${path}: --approve ${path}, or typing it at a terminal`] : []),
  ])
  const afterwards = plan.steps.filter(({ isAfterUndo }) => isAfterUndo === true)
  const steps = plan.steps.filter(({ isAfterUndo }) => isAfterUndo !== true)
  const addresses = [
    ...new Set(
      plan.steps.flatMap(({ action, verify, undo }) => [action, verify, undo].flatMap((each) => each?.addresses ?? [])),
    ),
  ].sort()
  return [
    `${chalk.bold.underline(plan.runbook)}  ${lineText(plan.title)}`,
    wrap(`target ${lineText(plan.target)}; nothing was run or contacted`, width),
    ...(plan.checklist === true ? [chalk.dim(checklistSentence)] : []),
    ...section(
      'Parameters',
      Object.entries(plan.parameters).map(([name, record]) => `  ${name} = ${parameterText(record)}`),
    ),
    ...section(
      `Requires (${plan.requires.length})`,
      plan.requires.flatMap((each) => requirementLines(each, style)),
    ),
    ...section(
      `${plan.checklist === true ? itemsTitle(steps) : 'Steps'} (${steps.length})`,
      steps.flatMap((step, index) => stepLines(step, index, style)),
    ),
    ...section(
      `After an undo (${afterwards.length}), once what was done is undone`,
      afterwards.flatMap((step, index) => stepLines(step, index, style)),
    ),
    ...section('Needs an approval', approvals),
    ...section('Cannot be undone', named(plan.steps.filter((step) => step.irreversible))),
    ...section('Points of no return', named(plan.steps.filter((step) => step.pointOfNoReturn))),
    ...section(
      `Addresses (${addresses.length})`,
      addresses.map((address) => `  ${neutralise(address)}`),
    ),
    ...section(
      'Covered by the hash, in addition to the steps',
      plan.covers.filter(({ kind }) => kind !== 'step').map((entry) => coveredLine(entry, style)),
    ),
    ...section(
      'Not covered',
      plan.notCovered.map((what) => wrap(lineText(what), width, '  ')),
    ),
    '',
    `${chalk.bold('Plan')} ${chalk.bold(plan.hash)}`,
    `To run exactly this, from ${lineText(start.folder)}:`,
    `  ${start.command}`,
    chalk.dim(wrap('With --output FILE the plan is saved; --plan FILE then names what differs.', width)),
    '',
  ].join('\n')
}

/** What decides, with the beginning of its digest: enough to tell two apart. */
function coveredLine({ kind, name, digest, detail }: CoveredEntry, { chalk }: TextStyle): string {
  const text =
    digest === null
      ? onlyNamed.has(kind)
        ? 'only named'
        : 'missing, or not a regular file'
      : digest.replace(/^scrypt:/, '').slice(0, 12)
  return `  ${kind}  ${neutralise(name)}${kind === 'program' && detail !== undefined ? ` at ${neutralise(detail)}` : ''}  ${chalk.dim(text)}`
}

/** The same for programs. */
export function planJson(plan: RunbookPlanDocument): string {
  return `${JSON.stringify(plan, null, 2)}\n`
}

/** What is required, what is known of it, and what to do where it is missing. */
function requirementLines(
  { kind, name, neededBy, judgedBefore, now, found, fix }: PlanRequirement,
  { chalk, width }: TextStyle,
): readonly string[] {
  const mark = {
    holds: chalk.green(stepMarks.done),
    missing: chalk.red(stepMarks.failed),
    'not-judged': stepMarks.pending,
  }
  const when = judgedBefore === null ? 'judged at the start' : `judged when ${judgedBefore} is reached`
  const notes = [...(neededBy.length === 0 ? [] : [`needed by ${neededBy.join(', ')}`]), when]
  return [
    `  ${mark[now]} ${kind} ${neutralise(name)}  ${chalk.dim(`(${notes.join('; ')})`)}`,
    ...(now === 'missing' ? [chalk.red(wrap(`${lineText(found)}; fix: ${lineText(fix)}`, width, '      '))] : []),
  ]
}

/** A secret one is shown as that; a plan holds no more than its fingerprint. */
function parameterText(record: unknown): string {
  if (typeof record === 'object' && record !== null && 'fingerprint' in record) return '(secret)'
  const value = typeof record === 'object' && record !== null && 'value' in record ? record.value : record
  return neutralise(jsonText(value) ?? '')
}

function stepLines(step: PlannedStep, index: number, style: TextStyle): readonly string[] {
  const { chalk, width } = style
  const note = (text: string): string => chalk.yellow(wrap(`! ${text}`, width, '      '))
  return [
    `${String(index + 1).padStart(4)}. ${chalk.bold(step.path)}  ${lineText(step.title)}`,
    ...(step.groups.length === 0 ? [] : [chalk.dim(`      only with ${step.groups.at(-1)!}`)]),
    ...(step.when === null ? [] : [wrap(`when ${lineText(step.when)}`, width, '      ')]),
    ...actionLines('', step.action, style),
    ...(step.verify === null ? [] : actionLines('verify', step.verify, style)),
    ...(step.undo === null ? [] : actionLines('undo', step.undo, style)),
    ...(step.asksFirst === true
      ? [note('it runs only if it is approved, and stops at its first step that fails')]
      : []),
    ...(step.destructive ? [note('destructive: it needs its own approval')] : []),
    ...(step.pointOfNoReturn ? [note('point of no return')] : []),
    ...(step.irreversible ? [note('it cannot be undone')] : []),
  ]
}

/** The action's own lines are not changed or wrapped: they are meant to be copied. */
function actionLines(role: string, action: PlannedAction, { chalk, width }: TextStyle): readonly string[] {
  const effect = (effectWords as Readonly<Record<string, string>>)[action.effect] ?? action.effect
  const limit = action.timeoutMs === null ? 'waits for a person' : `within ${formatLimit(action.timeoutMs)}`
  return [
    `      ${role === '' ? '' : `${role}: `}${action.kind}  ${chalk.dim(`${effect}, ${limit}`)}`,
    ...action.lines.map((line) => `        ${neutralise(line)}`),
    ...action.expect.map((that) => chalk.dim(wrap(`expects ${lineText(that)}`, width, '        '))),
    ...action.addresses.map((address) => chalk.dim(`        contacts ${neutralise(address)}`)),
  ]
}
