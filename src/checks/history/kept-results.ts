import { join } from 'node:path'
import { codeOf } from '../../base/errors.js'
import type { ResultDocument } from '../result/report.js'
import { DocumentUnreadableError } from '../../base/files/read-document.js'
import { readResult, resultKind } from '../result/read-documents.js'
import { findId, namesKept } from '../../base/files/state-folder.js'
import { namePattern, resultsFolder } from './keep-result.js'

/** A kept result, or why it cannot be read. */
type KeptResult =
  | { readonly id: string; readonly document: ResultDocument }
  | { readonly id: string; readonly document: undefined; readonly problem: string }

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
