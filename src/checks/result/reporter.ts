import type { ResultDocument } from './report.js'
import type { Status } from '../../base/vocabulary.js'
import { folderRegistry } from '../../engine/folder-registry.js'

export interface ReporterOptions {
  /** Whether ANSI colours may be used. */
  readonly colour: boolean
  /** Columns of the terminal, or a fixed width for files. */
  readonly width: number
  /** How much a report for people at a terminal says; `usual` where it is left out. */
  readonly detail?: ReportDetail
}

/**
 * `quiet`: what is not green, and the verdict. `usual`: besides, how each stage went. `whole`: every check, and the
 * expressions that failed with their values.
 */
export type ReportDetail = 'quiet' | 'usual' | 'whole'

/** A format: a pure fold of a finished, already redacted result document into text. It knows no verdict of its own. */
export interface Reporter {
  /** The name of its file, and the value of `--format`. */
  readonly format: string
  readonly title: string
  /**
   * The format that is added to the summary of a workflow step, where the surroundings have one, when this format is
   * asked for.
   */
  readonly stepSummaryFormat?: string
  render(document: ResultDocument, options: ReporterOptions): string
}

/** How each status looks where a person reads it: readable without colour, one column wide. */
export const statusMarks = {
  pass: '✔',
  warn: '⚠',
  fail: '✖',
  error: '‼',
  timeout: '⏱',
  blocked: '◌',
  waived: '≈',
  'not-applicable': '–',
} as const satisfies Record<Status, string>

/** Every report format, by its file in `src/reports`. */
export const reporterRegistry = folderRegistry<Reporter>({
  folder: 'reports',
  what: 'format',
  exported: 'reporter',
})
