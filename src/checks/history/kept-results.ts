import { lstat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../../base/errors.js'
import { privateFolder } from '../../base/files/make-folder.js'
import type { ResultDocument } from '../result/report.js'
import { serialiseResult } from '../result/serialise-result.js'
import { replaceFile } from '../../base/files/whole-file.js'
import { DocumentUnreadableError } from '../../base/files/read-document.js'
import { readResult, resultKind } from '../result/read-documents.js'
import { findId, namesKept } from '../../base/files/state-folder.js'

/** How many finished results are kept. */
export const keptResults = 20

/** `20261121T042400123Z-<run id>.json`: when the run ended, so that names sort by age, and which it was. */
const namePattern = /^(\d{8}T\d{9}Z)-([A-Za-z0-9-]{1,64})\.json$/
const idPattern = /^[A-Za-z0-9-]{1,64}$/

/** What a writer that was killed leaves behind. Younger ones may still be written. */
const leftoverPattern = /^\.\d{8}T\d{9}Z-.*\.tmp$/
const leftoverAge = 60 * 60 * 1000

/** A kept result, or why it cannot be read. */
type KeptResult =
  | { readonly id: string; readonly document: ResultDocument }
  | { readonly id: string; readonly document: undefined; readonly problem: string }

export function resultsFolder(state: string): string {
  return join(state, 'results')
}

/**
 * Keeps the result of a finished run, and removes the oldest beyond the number that is kept. Several runs may do so at
 * a time.
 *
 * @param document redacted, complete
 * @throws OutputError when the state folder cannot be used or the result not be written
 */
export async function keepResult(state: string, document: ResultDocument): Promise<void> {
  const { id, finishedAt } = document.run
  if (document.state !== 'complete' || finishedAt === null || !idPattern.test(id))
    throw new Error('only the result of a finished run is kept')
  await privateFolder(state)
  const folder = await privateFolder(resultsFolder(state))
  await replaceFile(
    join(folder, `${new Date(finishedAt).toISOString().replace(/[-:.]/g, '')}-${id}.json`),
    serialiseResult(document),
    { what: 'result', mode: 0o600 },
  )
  await removeOldest(folder)
}

/** Every kept result, the latest first; one that cannot be read is listed as that. */
export async function listResults(state: string): Promise<readonly KeptResult[]> {
  const names = await resultNames(resultsFolder(state))
  const results = await Promise.all(names.toReversed().map((name) => readKept(state, name)))
  return results.filter((result) => result !== undefined)
}

/**
 * The kept result of the run with this id, with an id that begins or ends so, or of the `last` run.
 *
 * @throws UsageError when there is none, or several; DocumentUnreadableError when it is damaged
 */
export async function findResult(state: string, named: string): Promise<ResultDocument> {
  const folder = resultsFolder(state)
  const names = await resultNames(folder)
  const id = findId(names.map(idOf), named, { noun: 'result', folder, listedBy: 'preflight history' })
  return readNamed(
    folder,
    names.findLast((name) => idOf(name) === id)!,
  )
}

/** What a run must have in common with a good one that it is compared with. */
interface GoodRun {
  readonly deployment: string | null
  readonly profile: string
  readonly selection: Pick<ResultDocument['run']['selection'], 'selectors' | 'stages' | 'skipped'>
  /** ISO-8601: only runs that ended before. */
  readonly before: string
}

/** The latest go of the same deployment, profile and selection before a moment; `undefined` when none is kept. */
export function lastGood(
  results: readonly ResultDocument[],
  { deployment, profile, selection, before }: GoodRun,
): ResultDocument | undefined {
  const selected = selectionKey(selection)
  return results
    .filter(
      ({ state, verdict, run }) =>
        state === 'complete' &&
        verdict === 'go' &&
        run.deployment === deployment &&
        run.profile === profile &&
        selectionKey(run.selection) === selected,
    )
    .filter(({ run }) => Date.parse(run.finishedAt ?? '') < Date.parse(before))
    .toSorted((a, b) => Date.parse(a.run.finishedAt!) - Date.parse(b.run.finishedAt!))
    .at(-1)
}

/** The order in which somebody named them does not matter. */
function selectionKey({ selectors, stages, skipped }: GoodRun['selection']): string {
  return JSON.stringify([selectors, stages, skipped].map((names) => [...new Set(names)].sort()))
}

async function resultNames(folder: string): Promise<readonly string[]> {
  return (await namesKept(folder)).filter((name) => namePattern.test(name)).sort()
}

function idOf(name: string): string {
  return namePattern.exec(name)![2]!
}

async function readNamed(folder: string, name: string): Promise<ResultDocument> {
  const path = join(folder, name)
  const document = await readResult(path, { refuseLinks: true })
  if (document.run.id !== idOf(name))
    throw new DocumentUnreadableError(resultKind, path, `is the result of run ${document.run.id}`)
  return document
}

/** `undefined` for one that another run has removed meanwhile. */
async function readKept(state: string, name: string): Promise<KeptResult | undefined> {
  try {
    return { id: idOf(name), document: await readNamed(resultsFolder(state), name) }
  } catch (error) {
    if (!(error instanceof DocumentUnreadableError)) throw error
    return codeOf(error.cause) === 'ENOENT'
      ? undefined
      : { id: idOf(name), document: undefined, problem: error.message }
  }
}

async function removeOldest(folder: string): Promise<void> {
  const names = await namesKept(folder)
  const results = names.filter((name) => namePattern.test(name)).sort()
  const old = results.slice(0, Math.max(0, results.length - keptResults))
  const leftovers = await Promise.all(
    names
      .filter((name) => leftoverPattern.test(name))
      .map(async (name) => ((await isOld(join(folder, name))) ? [name] : [])),
  )
  await Promise.all([...old, ...leftovers.flat()].map((name) => remove(join(folder, name))))
}

async function isOld(path: string): Promise<boolean> {
  const status = await lstat(path).catch(() => undefined)
  return status !== undefined && Date.now() - status.mtimeMs > leftoverAge
}

/** A run beside this one may have removed it already. */
async function remove(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error
  })
}
