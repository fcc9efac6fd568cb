/** The version that the repository has now, and the one of the days when its operations guide was written. */
export type AegisVersion = 'head' | '2025-07-28'

/** How the stand-in differs from a whole Aegis. */
export interface ApiMisbehaviour {
  /** What `/errors/degraded-mode/enable` does: the health page is then an internal error. */
  degraded: boolean
  /** Pages that need a login answer without one. */
  openToAll: boolean
  /** What clients get that use it meanwhile, by class. */
  traffic: '2xx' | '5xx' | 'none'
  /** Milliseconds before the health page answers. */
  delayMs: number
  /** What answers in place of Aegis. */
  impostor: 'none' | 'proxy' | 'empty'
  /** Whether the page of the metrics has lost its counters. */
  withoutCounters: boolean
  /** A proxy in front of it hides the documentation. */
  hidesDocumentation: boolean
}

/** A whole Aegis, behind a proxy that hides its documentation. */
export const behaved: ApiMisbehaviour = {
  degraded: false,
  openToAll: false,
  traffic: '2xx',
  delayMs: 0,
  impostor: 'none',
  withoutCounters: false,
  hidesDocumentation: true,
}
