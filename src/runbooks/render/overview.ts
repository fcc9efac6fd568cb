import { needsApproval, type ParameterDefinition, type RunbookDefinition } from '../definition/runbook-definition.js'
import { jsonText } from '../../base/text/json-text.js'
import { code, fence, inline, paragraphs, table } from '../../base/text/markdown-text.js'
import { commandLine } from '../../base/text/shell-words.js'
import { flatSteps, type NumberedStep, isMapping, mappingAt } from './numbered-steps.js'
import { effectSentences } from './step-section.js'

/** What a runbook is for and what it works on. */
export function purpose(runbook: RunbookDefinition): readonly string[] {
  const { id, title, description, source, onFailure, isChecklist, schedule, written } = runbook
  const { target, lock } = mappingAt(written)
  const database = mappingAt(lock)['database']
  return [
    `# ${inline(title)}`,
    ...(description === '' ? [] : [paragraphs(description)]),
    ...table(
      ['', ''],
      [
        ['Runbook', code(id)],
        ...(source === '' ? [] : [['Written source', code(source)]]),
        [
          'Target',
          `${typeof target === 'string' ? code(target) : code(runbook.system)}; never two runs at the same time`,
        ],
        ...(typeof database === 'string' ? [['Locked in', `also the database ${code(database)}`]] : []),
        isChecklist
          ? ['When an item fails', 'the others are still judged']
          : ['When a step fails', onFailure === 'undo' ? 'the steps that were done are undone' : 'the run stops there'],
        ...(schedule === undefined ? [] : [['To be run', schedule]]),
      ],
    ),
  ]
}

/** What a run may or must be given. */
export function parameters({ parameters: declared, written }: RunbookDefinition): readonly string[] {
  if (declared.length === 0) return []
  const defaults = mappingAt(written, 'parameters')
  const rows = declared.map((parameter) => [
    code(parameter.name),
    typeCell(parameter),
    defaultCell(parameter, mappingAt(defaults[parameter.name])['default']),
    inline(parameter.description),
  ])
  return ['## Parameters', ...table(['Name', 'Type', 'Default', 'What it is'], rows)]
}

function typeCell({ type, values, pattern, minimum, maximum }: ParameterDefinition): string {
  return [
    type,
    ...(values === undefined ? [] : [`one of ${values.map(code).join(', ')}`]),
    ...(pattern === undefined ? [] : [`matching ${code(pattern.source)}`]),
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
  ].join(', ')
}

function defaultCell({ type, variable, default: fallback }: ParameterDefinition, written: unknown): string {
  if (type === 'secret') return variable === undefined ? 'asked for' : `from the variable ${code(variable)}`
  if (fallback === undefined) return '**required**'
  return code(typeof written === 'string' ? (written === '' ? '""' : written) : (jsonText(written) ?? 'computed'))
}

/** What must be there before the first step. */
export function requirements({ requires }: RunbookDefinition): readonly string[] {
  if (requires.length === 0) return []
  const lines = requires.map(({ kind, neededBy, when, written }) => {
    const steps = neededBy.length === 0 ? '' : `, for ${neededBy.map(code).join(', ')}`
    const condition = when === undefined ? '' : `, when ${code(when.source)}`
    const cure = written.fix === undefined ? '' : `. If it is missing: ${inline(written.fix)}`
    return `- ${kind} ${code(written.name)}${steps}${condition}${cure}`
  })
  return [
    '## What it requires',
    'Judged before the first step; if anything is missing, nothing is done.',
    lines.join('\n'),
  ]
}

/** What is to be known up front: what changes, what cannot be taken back, who is needed. */
export function beforehand(steps: readonly NumberedStep[]): readonly string[] {
  const all = flatSteps(steps)
  const changing = all.filter(({ step }) => step.effect !== 'read')
  const people = all.filter(needsPerson)
  const destructive = all.filter(({ step }) => step.destructive)
  const approved = all.filter(({ step }) => step.asksFirst)
  const includes = all.filter(({ step, included }) => step.includes !== undefined && included.length === 0)
  const row = ({ number, path, step }: NumberedStep): string[] => [
    number,
    code(path),
    inline(step.title),
    effectSentences[step.effect],
    reversal(step),
  ]
  return [
    '## Before you start',
    ...(includes.length === 0
      ? []
      : [
          `The pages of the included runbooks show what these steps change: ${includes.map(({ path }) => code(path)).join(', ')}.`,
        ]),
    ...(changing.length === 0
      ? [includes.length === 0 ? 'It changes nothing.' : 'It changes nothing itself.']
      : ['It changes:', ...table(['', 'Step', 'What', 'Repeatable', 'Undone'], changing.map(row))]),
    ...(destructive.length === 0
      ? []
      : ['These steps are destructive, and each needs its own approval:', list(destructive)]),
    ...(approved.length === 0
      ? []
      : ['These items are runbooks, each of which runs only if it is approved:', list(approved)]),
    ...(people.length === 0 ? [] : ['These steps wait for a person:', list(people)]),
  ]
}

/** A person does, approves or decides it; a choice that a parameter makes needs no person. */
function needsPerson({ step }: NumberedStep): boolean {
  const { written } = step.action
  const isDecided = step.alternatives.length > 0 && isMapping(written) && written['by'] !== undefined
  return step.timeout === undefined && !isDecided
}

function list(steps: readonly NumberedStep[]): string {
  return steps
    .map(({ number, path, step }) => `- ${number}. ${code(path)}: ${inline(step.title)} (${code(step.action.kind)})`)
    .join('\n')
}

function reversal({ undo, pointOfNoReturn }: NumberedStep['step']): string {
  return [
    undo === undefined ? '**cannot be undone**' : `by its undo (${code(undo.action.kind)})`,
    ...(pointOfNoReturn ? ['**point of no return**'] : []),
  ].join(', ')
}

/** How it is carried out, ready to be copied. */
export function invocation(
  { id, parameters: declared, isChecklist }: RunbookDefinition,
  steps: readonly NumberedStep[],
): readonly string[] {
  const required = declared.filter(({ type, default: fallback }) => type !== 'secret' && fallback === undefined)
  const flags = required.flatMap(({ name }) => ['--param', `${name}=${name.toUpperCase()}`])
  const approvals = flatSteps(steps)
    .filter(({ step }) => needsApproval(step))
    .flatMap(({ path }) => ['--approve', path])
  return [
    '## How to run it',
    isChecklist
      ? 'The plan shows exactly what would be looked at, without doing it. The run judges every item, can be interrupted, and at a resume asks only for what is open.'
      : 'The plan shows exactly what would be done, without doing it. The run does it, step by step, and can be interrupted, resumed and undone.',
    fence(
      [
        commandLine(['preflight', 'runbook', 'plan', id, ...flags]),
        commandLine(['preflight', 'runbook', 'run', id, ...flags]),
      ].join('\n'),
      'sh',
    ),
    ...(approvals.length === 0
      ? []
      : [
          `Without a terminal, approve ${isChecklist ? 'them' : 'destructive steps'} with ${code(approvals.join(' '))}.`,
        ]),
  ]
}

/** Where it does something else than the written runbook it comes from. */
export function departures({ departures: all }: RunbookDefinition): readonly string[] {
  if (all.length === 0) return []
  return [
    '## Differences from the written runbook',
    ...table(
      ['It says', 'Here', 'Because'],
      all.map(({ wording, instead, why }) => [code(wording), inline(instead), inline(why)]),
    ),
  ]
}
