import type { StepKind } from './definition/step-kind.js'
import { folderRegistry } from '../engine/folder-registry.js'
import type { RunTerminal } from '../checks/run-options.js'

/** Every step kind, by its file in `src/runbooks/actions`. */
export const actionRegistry = folderRegistry<StepKind>(
  new URL('./actions/', import.meta.url),
  'step kind',
  (module, name) => {
    const action = module['action'] as StepKind | undefined
    if (action?.kind !== name) throw new Error(`src/runbooks/actions/${name} exports no step kind of that name`)
    return action
  },
)

/** Where a runbook's run shows itself. */
export type RunbookTerminal = Pick<RunTerminal, 'progress' | 'progressMode' | 'progressColour' | 'warn' | 'atExit'>
