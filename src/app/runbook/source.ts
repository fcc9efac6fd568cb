import { fileURLToPath } from 'node:url'
import { UsageError } from '../../kernel/errors.js'
import { suggestionHint } from '../../kernel/suggestion.js'
import { loadRunbooks } from '../../load/runbook/load-runbooks.js'
import { DefinitionsError } from '../../model/definitions-error.js'
import type { RunbookDefinition } from '../../model/runbook/definition.js'
import { actionRegistry } from '../../registry/actions.js'
import { probeRegistry } from '../../registry/probes.js'
import { packageRoot } from '../package.js'
import type { RunbookSource } from './options.js'

/** The runbooks that ship with the product. */
export const builtinRunbooks = fileURLToPath(new URL('runbooks', packageRoot))

/** Compiles every runbook. @throws DefinitionsError with every problem */
export async function allRunbooks({ definitions, runbooks }: RunbookSource): Promise<ReadonlyMap<string, RunbookDefinition>> {
  const builtin = definitions.noBuiltin ? [] : [{ folder: builtinRunbooks, label: 'runbooks' }]
  const roots = [...builtin, ...runbooks.map((folder) => ({ folder, label: folder }))]
  if (roots.length === 0) throw new UsageError('there are no runbooks to read', { hint: 'name a folder with --runbooks, or leave --no-builtin away' })
  const loaded = await loadRunbooks(roots, actionRegistry, probeRegistry)
  if (loaded.runbooks === undefined) throw new DefinitionsError(loaded.diagnostics)
  return loaded.runbooks
}

/** @throws UsageError, with a suggestion, for an unknown id */
export function runbookNamed(runbooks: ReadonlyMap<string, RunbookDefinition>, id: string): RunbookDefinition {
  const runbook = runbooks.get(id)
  if (runbook === undefined) throw new UsageError(`there is no runbook ${id}`, { hint: suggestionHint(id, runbooks.keys()) ?? '`preflight runbook list` shows every id' })
  return runbook
}
