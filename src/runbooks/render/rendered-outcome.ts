import { formatDuration } from '../../base/time/duration.js'
import { jsonText } from '../../base/text/json-text.js'
import { stepsInDirection, type RunRecord } from '../record/run-record.js'
import { messageLines, summaryOf } from '../record/message-lines.js'
import type { StepRecord } from '../record/step-record.js'
import { stepMarks, type RunState, type StepState } from '../definition/runbook-vocabulary.js'
import { code, inline, table, fence } from '../../base/text/markdown-text.js'
import { itemCounts, itemOutcomes, itemTable } from './item-outcome.js'
import { timeCell } from './step-section.js'

const runWords = {
  running: 'not ended: it is still running, or was killed',
  completed: 'completed',
  'completed-with-manual': 'completed, in part by the word of a person',
  failed: 'failed',
  'not-evaluated': 'not evaluated',
  open: 'open: it waits for the word of a person',
  undone: 'undone',
  'undo-failed': 'could not be undone',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
} as const satisfies Record<RunState, string>

const stepWords = {
  pending: 'was not reached',
  running: 'was started, but its end is not recorded',
  done: 'done',
  verified: 'done and verified',
  failed: 'failed',
  'not-evaluated': 'could not be evaluated',
  open: 'open: it waits for the word of a person',
  unknown: 'unknown whether it took effect',
  skipped: 'skipped',
  'not-run': 'was not run',
  cancelled: 'cancelled',
  undone: 'done, and undone',
  'undo-failed': 'done, but could not be undone',
} as const satisfies Record<StepState, string>

/** How the run went as a whole. */
export function runSummary(record: RunRecord): readonly string[] {
  const { started, state, exitCode, message, direction, undoReason, resumes, operator, clockWentBack } = record
  const counts = new Map<StepState, number>()
  for (const step of stepsInDirection(record)) counts.set(step.state, (counts.get(step.state) ?? 0) + 1)
  const items = itemOutcomes(record)
  const rows = [
    [
      'Outcome',
      `**${runWords[state]}**${exitCode === null ? '' : ` (exit ${exitCode})`}${message === '' ? '' : `: ${inline(summaryOf(message))}`}`,
    ],
    ['Run', `${code(started.run)}${started.practice ? ' (practice: nothing was really done)' : ''}`],
    ['Target', code(started.target)],
    ['Started', `${timeCell(record.startedAt)} by ${person(started.operator)}`],
    [state === 'running' ? 'Last entry' : 'Ended', timeCell(record.lastAt)],
    ...(resumes === 0
      ? []
      : [['Resumed', `${resumes === 1 ? 'once' : `${resumes} times`}, last by ${person(operator)}`]]),
    ...(direction === 'undo' ? [['Undone because', inline(undoReason)]] : []),
    items.length > 0
      ? ['Items', itemCounts(items)]
      : ['Steps', [...counts].map(([each, count]) => `${count} ${each}`).join(', ')],
    ['Plan', code(started.planHash)],
    ['Tool', `preflight ${inline(started.tool)}`],
    ...(clockWentBack.length === 0
      ? []
      : [
          [
            'Clock',
            `it went back before ${clockWentBack.length === 1 ? 'entry' : 'entries'} ${clockWentBack.join(', ')}; the order is that of the journal, and times around it cannot be trusted`,
          ],
        ]),
  ]
  const given = Object.entries(started.parameters).map(([name, each]) => [
    code(name),
    'value' in each ? code(typeof each.value === 'string' ? each.value : JSON.stringify(each.value)) : '(secret)',
  ])
  return [
    '## Outcome',
    ...table(['', ''], rows),
    ...itemTable(items),
    ...(record.requirements.length === 0
      ? []
      : [
          'What it requires, as it was found last:',
          ...table(['', 'Requirement', 'Found'], record.requirements.map(requirementCells)),
        ]),
    ...(given.length === 0 ? [] : ['Parameters:', ...table(['Parameter', 'Value'], given)]),
  ]
}

function requirementCells({ kind, name, holds, found, neededBy, fix }: RunRecord['requirements'][number]): string[] {
  const steps = neededBy.length === 0 ? '' : `, needed by ${neededBy.map(code).join(', ')}`
  return [
    stepMarks[holds ? 'done' : 'failed'],
    `${kind} ${code(name)}${steps}`,
    holds ? 'it is there' : `${inline(found)}; fix: ${inline(fix)}`,
  ]
}

/** What came of a step. */
export function stepOutcome(step: StepRecord): readonly string[] {
  const { state, attempts, startedAt, durationMs, isOpen, approvedBy, resolved, undoAttempts, verified } = step
  // An operator's word is below with who gave it.
  const [summary = '', ...found] = messageLines(step.message === resolved?.reason ? '' : step.message)
  const details = [
    ...(startedAt === '' ? [] : [timeCell(startedAt)]),
    ...(startedAt === '' || isOpen || (resolved !== null && durationMs === 0)
      ? []
      : [`took ${formatDuration(durationMs)}`]),
    ...(attempts > 1 ? [`${attempts} attempts`] : []),
    ...(undoAttempts > 1 ? [`${undoAttempts} attempts to undo it`] : []),
  ]
  return [
    `**${stepMarks[state]} ${stepWords[state]}**${details.length === 0 ? '' : ` · ${details.join(' · ')}`}${summary === '' ? '' : `: ${inline(summary)}`}`,
    ...(found.length === 0 ? [] : [found.map((line) => `- ${inline(line)}`).join('\n')]),
    ...facts(step, [
      ...(approvedBy === null ? [] : [`Approved by ${person(approvedBy)}.`]),
      ...personOf(step.facts),
      ...(verified === null || verified === 'holds'
        ? []
        : [
            verified === 'cannot-tell'
              ? 'Its verification gave no answer.'
              : 'Its verification shows that it did not take effect.',
          ]),
      ...(resolved === null
        ? []
        : [`${person(resolved.by)} said that it is ${resolved.as}: ${inline(resolved.reason)}`]),
    ]),
  ]
}

function facts(step: StepRecord, people: readonly string[]): readonly string[] {
  const outputs = Object.entries(step.outputs).map(
    ([name, value]) => `Captured ${code(name)}: ${code(jsonText(value) ?? '')}`,
  )
  const lines = [...people, ...outputs]
  return [...(lines.length === 0 ? [] : [lines.map((line) => `- ${line}`).join('\n')]), ...factBlocks(step.facts)]
}

function person({ user, uid, host }: RunRecord['operator']): string {
  return `${code(user)} (uid ${uid}) on ${code(host)}`
}

/** Of more facts than these the journal has the rest. */
const mostFacts = 12

/** Characters of a value on one line. */
const longestValue = 300

/** Lines of a value of several. */
const mostLines = 12

/** What facts say of a person, whichever kind of step they come from. */
const personal = [
  'by',
  'uid',
  'at',
  'note',
  'evidence',
  'evidenceSha256',
  'proof',
  'key',
  'expires',
  'attested',
  'approved',
  'digest',
  'id',
  'document',
]

/** Who did or approved it, when, with which proof, note and evidence; nothing where no person did. */
function personOf(facts: Readonly<Record<string, unknown>>): readonly string[] {
  const said = (name: string): string => (typeof facts[name] === 'string' ? facts[name] : '')
  if (!isPersonal(facts)) return []
  const proofs: Readonly<Record<string, string>> = {
    signature: 'proven by a signature',
    user: 'proven by a document of that operating-system user',
    claim: 'a claim without proof',
  }
  const proof = said('proof')
  const parts = [
    `${proof === '' ? 'Done' : 'Approved'} by ${code(said('by'))}`,
    ...(proof === '' ? [] : [proofs[proof] ?? inline(proof)]),
    ...(said('key') === '' ? [] : [`key ${code(said('key'))}`]),
    ...(said('document') === '' ? [] : [`document ${code(said('document').slice(0, 12))}`]),
    ...(said('at') === '' ? [] : [timeCell(said('at'))]),
    ...(said('expires') === '' ? [] : [`until ${timeCell(said('expires'))}`]),
    ...(said('note') === '' ? [] : [`note: ${inline(said('note'))}`]),
    ...(said('evidence') === ''
      ? []
      : [
          `evidence: ${code(said('evidence'))}${said('evidenceSha256') === '' ? '' : ` (sha256 ${code(said('evidenceSha256'))})`}`,
        ]),
  ]
  return [parts.join(', ')]
}

/** Facts that say something, as a list, and texts of several lines as blocks; all of it cut to what a person reads. */
function factBlocks(facts: Readonly<Record<string, unknown>>): readonly string[] {
  const relevant = Object.entries(facts).filter(
    ([name, value]) => !isEmpty(value) && !(isPersonal(facts) && personal.includes(name)),
  )
  const shown = relevant.slice(0, mostFacts)
  const lines = shown
    .filter(([, value]) => !isText(value))
    .map(
      ([name, value]) =>
        `- ${code(name)}: ${code(cut(typeof value === 'string' ? value.trim() : (jsonText(value) ?? '')))}`,
    )
  const texts = shown.flatMap(([name, value]) =>
    isText(value) ? [`${code(name)}:`, fence(firstLines(value), 'text')] : [],
  )
  const rest = relevant.length - shown.length
  return [
    ...(lines.length === 0 ? [] : [lines.join('\n')]),
    ...texts,
    ...(rest === 0 ? [] : [`${rest} more facts are in the journal.`]),
  ]
}

function isPersonal(facts: Readonly<Record<string, unknown>>): boolean {
  return typeof facts['by'] === 'string' && facts['by'] !== '' && ('attested' in facts || 'approved' in facts)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim().includes('\n')
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === ''
  return value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)
}

function cut(text: string): string {
  const characters = [...text]
  return characters.length <= longestValue
    ? text
    : `${characters.slice(0, longestValue).join('')}… (${characters.length - longestValue} more characters)`
}

function firstLines(text: string): string {
  const lines = text.trim().split('\n')
  const shown = lines.slice(0, mostLines).map(cut)
  return [...shown, ...(lines.length > mostLines ? [`… (${lines.length - mostLines} more lines)`] : [])].join('\n')
}
