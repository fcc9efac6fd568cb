import type { Diagnostic } from '../../base/position.js'
import { formatPosition } from '../../base/position.js'
import type { RunbookDefinition } from '../definition/runbook-definition.js'
import type { ProbeKinds } from '../../checks/load/load-definitions.js'
import { findRunbookFiles, type PackFile, type PackRoot } from '../../checks/load/pack-files.js'
import { Problems } from '../../definitions/problems.js'
import { readSourceFile } from '../../definitions/source-file.js'
import { compileRunbook } from './compile-runbook.js'
import { judgeIncludes, type RunbookDraft } from './include.js'
import { UsedKinds, type StepKinds } from './used-kinds.js'

/** A folder of runbooks. */
export interface RunbookRoot extends PackRoot {
  /**
   * Its runbooks were judged when the product was built: where one is asked for, only that and what it includes is
   * compiled again.
   */
  readonly isShipped?: boolean
}

export interface LoadedRunbooks {
  /** Every runbook that was compiled, by id; `undefined` when there is any problem. */
  readonly runbooks: ReadonlyMap<string, RunbookDefinition> | undefined
  /** Of every runbook there is, compiled or not. */
  readonly ids: ReadonlySet<string>
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Loads and compiles every runbook below the given folders, strictly, and lists every problem there is rather than the
 * first.
 *
 * @param only id of the runbook that is asked for; all of them when absent. Of folders that are not shipped, all are
 *   compiled always
 */
export async function loadRunbooks(
  roots: readonly RunbookRoot[],
  stepKinds: StepKinds,
  probeKinds: ProbeKinds,
  only?: string,
): Promise<LoadedRunbooks> {
  const problems = new Problems()
  const shipped = new Set<PackRoot>(roots.filter(({ isShipped }) => isShipped === true))
  const found = (await Promise.all(roots.map((root) => findRunbookFiles(root, problems)))).flat()
  const files = await filesById(found, problems)
  const kinds = new UsedKinds(stepKinds, probeKinds)
  const drafts = new Map<string, RunbookDraft>()
  const seen = new Set<string>()
  let wanted = [...files.values()].filter(
    ({ root, prefix }) => only === undefined || prefix === only || !shipped.has(root),
  )
  while (wanted.length > 0) {
    for (const { prefix } of wanted) seen.add(prefix)
    const compiled = await compileFiles(wanted, kinds, problems)
    for (const draft of compiled) drafts.set(draft.id, draft)
    const included = new Set(compiled.flatMap(({ includes }) => includes.map(({ id }) => id)))
    wanted = [...included].filter((id) => !seen.has(id)).flatMap((id) => files.get(id) ?? [])
  }
  const ids = new Set(files.keys())
  judgeIncludes(drafts, ids, problems)
  const diagnostics = problems.sorted()
  if (diagnostics.length > 0) return { runbooks: undefined, ids, diagnostics }
  return { runbooks: new Map([...drafts].map(([id, { definition }]) => [id, definition!])), ids, diagnostics }
}

async function filesById(files: readonly PackFile[], problems: Problems): Promise<ReadonlyMap<string, PackFile>> {
  const byId = new Map<string, PackFile>()
  for (const file of files) {
    const before = byId.get(file.prefix)
    if (before === undefined) {
      byId.set(file.prefix, file)
      continue
    }
    problems.report(
      startOf(file),
      'duplicate-id',
      `${file.prefix} is declared already at ${formatPosition(startOf(before))}`,
    )
    // Whether it can be read at all is told in the same go.
    await readSourceFile(file.path, file.file, problems)
  }
  return byId
}

const startOf = ({ file }: PackFile) => ({ file, line: 1, column: 1 })

async function compileFiles(
  files: readonly PackFile[],
  kinds: UsedKinds,
  problems: Problems,
): Promise<readonly RunbookDraft[]> {
  const sources = await Promise.all(
    files.map(async (file) => ({ file, root: await readSourceFile(file.path, file.file, problems) })),
  )
  const used = await kinds.of(sources.flatMap(({ root }) => root ?? []))
  return sources.flatMap(({ file, root }) =>
    root === undefined ? [] : (compileRunbook(file, root, used, problems) ?? []),
  )
}
