/** `missing`: preflight cannot do without it here. */
export type FindingState = 'ok' | 'warning' | 'missing'

/** What was found of one thing that preflight needs. */
export interface DoctorFinding {
  readonly name: string
  readonly state: FindingState
  /** A clause; holds no secret. */
  readonly found: string
  /** What to do, a line each; none where it is ok. */
  readonly fix: readonly string[]
}

export function ok(name: string, found: string): DoctorFinding {
  return { name, state: 'ok', found, fix: [] }
}

export function warning(name: string, found: string, ...fix: readonly string[]): DoctorFinding {
  return { name, state: 'warning', found, fix }
}

export function missing(name: string, found: string, ...fix: readonly string[]): DoctorFinding {
  return { name, state: 'missing', found, fix }
}
