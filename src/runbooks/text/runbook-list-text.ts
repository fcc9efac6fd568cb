import { counted } from '../../base/text/wording.js'
import type { RunbookDefinition, StepDefinition } from '../definition/runbook-definition.js'
import { effects } from '../definition/runbook-vocabulary.js'
import { lineText, timeText, type TextStyle } from '../../base/text/terminal-text.js'
import type { HistoryEntry } from '../verify-run.js'
import { stateAgain } from '../record/started-with.js'

/** Every runbook, a line each, under its system. */
export function listRunbooksText(runbooks: readonly RunbookDefinition[], { chalk }: TextStyle): string {
  if (runbooks.length === 0) return 'No runbooks.\n'
  const rows = runbooks
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((runbook) => ({ ...runbook, summary: summaryText(runbook) }))
  const idWidth = Math.max(...rows.map(({ id }) => id.length))
  const summaryWidth = Math.max(...rows.map(({ summary }) => summary.length))
  const lines = [...new Set(rows.map(({ system }) => system))].flatMap((system) => [
    chalk.bold(system),
    ...rows
      .filter((row) => row.system === system)
      .map(
        ({ id, summary, title }) =>
          `  ${id.padEnd(idWidth)}  ${summary.padEnd(summaryWidth)}  ${chalk.dim(lineText(title))}`,
      ),
  ])
  return `${lines.join('\n')}\n\n${counted(runbooks.length, 'runbook')}; one in full: preflight runbook show ID\n`
}

/** The same for programs. */
export function listRunbooksJson(runbooks: readonly RunbookDefinition[]): string {
  const rows = runbooks
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((runbook) => ({
      id: runbook.id,
      title: runbook.title,
      description: runbook.description,
      source: runbook.source,
      onFailure: runbook.onFailure,
      checklist: runbook.isChecklist,
      schedule: runbook.schedule ?? null,
      parameters: runbook.parameters.map(({ name, type, default: fallback }) => ({
        name,
        type,
        required: fallback === undefined,
      })),
      ...tallyOf(runbook),
    }))
  return `${JSON.stringify(rows, null, 2)}\n`
}

interface Tally {
  readonly steps: number
  readonly effects: Readonly<Record<string, number>>
  /** Steps that change something and that nothing takes back. */
  readonly irreversible: number
  readonly destructive: number
  readonly includes: readonly string[]
}

/** Counts over all its own steps, those of every alternative included. */
function tallyOf(runbook: RunbookDefinition): Tally {
  const steps = allSteps(runbook.steps)
  return {
    steps: steps.length,
    effects: Object.fromEntries(
      effects.map((effect) => [effect, steps.filter((step) => step.effect === effect).length]),
    ),
    irreversible: steps.filter((step) => step.effect !== 'read' && step.undo === undefined).length,
    destructive: steps.filter((step) => step.destructive).length,
    includes: [...new Set(steps.flatMap((step) => step.includes ?? []))],
  }
}

function summaryText(runbook: RunbookDefinition): string {
  const { steps, effects: counts, irreversible, destructive, includes } = tallyOf(runbook)
  const changing = (counts['idempotent'] ?? 0) + (counts['once'] ?? 0)
  return [
    ...(runbook.schedule === undefined ? [] : [runbook.schedule]),
    runbook.isChecklist ? `checklist of ${counted(steps, 'item')}` : counted(steps, 'step'),
    ...(changing === 0 && includes.length === 0 ? ['changes nothing'] : []),
    ...(changing === 0 ? [] : [`${changing} changing${irreversible === 0 ? '' : ` (${irreversible} without undo)`}`]),
    ...(destructive === 0 ? [] : [`${destructive} destructive`]),
    ...(includes.length === 0 ? [] : [`includes ${includes.length}`]),
  ].join(', ')
}

/** Steps and the steps of their alternatives, in the order of the file. Those of included runbooks belong to those. */
function allSteps(steps: readonly StepDefinition[]): readonly StepDefinition[] {
  return steps.flatMap((step) => [step, ...step.alternatives.flatMap((alternative) => allSteps(alternative.steps))])
}

/**
 * Runs, a line each, the latest first.
 *
 * @param state the folder that --state named, absolute
 */
export function historyText(runs: readonly HistoryEntry[], { chalk }: TextStyle, state?: string): string {
  if (runs.length === 0) return 'No runs.\n'
  const runWidth = Math.max(...runs.map(({ run }) => run.length))
  const stateWidth = Math.max(...runs.map(({ state }) => state.length))
  const lines = runs.flatMap(({ run, runbook, state, startedAt, operator, target, problem }) => {
    if (problem !== '')
      return [`${run.padEnd(runWidth)}  ${paint(state, chalk)(state)}`, chalk.red(`    ${lineText(problem)}`)]
    return [
      `${run.padEnd(runWidth)}  ${paint(state, chalk)(state.padEnd(stateWidth))}  ${runbook}  ${chalk.dim(`${timeText(startedAt)} by ${lineText(operator)} on ${lineText(target)}`)}`,
    ]
  })
  return `${lines.join('\n')}\n\n${runs.length} ${runs.length === 1 ? 'run' : 'runs'}; one in full: preflight runbook status RUN${stateAgain({ state })}\n`
}

/** The same for programs. */
export function historyJson(runs: readonly HistoryEntry[]): string {
  return `${JSON.stringify(runs, null, 2)}\n`
}

function paint(state: string, chalk: TextStyle['chalk']): (text: string) => string {
  if (state === 'completed') return chalk.green
  return ['failed', 'undo-failed', 'damaged'].includes(state) ? chalk.red : chalk.yellow
}
