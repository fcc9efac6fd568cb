import type { ProcessFate } from '../../processes/process-fate.js'
import { formatDuration } from '../../base/time/duration.js'
import { coveredName } from '../plan/covered.js'
import { messageLines } from '../record/message-lines.js'
import { stepsInDirection, type RunRecord } from '../record/run-record.js'
import type { StepRecord } from '../record/step-record.js'
import { nextCommands } from './runbook-next.js'
import { lineText, timeText, wrap, type TextStyle } from '../../base/text/terminal-text.js'
import { runStateText, stepMark } from './runbook-words.js'

/**
 * How far a run came, and what to do next.
 *
 * @param anchor of its journal, where the process that wrote it prints this: read back from the journal, it would prove
 *   nothing
 * @param fate what became of its process, where its end is not on record
 */
export function statusText(record: RunRecord, style: TextStyle, anchor?: string, fate?: ProcessFate): string {
  const { chalk, width } = style
  const { started, state, message, operator, clockWentBack } = record
  const steps = stepsInDirection(record)
  const digits = String(steps.length).length
  const kept = steps.some(({ kind }) => kind === 'approve') ? anchor : undefined
  const next = nextCommands(record, kept, fate)
  const facts = [
    `run ${started.run}`,
    `on ${lineText(started.target)}`,
    `started ${timeText(record.startedAt)} by ${lineText(started.operator.user)} on ${lineText(started.operator.host)}`,
  ]
  return [
    `${chalk.bold.underline(started.runbook)}  ${lineText(started.title)}${started.practice ? chalk.yellow('  practice') : ''}`,
    chalk.dim(wrap(facts.join(' · '), width)),
    ...(record.resumes === 0
      ? []
      : [
          chalk.dim(
            `resumed ${record.resumes === 1 ? 'once' : `${record.resumes} times`}, last by ${lineText(operator.user)}`,
          ),
        ]),
    '',
    ...steps.flatMap((step, index) => stepLines(step, `${String(index + 1).padStart(digits + 2)}. `, style)),
    '',
    `${state === 'running' && fate !== undefined ? `The run: ${chalk.yellow.bold(openText(record, fate))}` : runStateText(state, started.checklist === true, chalk)}${record.exitCode === null ? '' : chalk.dim(` (exit ${record.exitCode})`)}.`,
    ...messageLines(message).map((line, index) => wrap(lineText(line), width, index === 0 ? '  ' : '    ')),
    ...(record.direction === 'undo' && record.undoReason !== ''
      ? [wrap(`Undone because: ${lineText(record.undoReason)}`, width, '  ')]
      : []),
    ...(clockWentBack.length === 0
      ? []
      : [
          chalk.yellow(
            wrap(
              `The clock went back before ${clockWentBack.length === 1 ? 'entry' : 'entries'} ${clockWentBack.join(', ')}: the order is that of the journal.`,
              width,
            ),
          ),
        ]),
    ...record.covered.accepted.map(({ name, how, operator: by }) =>
      chalk.dim(
        wrap(
          `Changed since the start: ${lineText(name)}, ${how === 'declared' ? 'by a step that declares it' : `accepted by ${lineText(by.user)}`}`,
          width,
          '  ',
        ),
      ),
    ),
    ...record.covered.unexplained.map(({ entry, step }) =>
      chalk.yellow(
        wrap(`Changed while ${step} ran, which does not declare it: ${lineText(coveredName(entry))}`, width, '  '),
      ),
    ),
    ...(kept === undefined
      ? []
      : [
          '',
          `Head  ${kept}`,
          chalk.dim(
            wrap(
              'Keep it where no writer of the journal can change it: it proves that the approvals were not changed.',
              width,
            ),
          ),
        ]),
    ...(next.length === 0
      ? []
      : ['', chalk.bold('Next'), ...next.flatMap(({ command, why }) => [chalk.dim(`  # ${why}`), `  ${command}`])]),
    '',
  ].join('\n')
}

/** The same for programs. */
export function statusJson(record: RunRecord, anchor: string, fate?: ProcessFate): string {
  const {
    started,
    startedAt,
    lastAt,
    seq,
    state,
    exitCode,
    message,
    direction,
    undoReason,
    resumes,
    operator,
    clockWentBack,
  } = record
  const { run, runbook, title, target, planHash, practice, onFailure, tool, parameters } = started
  const document = {
    schemaVersion: 1,
    run,
    runbook,
    title,
    target,
    planHash,
    practice,
    checklist: started.checklist === true,
    onFailure,
    tool,
    parameters,
    startedBy: started.operator,
    startedAt,
    lastAt,
    entries: seq,
    head: anchor,
    state,
    exitCode,
    message,
    direction,
    undoReason,
    resumes,
    operator,
    clockWentBack,
    requirements: record.requirements,
    steps: [...record.steps.values()],
    course: record.course,
    covers: record.covered.entries ?? null,
    acceptedChanges: record.covered.accepted,
    unexplainedChanges: record.covered.unexplained,
    process: fate ?? null,
    next: nextCommands(record, undefined, fate),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

/** How far a run without an end on record came, and what became of its process. */
function openText(record: RunRecord, fate: ProcessFate): string {
  const { startedAt, lastAt, operator } = record
  const [day = '', time = ''] = timeText(lastAt).split(/ (.*)/)
  const at = `${startedAt.startsWith(day) ? time : `${day} ${time}`} ${placeOf(record)}`
  const process = `process ${operator.pid}`
  switch (fate) {
    case 'gone':
      return `cut off at ${at}; its ${process} is gone`
    case 'running':
      return `last entry at ${at}; its ${process} still runs`
    case 'unknown':
      return `running or killed: last entry at ${at}; see whether its ${process} still runs on ${lineText(operator.host)}`
  }
}

/** Where it was at its last entry. */
function placeOf(record: RunRecord): string {
  const all = stepsInDirection(record)
  const open = all.findLast(({ isOpen, isUndoOpen }) => isOpen || isUndoOpen)
  if (open !== undefined) return `in ${open.isUndoOpen ? 'the undo of ' : ''}step ${open.path}`
  const next = all.find(({ state }) => state === 'pending')
  return next === undefined ? 'after its last step' : `before step ${next.path}`
}

function stepLines(step: StepRecord, number: string, { chalk, width }: TextStyle): readonly string[] {
  const indent = ' '.repeat(number.length + 2)
  const ended =
    step.endedAt === '' || step.state === 'skipped'
      ? ''
      : `  ${formatDuration(step.durationMs)}${step.attempts > 1 ? `, ${step.attempts} attempts` : ''}`
  const isPlain = step.state === 'done' || step.state === 'pending'
  return [
    `${number}${stepMark(step.state, chalk)} ${step.path}  ${chalk.dim(lineText(step.title))}${isPlain ? '' : `  ${stateText(step)}`}${chalk.dim(ended)}`,
    ...messageLines(step.message).map((line) => wrap(lineText(line), width, indent)),
    ...peopleOf(step).map((text) => chalk.dim(wrap(lineText(text), width, indent))),
  ]
}

/** Who had a part in it: approved, attested, or said what became of it. */
function peopleOf({ approvedBy, facts, resolved, message }: StepRecord): readonly string[] {
  const said = (name: string): string => (typeof facts[name] === 'string' ? facts[name] : '')
  const isBy = said('by') !== ''
  return [
    ...(approvedBy === null ? [] : [`approved by ${approvedBy.user}`]),
    ...(isBy && facts['approved'] === true
      ? [`approved by ${said('by')}, ${approvalProofs[said('proof')] ?? said('proof')}`]
      : []),
    ...(isBy && facts['attested'] === true
      ? [
          `confirmed by ${said('by')}${said('note') === '' ? '' : `: ${said('note')}`}${said('evidence') === '' ? '' : ` (evidence ${said('evidence')})`}`,
        ]
      : []),
    ...(resolved === null
      ? []
      : [
          `${resolved.as} by the word of ${resolved.by.user}${resolved.reason === message ? '' : `: ${resolved.reason}`}`,
        ]),
  ]
}

const approvalProofs: Readonly<Record<string, string>> = {
  signature: 'proven by a signature',
  user: 'proven by a document of that user',
  claim: 'a claim without proof',
}

function stateText(step: StepRecord): string {
  if (step.isUndoOpen) return 'being undone'
  if (step.isOpen && step.state === 'running') return 'started, but its end is not recorded'
  return step.state
}
