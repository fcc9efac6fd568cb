import type { ChalkInstance } from 'chalk'
import type { ResultEntry, ResultHistory } from '../history/history.js'
import { safeJson } from '../../base/text/bounded-json.js'
import { coverageOf } from '../result/coverage.js'
import type { Counts, ResultDocument } from '../result/report.js'
import { lineText, timeText, type TextStyle } from '../../base/text/terminal-text.js'

type Kept = NonNullable<ResultEntry['document']>

/** Kept results, two lines each, the latest first. */
export function resultHistoryText({ entries, further }: ResultHistory, { chalk }: TextStyle): string {
  if (entries.length === 0) return 'No results are kept. `preflight run` keeps the last 20, except with --no-keep.\n'
  const lines = entries.flatMap(({ shortId, document, problem }) =>
    document === undefined
      ? [`${chalk.bold(lineText(shortId))}  ${chalk.red('cannot be read')}`, `    ${lineText(problem)}`]
      : entryLines(lineText(shortId), document, chalk),
  )
  const more = further === 0 ? '' : ` of ${entries.length + further}`
  return `${lines.join('\n')}\n\n${entries.length}${more} ${entries.length + further === 1 ? 'result' : 'results'}; one in full: preflight history ID\n`
}

/** The same for programs. */
export function resultHistoryJson({ entries, further }: ResultHistory): string {
  const results = entries.map(({ id, document, problem }) => {
    if (document === undefined) return { id, problem }
    const { run, verdict, exitCode, counts } = document
    const { startedAt, finishedAt, deployment, profile, host, git } = run
    const { selectors, stages, skipped } = run.selection
    return {
      id,
      startedAt,
      finishedAt,
      verdict,
      exitCode,
      deployment,
      profile,
      host,
      git,
      selection: { selectors, stages, skipped },
      counts,
    }
  })
  return safeJson({ results, further })
}

function entryLines(id: string, { run, verdict, exitCode, counts }: Kept, chalk: ChalkInstance): readonly string[] {
  const place = `${lineText(run.deployment ?? run.host)}, profile ${lineText(run.profile)}`
  return [
    `${chalk.bold(id)}  ${timeText(run.finishedAt ?? run.startedAt)}  ${verdictText({ run, verdict, exitCode, counts }, chalk)}  ${place}`,
    chalk.dim(`    ${selectionText(run.selection, counts)}: ${tally(counts)}`),
  ]
}

const goForAPart = 'GO FOR A PART ONLY'
const verdictWidth = goForAPart.length

function verdictText(
  { run: { lock }, verdict, exitCode, counts }: Pick<Kept, 'run' | 'verdict' | 'exitCode' | 'counts'>,
  chalk: ChalkInstance,
): string {
  if (verdict !== 'go') return chalk.red(`NO-GO exit ${exitCode ?? '?'}`.padEnd(verdictWidth))
  return coverageOf({ lock, counts }) === 'part' ? chalk.yellow(goForAPart) : chalk.green('GO'.padEnd(verdictWidth))
}

/** Names that are listed before the rest becomes a number. */
const mostNames = 4

function selectionText(
  { selectors, stages, skipped }: ResultDocument['run']['selection'],
  { selected, declared }: Counts,
): string {
  const short = (names: readonly string[]): string =>
    lineText(names.slice(0, mostNames).join(', ')) +
    (names.length > mostNames ? ` and ${names.length - mostNames} more` : '')
  const parts = [
    ...(selectors.length === 0 ? [] : [short(selectors)]),
    ...(stages.length === 0 ? [] : [`stages ${short(stages)}`]),
    ...(skipped.length === 0 ? [] : [`without ${short(skipped)}`]),
  ]
  return `${selected} of ${declared} checks${parts.length === 0 ? '' : ` (${parts.join('; ')})`}`
}

function tally(counts: Counts): string {
  const words = {
    pass: 'passed',
    warn: 'warned',
    fail: 'failed',
    error: 'in error',
    timeout: 'timed out',
    blocked: 'blocked',
    waived: 'waived',
    notApplicable: 'not applicable',
  } as const
  return Object.entries(words)
    .flatMap(([name, word]) =>
      counts[name as keyof typeof words] > 0 ? [`${counts[name as keyof typeof words]} ${word}`] : [],
    )
    .join(', ')
}
