import { formatLimit } from '../../base/time/duration.js'
import type { Operation, StepDefinition } from '../definition/runbook-definition.js'
import type { Effect } from '../definition/runbook-vocabulary.js'
import { code, inline, fence } from '../../base/text/markdown-text.js'
import { type NumberedStep, mappingAt, writtenMessage, isMapping } from './numbered-steps.js'
import { Document, isScalar, visit } from 'yaml'
import { commandLine } from '../../base/text/shell-words.js'

/** What each effect means to a person who carries it out by hand. */
export const effectSentences = {
  read: 'changes nothing',
  idempotent: 'may be repeated',
  once: '**must happen at most once**',
} as const satisfies Record<Effect, string>

/** Blocks of Markdown that go into a step's section, below its heading: what came of it, in a report. */
type RenderedOutcome = (path: string) => readonly string[]

/** A deeper heading than six does not exist. */
const deepestHeading = 6

/**
 * A step with everything somebody needs to do it by hand, and the steps below it. @param depth 0 for the runbook's own
 * steps
 */
export function stepSection(
  numbered: NumberedStep,
  depth: number,
  outcome: RenderedOutcome,
  linkTo: (id: string) => string,
): readonly string[] {
  const { number, path, step, written } = numbered
  return [
    `${heading(depth)} ${number}. ${inline(step.title)}`,
    properties(numbered),
    ...callouts(numbered),
    ...outcome(path),
    ...(step.when === undefined ? [] : [`Only when ${code(step.when.source)}.`]),
    ...(step.includes === undefined ? [] : [`The steps of ${linkTo(step.includes)}.`]),
    ...(isStructural(step) ? structure(step) : [actionBlock(step.action.written), ...expectations(step, written)]),
    ...(step.capture.length === 0
      ? []
      : [
          step.capture
            .map(({ name, type, value }) => `- Captures ${code(name)} (${type}): ${code(value.source)}`)
            .join('\n'),
        ]),
    ...operation('Verified by', step.verify, mappingAt(written, 'verify')),
    ...operation('**Undo** by', step.undo, mappingAt(written, 'undo')),
    ...operation('Its undo is verified by', step.undo?.verify, mappingAt(written, 'undo', 'verify')),
    ...numbered.alternatives.flatMap(({ letter, alternative, steps }) => [
      `${heading(depth + 1)} ${letter}. ${inline(alternative.title)} (${code(alternative.name)})`,
      ...steps.flatMap((each) => stepSection(each, depth + 2, outcome, linkTo)),
    ]),
    ...numbered.included.flatMap((each) => stepSection(each, depth + 1, outcome, linkTo)),
  ]
}

function heading(depth: number): string {
  return '#'.repeat(Math.min(deepestHeading, 3 + depth))
}

/** Path, kind, effect, time limit, retry, and what it comes after when that is not the step before it. */
function properties({ path, step, previous }: NumberedStep): string {
  const needs =
    previous === undefined ? step.needs : step.needs.length === 1 && step.needs[0] === previous ? [] : step.needs
  return [
    code(path),
    code(step.action.kind),
    ...(isStructural(step) ? [] : [effectSentences[step.effect], limit(step)]),
    ...(step.retry.attempts > 1
      ? [`up to ${step.retry.attempts} attempts, ${formatLimit(step.retry.delay)} apart`]
      : []),
    ...(needs.length === 0 ? [] : [`after ${needs.map(code).join(', ')}`]),
  ].join(' · ')
}

function limit({ timeout }: Operation): string {
  return timeout === undefined ? 'waits for a person' : `within ${formatLimit(timeout)}`
}

/** It does nothing itself: it stands for the steps below it or of another page. */
function isStructural(step: StepDefinition): boolean {
  return step.alternatives.length > 0 || step.includes !== undefined
}

/** How the choice is made, or what the other runbook is given. */
function structure({ action, includes }: StepDefinition): readonly string[] {
  if (includes === undefined) return [choiceBlock(action.written)]
  const given = mappingAt(action.written, 'parameters')
  return Object.keys(given).length === 0 ? [] : ['With these parameters:', actionBlock(given)]
}

function callouts({ step, path, isAfterUndo = false }: NumberedStep): readonly string[] {
  return [
    ...(step.asksFirst
      ? [`> **Approved first.** It runs only if its path is typed at a terminal, or with ${code(`--approve ${path}`)}.`]
      : []),
    ...(step.destructive
      ? [`> **Destructive.** It runs only if its path is typed at a terminal, or with ${code(`--approve ${path}`)}.`]
      : []),
    ...(step.pointOfNoReturn ? ['> **Point of no return.** An undo never goes back past it.'] : []),
    ...(step.effect !== 'read' && step.undo === undefined && !isAfterUndo ? ['> **It cannot be undone.**'] : []),
  ]
}

function expectations({ expect }: Operation, written: Readonly<Record<string, unknown>>): readonly string[] {
  const lines = expect.map(({ that }, index) => {
    const message = writtenMessage(written, index)
    return `- Expected: ${code(that.source)}${message === '' ? '' : `, otherwise: ${inline(message)}`}`
  })
  return lines.length === 0 ? [] : [lines.join('\n')]
}

function operation(
  words: string,
  given: Operation | undefined,
  written: Readonly<Record<string, unknown>>,
): readonly string[] {
  if (given === undefined) return []
  return [
    `${words} ${code(given.action.kind)} (${effectSentences[given.effect]}, ${limit(given)}):`,
    actionBlock(given.action.written),
    ...expectations(given, written),
  ]
}

/**
 * An action as its file says it, for a person who may have to do it by hand: a command line, a script, or the settings.
 */
function actionBlock(written: unknown): string {
  if (Array.isArray(written) && written.every((word) => typeof word === 'string'))
    return fence(commandLine(written), 'sh')
  if (typeof written === 'string') return fence(written, 'text')
  return fence(yamlText(written), 'yaml')
}

/** A choice without the steps of its alternatives, which are below it by themselves. */
function choiceBlock(written: unknown): string {
  if (!isMapping(written)) return actionBlock(written)
  const { options, ...rest } = written
  return actionBlock({ ...rest, options: isMapping(options) ? Object.keys(options) : [] })
}

/** YAML in which lists of plain values stay on their line and long lines are not folded. */
function yamlText(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false })
  visit(document, {
    Seq(_key, list) {
      if (list.items.length > 0 && list.items.every((item) => isScalar(item) && !String(item.value).includes('\n')))
        list.flow = true
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd()
}

/** `2026-01-02 03:04:05 UTC` of an ISO-8601 time, as Markdown. */
export function timeCell(at: string): string {
  return inline(at.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC'))
}
