import { stat } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { isDeepStrictEqual } from 'node:util'
import { canonicalDigest } from '../../../definitions/yaml-node.js'
import { coveredName, coveredInOrder, type CoveredEntry } from '../covered.js'
import type { ProgramUse } from '../../definition/step-kind.js'
import { findProgram } from '../../../processes/start-problem.js'
import { resolve } from 'node:path'
import { isThere } from '../../../base/files/state-folder.js'
import type { ParameterRecord } from '../../record/journal.js'
import type { PlannedStep } from '../runbook-plan.js'
import { builtinRunbooks, toolVersion } from '../../../base/package.js'
import type { Configuration } from '../../../checks/load/configuration.js'
import { builtinRoots, configurationFileName } from '../../../checks/settings.js'
import { runbookFolders, type RunbookSource } from '../../prepare/runbook-options.js'

/** Digests of files, each read again only when the system says that it is another one or was written to. */
export class FileDigests {
  readonly #known = new Map<string, { readonly mark: string; readonly digest: string | null }>()

  /** @param largest bytes up to which the content is read @returns as `fileDigest` */
  async of(path: string, largest?: number): Promise<string | null> {
    const mark = await markOf(path)
    const known = this.#known.get(path)
    if (known !== undefined && known.mark === mark) return known.digest
    const digest = await fileDigest(path, largest)
    this.#known.set(path, { mark, digest })
    return digest
  }
}

/** What changes with every write and every replacement: the change time is the system's own, to the nanosecond. */
async function markOf(path: string): Promise<string> {
  const status = await stat(path, { bigint: true }).catch(() => undefined)
  return status === undefined
    ? 'none'
    : [status.dev, status.ino, status.size, status.mtimeNs, status.ctimeNs, status.mode].join(' ')
}

/** Bytes of a file that are hashed; of a larger one its size and time stand for it. */
const largest = 1024 ** 3

/**
 * sha256 (hex) of a regular file's content, of a larger one its size and time; `null` for what is not there or no
 * regular file: a pipe would be read empty, or block.
 */
async function fileDigest(path: string, most: number = largest): Promise<string | null> {
  const status = await stat(path).catch(() => undefined)
  if (status === undefined || !status.isFile()) return null
  if (status.size >= most) return `size ${status.size}, changed ${status.mtime.toISOString()}`
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path), hash)
  } catch {
    return 'unreadable'
  }
  return hash.digest('hex')
}

/** Something that decides what a run does. */
export interface CoveredThing {
  readonly entry: CoveredEntry
  /** Looks at it again; for what can change while the run goes on. Never rejects. */
  look?(): Promise<CoveredEntry>
}

/** A thing that is looked at, as it is now. */
export async function lookedAt(look: () => Promise<CoveredEntry>): Promise<CoveredThing> {
  return { entry: await look(), look }
}

/** A value that anybody may see. */
export function publicValue(kind: CoveredEntry['kind'], name: string, value: unknown): CoveredThing {
  return {
    entry: {
      kind,
      name,
      digest: canonicalDigest(value ?? null),
      detail: typeof value === 'string' ? value : JSON.stringify(value),
    },
  }
}

/** In the order of the list, each thing once. @throws Error when two that differ have one name: a bug of ours */
export function inListOrder(things: readonly CoveredThing[]): readonly CoveredThing[] {
  const found = new Map<string, CoveredThing>()
  for (const thing of things) {
    const name = coveredName(thing.entry)
    const before = found.get(name)
    if (before !== undefined && !isDeepStrictEqual(before.entry, thing.entry))
      throw new Error(`two items of the plan have the name ${name}`)
    found.set(name, before ?? thing)
  }
  return [...found.values()].sort((a, b) => coveredInOrder(a.entry, b.entry))
}

/** `sha256:` and 64 hexadecimal digits, over all that is covered. */
export function planHashOf(runbook: string, covers: readonly CoveredEntry[]): string {
  return `sha256:${canonicalDigest({ version: 2, runbook, covers })}`
}

/** Bytes from which a program's content is not read: of a larger one its size and time stand for it. */
const largestProgram = 64 * 1024 ** 2

/**
 * The programs that steps start by name: which file the system would find, and its digest. One that is looked for in
 * two ways is there twice.
 */
export async function programThings(
  uses: readonly { readonly step: string; readonly program: ProgramUse }[],
  digests: FileDigests,
): Promise<readonly CoveredThing[]> {
  const found = new Map<string, { readonly path: string | undefined; readonly thing: CoveredThing }>()
  for (const { step, program } of uses) {
    const path = await findProgram(program.name, program.cwd, program.searchPath)
    for (const name of names(program.name, step)) {
      if (found.has(name) && found.get(name)!.path !== path) continue
      if (!found.has(name)) found.set(name, { path, thing: await lookedAt(() => look(name, program, digests)) })
      break
    }
  }
  return [...found.values()].map(({ thing }) => thing)
}

/** What a program is called, until one of the names is free: `tool`, `tool (migrate)`, `tool (migrate, 2)`. */
function* names(program: string, step: string): Generator<string> {
  yield program
  yield `${program} (${step})`
  for (let number = 2; ; number += 1) yield `${program} (${step}, ${number})`
}

async function look(
  name: string,
  { name: word, cwd, searchPath }: ProgramUse,
  digests: FileDigests,
): ReturnType<NonNullable<CoveredThing['look']>> {
  const path = await findProgram(word, cwd, searchPath)
  if (path === undefined) return { kind: 'program', name, digest: null }
  return { kind: 'program', name, digest: await digests.of(path, largestProgram), detail: path }
}

/**
 * What decides every run: the tool, the runbook with all that it includes, where they come from, the parameters, the
 * deployment file.
 */
export async function groundThings(
  source: RunbookSource,
  configuration: Pick<Configuration, 'packs' | 'runbooks'>,
  workingFolder: string,
  steps: readonly PlannedStep[],
  parameters: Readonly<Record<string, ParameterRecord>>,
  digests: FileDigests,
): Promise<readonly CoveredThing[]> {
  const runbooks = new Map(steps.map(({ frame }) => [frame.runbook.id, frame.runbook.digest]))
  return [
    publicValue('tool', 'preflight', toolVersion),
    publicValue('working_folder', 'preflight', workingFolder),
    ...[...runbooks].map(([id, digest]): CoveredThing => ({ entry: { kind: 'runbook', name: id, digest } })),
    ...rootsOf(source, configuration).map((name): CoveredThing => ({
      entry: { kind: 'runbook_root', name, digest: canonicalDigest(name) },
    })),
    ...Object.entries(parameters).map(([name, record]) => parameterThing(name, record)),
    ...(await deploymentFile(source, digests)),
  ]
}

/** A parameter, as a plan and a journal hold it. */
export function parameterThing(name: string, record: ParameterRecord): CoveredThing {
  return 'fingerprint' in record
    ? { entry: { kind: 'parameter', name, digest: record.fingerprint } }
    : publicValue('parameter', name, record.value)
}

/** Where runbooks are looked for; which files of a step are meant may depend on it. */
function rootsOf(source: RunbookSource, configuration: Pick<Configuration, 'packs' | 'runbooks'>): readonly string[] {
  const shipped = builtinRoots({ folder: builtinRunbooks, label: 'runbooks' }, source.definitions, configuration)
  const folders = runbookFolders(source, configuration).map((folder) => resolve(folder))
  const builtin = shipped.map(({ systems }) => (systems === undefined ? 'built-in' : `built-in ${systems.join(', ')}`))
  return [...builtin, ...new Set(folders)]
}

async function deploymentFile({ definitions }: RunbookSource, digests: FileDigests): Promise<readonly CoveredThing[]> {
  const path = resolve(definitions.config ?? configurationFileName)
  return (await isThere(path))
    ? [await lookedAt(async () => ({ kind: 'deployment_file', name: path, digest: await digests.of(path) }))]
    : []
}
