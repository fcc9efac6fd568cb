import type { CheckResult } from '../../checks/result/report.js'
import { createHash } from 'node:crypto'
import { shellWord } from '../../base/text/shell-words.js'

/** Longer values are cut: they are there to be recognised, and are whole in the result document. */
const longestValue = 400

/** What is said under a label; an empty label goes on with the one before. */
type LabelledText = readonly [label: string, text: string]

/** All that is needed to act on a check that is not green: what it is, what was found, what to do, where, why. */
export function findingFields(check: CheckResult): readonly LabelledText[] {
  const { facts, failedExpectations, subject } = check
  return [
    ['severity', `${check.severity}, most likely ${check.class}`],
    ['expected', check.title],
    [check.status === 'fail' || failedExpectations.length > 0 ? 'found' : check.status, check.message],
    ...labelled('reached', typeof facts['reached'] === 'string' ? facts['reached'] : ''),
    ...labelled('tried', check.attempts > 1 ? `${check.attempts} times` : ''),
    ['fix', check.fix],
    ...labelled('command', remedyText(check)),
    ...labelled('runbook', check.runbook === undefined ? '' : `preflight runbook show ${check.runbook}`),
    ...labelled('docs', check.docs ?? ''),
    ...labelled('set in', subject === undefined ? '' : `${placeText(subject)} (${subject.variable})`),
    ...labelled('why', check.why),
    ...labelled('source', check.source),
  ]
}

/** How the judgement came about: each expression that did not hold, with the values in it. */
export function expressionFields({ failedExpectations }: CheckResult): readonly LabelledText[] {
  return failedExpectations.flatMap(({ that, values }): LabelledText[] => [
    ['test', that],
    ...Object.entries(values).map(([path, value]): LabelledText => ['', `${path} is ${valueText(value)}`]),
  ])
}

/** The command that fixes a check, to be copied; empty without one. */
export function remedyText({ remedy }: Pick<CheckResult, 'remedy'>): string {
  if (remedy === undefined) return ''
  const command =
    'run' in remedy ? remedy.run.map(shellWord).join(' ') : `preflight runbook run ${shellWord(remedy.runbook)}`
  return `${command}${remedy.safe ? '  (safe at any time)' : '  (read what it does first)'}`
}

/** What was found in one piece; of a failure that says nothing, what should have been so. */
export function foundText({ message, title }: CheckResult): string {
  return message === '' ? `not true: ${title}` : message
}

/** The same as lines of plain text, `fix: set …`, and where the check is defined. */
export function findingText(check: CheckResult): string {
  return [...findingFields(check), ...expressionFields(check), ...definitionFields(check)]
    .map(([label, text]) => (label === '' ? `  ${text}` : `${label}: ${text}`))
    .join('\n')
}

/**
 * Where a check is defined. Of one inside the package, which a user cannot open, where the deployment file uses it;
 * nothing without that.
 */
export function definitionFields({
  definition,
  pointsTo,
}: Pick<CheckResult, 'definition' | 'pointsTo'>): readonly LabelledText[] {
  if (pointsTo !== undefined) return labelled('used in', pointsTo === null ? '' : placeText(pointsTo))
  return labelled('defined', definition === undefined ? '' : placeText(definition))
}

/** Why a check lets the release through without having passed. */
export function noteOf({ message, waiver }: CheckResult): string {
  if (waiver === null) return message
  return `${message}\nwaived until ${waiver.expires}${daysLeftText(waiver.daysLeft)} by ${waiver.owner} (${waiver.ticket}): ${waiver.reason}`
}

function daysLeftText(days: number | undefined): string {
  if (days === undefined) return ''
  return days === 0 ? ', its last day,' : `, ${days} ${days === 1 ? 'day' : 'days'} left,`
}

/** `file:line`, the form editors and terminals understand. */
function placeText({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line}`
}

function labelled(label: string, text: string): readonly LabelledText[] {
  return text === '' ? [] : [[label, text]]
}

function valueText(value: unknown): string {
  if (value === null) return 'absent'
  const text = JSON.stringify(value)
  return text.length <= longestValue
    ? text
    : `${text.slice(0, longestValue)}… (${text.length - longestValue} characters more)`
}

/**
 * What a finding is recognised by from run to run: a sha256 (hex) over what it is, never over what was found or its
 * place.
 */
export function fingerprintOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex')
}

/**
 * The beginning of a text, at most so many characters with the `…` that says it was cut. Never half of a surrogate
 * pair.
 */
export function beginningOf(text: string, longest: number): string {
  if (text.length <= longest) return text
  const end = longest - 1
  const isInsidePair = /[\uD800-\uDBFF]/.test(text.charAt(end - 1))
  return `${text.slice(0, isInsidePair ? end - 1 : end)}…`
}

/**
 * How much of a text that is cut goes to its beginning: the cause of a failed command is at the end of what it printed.
 */
const shareOfBeginning = 0.4

/**
 * The beginning and the end of a text, at most so many characters with the `…` between them. Never half of a surrogate
 * pair.
 */
export function cut(text: string, longest: number): string {
  if (text.length <= longest) return text
  const beginning = beginningOf(text, Math.max(1, Math.floor(longest * shareOfBeginning)))
  const rest = longest - beginning.length
  const start = text.length - rest
  const isInsidePair = /[\uDC00-\uDFFF]/.test(text.charAt(start))
  return beginning + (rest === 0 ? '' : text.slice(isInsidePair ? start + 1 : start))
}
