/** The one redaction point, as a run of a runbook sees it. */
export interface RunRedact {
  text(text: string): string
  /** Every string leaf of a JSON-like value. */
  value(value: unknown): unknown
}
