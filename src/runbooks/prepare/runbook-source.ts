import { dirname, resolve } from 'node:path'
import { UsageError, DefinitionsError } from '../../base/errors.js'
import { suggestionHint } from '../../base/text/wording.js'
import { loadRunbooks, compileRecorded } from '../load/used-kinds.js'
import type { RunbookDefinition } from '../definition/runbook-definition.js'
import type { JournalEventOf } from '../record/journal.js'
import { actionRegistry } from '../action-registry.js'
import { probeRegistry } from '../../engine/folder-registry.js'
import { builtinRunbooks } from '../../base/package.js'
import { builtinRoots, configuredRoots, noRootsHint, readConfiguration } from '../../checks/settings.js'
import type { RunbookSource } from './runbook-options.js'

/** Compiles every runbook. @throws DefinitionsError with every problem */
export async function allRunbooks(source: RunbookSource): Promise<ReadonlyMap<string, RunbookDefinition>> {
  return (await load(source)).runbooks
}

interface FoundRunbook {
  readonly runbook: RunbookDefinition
  /** It and at least those that it includes. */
  readonly runbooks: ReadonlyMap<string, RunbookDefinition>
}

/**
 * Compiles a runbook with what it needs. Of the built-in ones no others are read, which takes a second; those of the
 * operator's own folders are all compiled, and a mistake in any of them is an error.
 *
 * @throws DefinitionsError with every problem
 * @throws UsageError, with a suggestion, for an unknown id
 */
export async function findRunbook(source: RunbookSource, id: string): Promise<FoundRunbook> {
  const { runbooks, ids } = await load(source, id)
  return { runbook: runbookNamed(runbooks, id, ids), runbooks }
}

/**
 * Compiles a runbook with what it includes as a journal holds them, whatever became of their files.
 *
 * @throws DefinitionsError when this version of preflight accepts them no longer
 */
export async function recordedRunbook(
  { definitions, runbooks }: RunbookSource,
  started: Pick<JournalEventOf<'run-started'>, 'runbook' | 'definition' | 'folders'>,
): Promise<FoundRunbook> {
  // Earlier versions wrote no folders down: then each file is taken to be where runbooks are looked for now.
  const [root = '.'] = definitions.noBuiltin ? runbooks : [...runbooks, builtinRunbooks]
  const folderOf = (id: string): string => started.folders?.[id] ?? dirname(resolve(root, id))
  const compiled = await compileRecorded({ written: started.definition, folderOf }, actionRegistry, probeRegistry)
  if (compiled.runbooks === undefined) throw new DefinitionsError(compiled.diagnostics)
  return { runbook: runbookNamed(compiled.runbooks, started.runbook), runbooks: compiled.runbooks }
}

async function load(
  source: RunbookSource,
  only?: string,
): Promise<{ readonly runbooks: ReadonlyMap<string, RunbookDefinition>; readonly ids: ReadonlySet<string> }> {
  const configuration = await readConfiguration(source.definitions)
  const shipped = builtinRoots({ folder: builtinRunbooks, label: 'runbooks' }, source.definitions, configuration)
  const further = [
    ...configuredRoots(configuration, 'runbooks'),
    ...source.runbooks.map((folder) => ({ folder, label: folder })),
  ]
  const roots = [...shipped.map((root) => ({ ...root, isShipped: true })), ...further]
  if (roots.length === 0)
    throw new UsageError('no runbooks to read', { hint: noRootsHint(source.definitions, 'runbooks') })
  const loaded = await loadRunbooks(roots, actionRegistry, probeRegistry, only)
  if (loaded.runbooks === undefined) throw new DefinitionsError(loaded.diagnostics)
  return { runbooks: loaded.runbooks, ids: loaded.ids }
}

/** @param ids what may have been meant @throws UsageError, with a suggestion, for an unknown id */
export function runbookNamed(
  runbooks: ReadonlyMap<string, RunbookDefinition>,
  id: string,
  ids: Iterable<string> = runbooks.keys(),
): RunbookDefinition {
  const runbook = runbooks.get(id)
  if (runbook === undefined)
    throw new UsageError(`unknown runbook ${id}`, {
      hint: suggestionHint(id, ids) ?? '`preflight runbook list` shows every id',
    })
  return runbook
}
