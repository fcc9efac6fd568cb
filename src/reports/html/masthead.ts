import { formatDuration } from '../../base/time/duration.js'
import type { ResultDocument, Counts } from '../../checks/result/report.js'
import { environmentWords, verdictWords } from '../wording/verdict-words.js'
import { clipLine, longest, type PagePart, clip, percentAttribute, verdictIcon, icon, tones } from './html-page.js'
import { exitCodes } from '../../base/errors.js'
import { html, type Content, type Markup } from '../../base/text/markup.js'
import { statuses, type Status } from '../../base/vocabulary.js'

/** The verdict and what it means, the counts, and which run this is: of what, where, when. */
export const masthead: PagePart = (page) => {
  const { document } = page
  const { kind, headline, exit } = verdictWords(document)
  const { run } = document
  return html`<header class="masthead ${kind}">
  <div class="verdict">
    <p class="subject">preflight of <b>${run.deployment === null ? 'a deployment without a name' : clipLine(run.deployment, longest.id)}</b>, profile <b>${clipLine(run.profile, longest.id)}</b></p>
    <h1>${verdictIcon(kind)} ${headline} <span class="exit">${exit === '' ? 'no exit code' : exit}</span></h1>
    <p class="meaning">${meaningOf(document)}</p>
  </div>
  ${notices(page)}
  ${tally(document)}
  <dl class="run">${runFacts(document).map(([label, content]) => html`<div><dt>${label}</dt><dd>${content}</dd></div>`)}</dl>
</header>`
}

function runFacts({ run, tool, counts }: ResultDocument): readonly (readonly [string, Content])[] {
  const { git, selection } = run
  const environment = environmentWords(run.environment)
  const commit =
    git === null
      ? 'not a git checkout'
      : html`<code>${git.commit.slice(0, 12)}</code>${git.dirty ? ' with uncommitted changes' : ''}`
  return [
    ['Host', clipLine(run.host, longest.id)],
    ['Commit', commit],
    ['Started', moment(run.startedAt)],
    ...(environment === undefined ? [] : [['Environment', clipLine(environment, longest.line)] as const]),
    ['Took', run.durationMs === null ? 'did not end' : formatDuration(run.durationMs)],
    ['Selected', `${counts.selected} of ${counts.declared} checks${chosen(selection)}`],
    ...(run.lock === undefined || run.lock === null
      ? []
      : [['Lock', html`${lockWords[run.lock.state]} <code>${run.lock.digest.slice(0, 12)}</code>`] as const]),
    ['Tool', `${tool.name} ${clipLine(tool.version, longest.id)}`],
    ['Definitions', html`<code>${run.definitionsDigest.slice(0, 12)}</code>`],
  ]
}

const lockWords = { locked: 'the locked selection', 'other-selection': 'not the locked selection' } as const

function chosen({ selectors, stages }: ResultDocument['run']['selection']): string {
  const parts = [selectors.join(', '), stages.length === 0 ? '' : `stages ${stages.join(', ')}`].filter(
    (part) => part !== '',
  )
  return parts.length === 0 ? '' : ` (${clipLine(parts.join('; '), longest.line)})`
}

/** An instant of the document for people, in the time zone it is written in: UTC. */
export function moment(instant: string): Markup {
  const text = clipLine(instant, 40)
  return html`<time datetime="${text}">${text.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC')}</time>`
}

/** What is to be known of the run as a whole; it is with the verdict, since it says how far the verdict goes. */
const notices: PagePart = ({ document: { notices: all = [] } }): Markup | undefined =>
  all.length === 0
    ? undefined
    : html`<ul class="notices doubtful" role="list" aria-label="Notices">${all.map((notice) => html`<li>${clip(notice, longest.prose)}</li>`)}</ul>`

/** What follows from a no-go, by its exit code. */
const consequences: Readonly<Record<number, string>> = {
  [exitCodes.invalid]: 'It proves nothing.',
  [exitCodes.notEvaluated]: 'An unknown result is not green.',
  [exitCodes.internal]: 'Trust nothing in this report.',
}

const endings: Readonly<Record<number, string>> = {
  [exitCodes.hangup]: 'Its terminal was closed.',
  [exitCodes.interrupt]: 'It was interrupted.',
  [exitCodes.terminate]: 'It was terminated.',
}

/** What the verdict means for the one who reads it, in sentences. */
function meaningOf(document: ResultDocument): string {
  const { kind, reason } = verdictWords(document)
  const exitCode = document.exitCode ?? -1
  const why = sentence(reason)
  if (kind === 'incomplete') return joined(why, endings[exitCode])
  if (kind === 'no-go') return joined(why, consequences[exitCode] ?? 'Do not deploy this release as it is.')
  if (kind === 'part') return joined('The checks that ran are green.', why)
  return joined(
    `${why === '' ? 'All checks of this profile were selected' : 'The locked selection was judged'}, and nothing in it stops the release.`,
    why,
    ...reservations(document),
  )
}

function reservations({ counts: { warn, waived } }: ResultDocument): readonly string[] {
  return [
    ...(warn === 0 ? [] : [`${warn === 1 ? 'One warning does' : `${warn} warnings do`} not count.`]),
    ...(waived === 0
      ? []
      : [`${waived === 1 ? 'One check failed and is' : `${waived} checks failed and are`} waived.`]),
  ]
}

function sentence(phrase: string): string {
  return phrase === '' ? '' : `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}.`
}

function joined(...sentences: readonly (string | undefined)[]): string {
  return sentences.filter((each) => each !== undefined && each !== '').join(' ')
}

/** How many checks ended how: as a bar for the eye, empty where none was looked at, and as words. */
function tally({ counts }: ResultDocument): Markup | undefined {
  if (counts.selected === 0) return undefined
  const present = statuses
    .map((status) => ({ status, count: countOf(counts, status) }))
    .filter(({ count }) => count > 0)
  const ended = present.reduce((sum, { count }) => sum + count, 0)
  const missing = counts.selected - ended
  const legend = present.map(
    ({ status, count }) => html`<li class="${tones[status]}">${icon(status)} <b>${count}</b> ${status}</li>`,
  )
  const without = missing === 0 ? undefined : html`<li class="neutral"><b>${missing}</b> without an outcome</li>`
  const left =
    counts.deselected === 0 ? undefined : html`<li class="neutral"><b>${counts.deselected}</b> did not run</li>`
  return html`<div class="tally">
    <svg width="100%" height="12" aria-hidden="true" focusable="false">${segments(present, Math.max(ended, counts.selected + counts.deselected))}</svg>
    <ul>${legend}${without}${left}</ul>
  </div>`
}

function segments(
  present: readonly { readonly status: Status; readonly count: number }[],
  whole: number,
): readonly Markup[] {
  let before = 0
  return present.map(({ status, count }) => {
    const x = before
    before += count
    return html`<rect class="fill-${tones[status]}" x="${percentAttribute(x / whole)}" width="${percentAttribute(count / whole)}" height="12"/>`
  })
}

function countOf(counts: Counts, status: Status): number {
  return status === 'not-applicable' ? counts.notApplicable : counts[status]
}
