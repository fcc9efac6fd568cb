/** A place in a file; line and column count from 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A problem in a definition, configuration or environment file. Never quotes a value that may be secret. */
export interface Diagnostic {
  readonly position: Position
  /** A stable, kebab-case code: `unknown-key`, `duplicate-id`, `expression`, … */
  readonly code: string
  readonly message: string
  readonly hint?: string
}

/** `file:line:col`, the form editors and terminals understand. */
export function formatPosition(position: Position): string {
  return `${position.file}:${position.line}:${position.column}`
}
