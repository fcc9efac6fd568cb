import { readdir } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { codeOf, messageOf, OutputError, UsageError } from '../../base/errors.js'
import { refuseOverwriting, replaceFile } from '../../base/files/whole-file.js'
import { makeFolder, stateFolder } from '../../base/files/state-folder.js'
import { readUnlessPipe } from '../../base/files/pipes.js'
import { filesToRead, noGround } from '../../checks/files-read.js'
import type { RunbookSource } from '../prepare/runbook-options.js'
import { allRunbooks, findRunbook, recordedRunbook } from '../prepare/runbook-source.js'
import { sourceAsStarted } from '../as-started.js'
import { openStoredRun } from '../record/stored-run.js'
import { isDeepStrictEqual } from 'node:util'
import { neutralise } from '../../base/text/terminal-text.js'
import type { RunbookDefinition } from '../definition/runbook-definition.js'
import { stepsInDirection, type RunRecord } from '../record/run-record.js'
import { code, inline } from '../../base/text/markdown-text.js'
import { numberedSteps, flatSteps, stepsAfterUndo } from './numbered-steps.js'
import { runSummary, stepOutcome } from './rendered-outcome.js'
import { beforehand, departures, invocation, parameters, purpose, requirements } from './overview.js'
import { runPage } from './run-page.js'
import { stepSection } from './step-section.js'

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

/**
 * Writes the pages of one or of all runbooks below a folder, over earlier pages and nothing else. @returns how many
 * @throws UsageError, OutputError
 */
export async function renderInto(source: RunbookSource, id: string | undefined, folder: string): Promise<number> {
  const pages = await pagesOf(source, id)
  const others = await filesToRead({ ...noGround, ...source.definitions, runbooks: source.runbooks })
  for (const name of pages.keys()) {
    await refuseOther(join(folder, name))
    await refuseOverwriting(join(folder, name), others, 'name a folder that only the pages use')
  }
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
  if (text !== undefined && !text.startsWith(printedPageStart))
    throw new UsageError(`refusing to overwrite ${file}: it is not a generated page of a runbook`, {
      hint: 'name another folder, or move the file away',
    })
}

/**
 * What is wrong with the printed pages in a folder, one line each: stale, missing, or of a runbook that there is no
 * more.
 */
export async function stalePages(
  source: RunbookSource,
  id: string | undefined,
  folder: string,
): Promise<readonly string[]> {
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
  if (id === undefined)
    problems.push(
      ...(await printedPages(folder))
        .filter((name) => !pages.has(name))
        .map((name) => `${join(folder, name)} does not belong to any runbook`),
    )
  return problems
}

async function printedPages(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((name) => name.includes('/'))
    .sort()
}

/**
 * The report of a run: its runbook, as the journal holds it, with what happened filled in. @throws UsageError,
 * JournalDamagedError
 */
export async function renderRun(
  source: RunbookSource,
  options: { readonly state: string | undefined; readonly run: string },
): Promise<string> {
  const { record } = await openStoredRun(stateFolder(options.state), options.run)
  const { started } = record
  const { runbook, runbooks } = await recordedRunbook(sourceAsStarted(source, started.startedWith), started)
  return renderRunReport(runbook, record, { runbooks })
}

/** The same as a page for a browser. @throws UsageError, JournalDamagedError */
export async function renderRunPage(options: { readonly state: string | undefined; readonly run: string }) {
  return runPage((await openStoredRun(stateFolder(options.state), options.run)).record)
}

interface RenderOptions {
  /** Every runbook by id: what an included one is called, and in a report what its steps are. */
  readonly runbooks?: ReadonlyMap<string, RunbookDefinition>
}

/** What every printed page of a runbook begins with. */
const printedPageStart = '<!-- Generated from the runbook '

/**
 * A runbook as Markdown that an operator can print and follow by hand. Pure: the same definitions give the same text.
 */
export function renderRunbook(definition: RunbookDefinition, { runbooks = new Map() }: RenderOptions = {}): string {
  const steps = numberedSteps(definition, new Map())
  // What a run changes is also what the runbooks change that it includes.
  const spread = numberedSteps(definition, runbooks)
  return documentOf([
    comment(
      `Generated from the runbook ${definition.id} by \`preflight runbook render ${definition.id}\`. Change the runbook and render it again; do not edit this file.`,
    ),
    ...purpose(definition),
    ...parameters(definition),
    ...requirements(definition),
    ...beforehand(spread),
    ...invocation(definition, spread),
    stepsHeading(definition),
    ...steps.flatMap((step) =>
      stepSection(
        step,
        0,
        () => [],
        (id) => linkTo(id, runbooks),
      ),
    ),
    ...afterUndo(definition, () => []),
    ...departures(definition),
  ])
}

/** The same document with what came of a run filled in: outcomes, times, who did what. Pure. */
export function renderRunReport(
  definition: RunbookDefinition,
  record: RunRecord,
  { runbooks = new Map() }: RenderOptions = {},
): string {
  const steps = numberedSteps(definition, runbooks)
  const shown = new Set([...flatSteps(steps), ...stepsAfterUndo(definition)].map(({ path }) => path))
  const others = stepsInDirection(record).filter(({ path }) => !shown.has(path))
  const outcome = (path: string): readonly string[] => {
    const step = record.steps.get(path)
    return step === undefined ? ['This step was not part of the run.'] : stepOutcome(step)
  }
  const isChanged = !isDeepStrictEqual(
    record.started.definition[definition.id],
    JSON.parse(JSON.stringify(definition.written ?? null)),
  )
  return documentOf([
    comment(
      `Generated from the journal of the run ${record.started.run} by \`preflight runbook render --run ${record.started.run}\`.`,
    ),
    ...purpose(definition),
    ...(isChanged
      ? ['> **The runbook has changed since this run was started.** The steps are shown as they are written now.']
      : []),
    ...runSummary(record),
    stepsHeading(definition),
    ...steps.flatMap((step) => stepSection(step, 0, outcome, (id) => linkTo(id, runbooks))),
    ...afterUndo(definition, outcome),
    ...(others.length === 0
      ? []
      : [
          '## Further steps of the run',
          ...others.flatMap((step) => [`### ${code(step.path)} ${inline(step.title)}`, ...stepOutcome(step)]),
        ]),
    ...departures(definition),
  ])
}

/** What runs when an undo has ended. */
function afterUndo(definition: RunbookDefinition, outcome: (path: string) => readonly string[]): readonly string[] {
  const steps = stepsAfterUndo(definition)
  if (steps.length === 0) return []
  return [
    '## After an undo',
    'These steps run, in order, when an undo has undone something and has ended.',
    ...steps.flatMap((step) => stepSection(step, 0, outcome, code)),
  ]
}

function stepsHeading({ isChecklist }: RunbookDefinition): string {
  return isChecklist ? '## Items' : '## Steps'
}

function documentOf(blocks: readonly string[]): string {
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

function comment(text: string): string {
  return `<!-- ${neutralise(text).replaceAll('>', '')} -->`
}

/** The page of another runbook, which is beside the folder of this one's system. */
function linkTo(id: string, runbooks: ReadonlyMap<string, RunbookDefinition>): string {
  return `[${inline(runbooks.get(id)?.title ?? id)}](../${id}.md)`
}
