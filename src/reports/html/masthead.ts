import { formatDuration } from '../../base/time/duration.js'
import type { ResultDocument } from '../../checks/result/report.js'
import { verdictWords } from '../wording/verdict-words.js'
import { clipLine, longest } from './clip.js'
import { verdictIcon } from './icons.js'
import { html, type Content, type Markup } from './html-markup.js'
import { meaningOf } from './meaning.js'
import { notices } from './html-notices.js'
import type { Part } from './html-page.js'
import { tally } from './html-tally.js'

/** The verdict and what it means, the counts, and which run this is: of what, where, when. */
export const masthead: Part = (page) => {
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
  const commit =
    git === null
      ? 'not a git checkout'
      : html`<code>${git.commit.slice(0, 12)}</code>${git.dirty ? ' with uncommitted changes' : ''}`
  return [
    ['Host', clipLine(run.host, longest.id)],
    ['Commit', commit],
    ['Started', moment(run.startedAt)],
    ['Took', run.durationMs === null ? 'it did not end' : formatDuration(run.durationMs)],
    ['Selected', `${counts.selected} of ${counts.declared} checks${chosen(selection)}`],
    ...(run.lock === undefined || run.lock === null
      ? []
      : [['Lock', html`${lockWords[run.lock.state]} <code>${run.lock.digest.slice(0, 12)}</code>`] as const]),
    ['Tool', `${tool.name} ${clipLine(tool.version, longest.id)}`],
    ['Definitions', html`<code>${run.definitionsDigest.slice(0, 12)}</code>`],
  ]
}

const lockWords = { locked: 'is the locked selection', 'other-selection': 'not the locked selection' } as const

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
