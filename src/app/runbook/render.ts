import { readdir } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { codeOf, messageOf, OutputError, UsageError } from '../../kernel/errors.js'
import { makeFolder } from '../../kernel/make-folder.js'
import { readUnlessPipe } from '../../kernel/pipes.js'
import { printedPageStart, renderRunbook, renderRunReport } from '../../render/runbook-markdown.js'
import { replaceFile } from '../../run/whole-file.js'
import type { RunbookSource } from './options.js'
import { allRunbooks, findRunbook, recordedRunbook } from './source.js'
import { stateFolder } from '../state-folder.js'
import { openStoredRun } from './stored-run.js'

/** The printed pages of runbooks, by path below the folder they are kept in. */
type Pages = ReadonlyMap<string, string>

async function pagesOf(source: RunbookSource, id: string | undefined): Promise<Pages> {
  if (id !== undefined) {
    const { runbook, runbooks } = await findRunbook(source, id)
    return new Map([[`${runbook.id}.md`, renderRunbook(runbook, { runbooks })]])
  }
  const runbooks = await allRunbooks(source)
  return new Map([...runbooks.values()].map((runbook) => [`${runbook.id}.md`, renderRunbook(runbook, { runbooks })]))
}

/** One runbook as the Markdown that an operator would print. @throws UsageError for an unknown id */
export async function renderOne(source: RunbookSource, id: string): Promise<string> {
  return [...(await pagesOf(source, id)).values()][0]!
}

/** Writes the pages of one or of all runbooks below a folder, over earlier pages and nothing else. @returns how many @throws UsageError, OutputError */
export async function renderInto(source: RunbookSource, id: string | undefined, folder: string): Promise<number> {
  const pages = await pagesOf(source, id)
  for (const name of pages.keys()) await refuseOther(join(folder, name))
  for (const [name, text] of pages) {
    try {
      await makeFolder(dirname(join(folder, name)))
    } catch (error) {
      throw new OutputError(`${join(folder, name)} could not be written: ${messageOf(error)}`, { cause: error })
    }
    await replaceFile(join(folder, name), text, { what: 'page', mode: 0o644 })
  }
  return pages.size
}

/** @throws UsageError for a file that is not a printed page */
async function refuseOther(file: string): Promise<void> {
  const text = await readUnlessPipe(file).then(String, (error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined
    throw new OutputError(`${file} could not be read: ${messageOf(error)}`, { cause: error })
  })
  if (text !== undefined && !text.startsWith(printedPageStart)) throw new UsageError(`refusing to overwrite ${file}: it is not a printed page of a runbook`, { hint: 'name another folder, or move the file away' })
}

/** What is wrong with the printed pages in a folder, one line each: stale, missing, or of a runbook that there is no more. */
export async function stalePages(source: RunbookSource, id: string | undefined, folder: string): Promise<readonly string[]> {
  const pages = await pagesOf(source, id)
  const problems: string[] = []
  for (const [name, text] of pages) {
    const printed = await readUnlessPipe(join(folder, name)).then(String, (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined
      throw new OutputError(`${join(folder, name)} could not be read: ${messageOf(error)}`, { cause: error })
    })
    if (printed === undefined) problems.push(`${join(folder, name)} is missing`)
    else if (printed !== text) problems.push(`${join(folder, name)} is stale`)
  }
  if (id === undefined) problems.push(...(await printedPages(folder)).filter((name) => !pages.has(name)).map((name) => `${join(folder, name)} is of no runbook there is`))
  return problems
}

async function printedPages(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.md')).map((entry) => relative(folder, join(entry.parentPath, entry.name))).filter((name) => name.includes('/')).sort()
}

/** The report of a run: its runbook, as the journal holds it, with what happened filled in. @throws UsageError, JournalDamagedError */
export async function renderRun(source: RunbookSource, options: { readonly state: string | undefined; readonly run: string }): Promise<string> {
  const { record } = await openStoredRun(stateFolder(options.state), options.run)
  const { runbook, runbooks } = await recordedRunbook(source, record.started)
  return renderRunReport(runbook, record, { runbooks })
}
