import type { ResultDocument } from '../result/report.js'
import { type ReporterOptions, reporterRegistry } from '../result/reporter.js'
import { findResult, listResults } from './kept-results.js'
import { stateFolder } from '../../base/files/state-folder.js'

/** A kept result in a list of results. */
export interface ResultEntry {
  readonly id: string
  /** The beginning of the id that no other kept result has. */
  readonly shortId: string
  /** `undefined` where it cannot be read. */
  readonly document: Pick<ResultDocument, 'run' | 'verdict' | 'exitCode' | 'counts'> | undefined
  /** Why it cannot be read, or empty. */
  readonly problem: string
}

export interface ResultHistory {
  /** The latest first. */
  readonly entries: readonly ResultEntry[]
  /** How many are kept beyond those. */
  readonly further: number
}

/** Characters of an id that are shown at least. */
const shortest = 8

/** The kept results of this user. */
export async function resultHistory(options: {
  readonly state: string | undefined
  readonly limit: number
}): Promise<ResultHistory> {
  const results = await listResults(stateFolder(options.state))
  const ids = results.map(({ id }) => id)
  const entries = results.slice(0, options.limit).map((result) => ({
    id: result.id,
    shortId: shortId(result.id, ids),
    document: result.document,
    problem: result.document === undefined ? result.problem : '',
  }))
  return { entries, further: results.length - entries.length }
}

/**
 * A kept result as a report, as if the run had just ended.
 *
 * @throws UsageError for an unknown format, or a run of which no result, or several, are kept; DocumentUnreadableError
 *   for a damaged one
 */
export async function keptReport(options: {
  readonly state: string | undefined
  readonly id: string
  readonly format: string
  readonly style: ReporterOptions
}): Promise<string> {
  const reporter = await reporterRegistry.load(options.format)
  return reporter.render(await findResult(stateFolder(options.state), options.id), options.style)
}

function shortId(id: string, all: readonly string[]): string {
  for (let length = shortest; length < id.length; length++) {
    const start = id.slice(0, length)
    if (all.filter((other) => other.startsWith(start) || other.endsWith(start)).length === 1) return start
  }
  return id
}
