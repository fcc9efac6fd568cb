import type { Probe } from '../../engine/probe.js'
import type { StepKind } from '../definition/step-kind.js'
import type { ProbeKinds } from '../../checks/load/load-definitions.js'
import { type YamlNode, Problems } from '../../definitions/yaml-node.js'
import type { Kinds } from './operation.js'
import { type Diagnostic, formatPosition } from '../../base/errors.js'
import type { RunbookDefinition } from '../definition/runbook-definition.js'
import { parseSource, readSourceFile } from '../../definitions/source-file.js'
import { compileRunbook } from './compile-runbook.js'
import { findRunbookFiles, type PackFile, type PackRoot } from '../../checks/load/pack-files.js'
import { judgeIncludes, type RunbookDraft } from './include.js'
import { holdsParameters, readSharedParameters, type SharedParameters } from './shared-parameters.js'

/** The kinds of steps there are, by name. */
interface StepKinds {
  names(): readonly string[]
  load(kind: string): Promise<StepKind>
}

/** Loads kinds as files come to need them. */
class UsedKinds {
  constructor(
    readonly steps: StepKinds,
    readonly probes: ProbeKinds,
  ) {}

  /** Every kind's name; those whose name is a key somewhere in the files are loaded. */
  async of(roots: readonly YamlNode[]): Promise<Kinds> {
    const keys = keysOf(roots)
    const used = (names: readonly string[]): readonly string[] => names.filter((name) => keys.has(name))
    return {
      steps: new Map(
        await Promise.all(
          used(this.steps.names()).map(async (name): Promise<[string, StepKind]> => [
            name,
            await this.steps.load(name),
          ]),
        ),
      ),
      probes: new Map(
        await Promise.all(
          used(this.probes.names()).map(async (name): Promise<[string, Probe]> => [name, await this.probes.load(name)]),
        ),
      ),
      stepNames: this.steps.names(),
      probeNames: this.probes.names(),
    }
  }
}

function keysOf(roots: readonly YamlNode[]): ReadonlySet<string> {
  const keys = new Set<string>()
  const collect = (node: YamlNode): void => {
    if (node.kind === 'list') node.items.forEach(collect)
    if (node.kind !== 'map') return
    for (const [key, { value }] of node.entries) {
      keys.add(key)
      collect(value)
    }
  }
  roots.forEach(collect)
  return keys
}

/** Runbooks as a journal holds them. */
interface RecordedRunbooks {
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
    const file = `${id}.yaml as recorded in the journal`
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

/** A folder of runbooks. */
interface RunbookRoot extends PackRoot {
  /**
   * Its runbooks were judged when the product was built: where one is asked for, only that and what it includes is
   * compiled again.
   */
  readonly isShipped?: boolean
}

interface LoadedRunbooks {
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
  const shared = await readSharedParameters(found.filter(holdsParameters), problems)
  const files = await filesById(
    found.filter((file) => !holdsParameters(file)),
    problems,
  )
  const kinds = new UsedKinds(stepKinds, probeKinds)
  const drafts = new Map<string, RunbookDraft>()
  const seen = new Set<string>()
  let wanted = [...files.values()].filter(
    ({ root, prefix }) => only === undefined || prefix === only || !shipped.has(root),
  )
  while (wanted.length > 0) {
    for (const { prefix } of wanted) seen.add(prefix)
    const compiled = await compileFiles(wanted, kinds, shared, problems)
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
      `${file.prefix} is already declared at ${formatPosition(startOf(before))}`,
    )
    // This also shows whether it can be read at all.
    await readSourceFile(file.path, file.file, problems)
  }
  return byId
}

const startOf = ({ file }: PackFile) => ({ file, line: 1, column: 1 })

async function compileFiles(
  files: readonly PackFile[],
  kinds: UsedKinds,
  shared: ReadonlyMap<string, SharedParameters>,
  problems: Problems,
): Promise<readonly RunbookDraft[]> {
  const sources = await Promise.all(
    files.map(async (file) => ({ file, root: await readSourceFile(file.path, file.file, problems) })),
  )
  const used = await kinds.of(sources.flatMap(({ root }) => root ?? []))
  return sources.flatMap(({ file, root }) =>
    root === undefined ? [] : (compileRunbook(file, root, used, problems, shared.get(file.system)) ?? []),
  )
}
