import type { StepKind } from './definition/step-kind.js'
import { folderRegistry } from '../engine/folder-registry.js'
import type { RunTerminal } from '../checks/run-options.js'

/** Every step kind, by its file in `src/runbooks/actions`. */
export const actionRegistry = folderRegistry<StepKind>({
  folder: 'runbooks/actions',
  what: 'step kind',
  exported: 'action',
})

/** Where a runbook's run shows itself. */
export type RunbookTerminal = Pick<RunTerminal, 'progress' | 'progressMode' | 'progressColour' | 'warn' | 'atExit'>
