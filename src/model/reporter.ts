import type { ResultDocument } from './report.js'

export interface ReporterOptions {
  /** Whether ANSI colours may be used. */
  readonly colour: boolean
  /** Columns of the terminal, or a fixed width for files. */
  readonly width: number
}

/** A format: a pure fold of a finished, already redacted result document into text. It knows no verdict of its own. */
export interface Reporter {
  /** The name of its file, and the value of `--format`. */
  readonly format: string
  readonly title: string
  render(document: ResultDocument, options: ReporterOptions): string
}
