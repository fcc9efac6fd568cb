import type { RunbookDefinition } from '../definition/runbook-definition.js'
import { effects } from '../definition/runbook-vocabulary.js'
import { allSteps } from './runbook-steps.js'
import { lineText } from '../../base/text/line-text.js'
import type { TextStyle } from '../../base/text/text-style.js'

/** Every runbook, a line each, under its system. */
export function listRunbooksText(runbooks: readonly RunbookDefinition[], { chalk }: TextStyle): string {
  if (runbooks.length === 0) return 'There are no runbooks.\n'
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
  return `${lines.join('\n')}\n\n${runbooks.length} ${runbooks.length === 1 ? 'runbook' : 'runbooks'}; one in full: preflight runbook show ID\n`
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
    `${steps} ${steps === 1 ? 'step' : 'steps'}`,
    ...(changing === 0 && includes.length === 0 ? ['changes nothing'] : []),
    ...(changing === 0 ? [] : [`${changing} changing${irreversible === 0 ? '' : ` (${irreversible} for good)`}`]),
    ...(destructive === 0 ? [] : [`${destructive} destructive`]),
    ...(includes.length === 0 ? [] : [`includes ${includes.length}`]),
  ].join(', ')
}
