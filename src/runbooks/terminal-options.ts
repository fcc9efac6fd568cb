import type { RunTerminal } from '../checks/run-preflight.js'

/** Where a runbook's run shows itself. */
export type RunbookTerminal = Pick<RunTerminal, 'progress' | 'progressMode' | 'progressColour' | 'warn' | 'atExit'>
