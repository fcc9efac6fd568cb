import type { Diagnostic } from '../../base/position.js'
import type { RunbookDefinition } from '../definition/runbook-definition.js'
import { parseSource } from '../../definitions/source-file.js'
import type { ProbeKinds } from '../../checks/load/load-definitions.js'
import { Problems } from '../../definitions/problems.js'
import { compileRunbook } from './compile-runbook.js'
import { UsedKinds, type StepKinds } from './used-kinds.js'

/** Runbooks as a journal holds them. */
export interface RecordedRunbooks {
  /** What their files held, by id. */
  readonly written: Readonly<Record<string, unknown>>
  /** Absolute folder that the file of one was in. */
  folderOf(id: string): string
}

/**
 * Compiles the runbooks that a run was started with, from what its journal holds of them: their files may be gone.
 *
 * @returns them by id; `runbooks` is `undefined` when there is any problem, as with a runbook that this version no
 *   longer accepts
 */
export async function compileRecorded(
  { written, folderOf }: RecordedRunbooks,
  stepKinds: StepKinds,
  probeKinds: ProbeKinds,
): Promise<{
  readonly runbooks: ReadonlyMap<string, RunbookDefinition> | undefined
  readonly diagnostics: readonly Diagnostic[]
}> {
  const problems = new Problems()
  const kinds = new UsedKinds(stepKinds, probeKinds)
  const sources = Object.entries(written).flatMap(([id, content]) => {
    const file = `${id}.yaml as the journal holds it`
    // JSON is YAML, and says the same of every value.
    const root = parseSource(Buffer.from(JSON.stringify(content, null, 1)), file, problems)
    return root === undefined ? [] : [{ id, file, root }]
  })
  const used = await kinds.of(sources.map(({ root }) => root))
  const runbooks = new Map<string, RunbookDefinition>()
  for (const { id, file, root } of sources) {
    const folder = folderOf(id)
    const pack = { path: file, file, root: { folder, label: folder }, system: id.split('/')[0]!, prefix: id, folder }
    const definition = compileRunbook(pack, root, used, problems)?.definition
    if (definition !== undefined) runbooks.set(id, definition)
  }
  const diagnostics = problems.sorted()
  return { runbooks: diagnostics.length > 0 ? undefined : runbooks, diagnostics }
}
