import type { Reporter } from '../checks/result/reporter.js'
import { actionSection } from './html/actions.js'
import { checkSection } from './html/check-list.js'
import { diagnosticSection, footer, noteSection, navigation, omittedSection } from './html/footer.js'
import { pageOf, type PagePart } from './html/html-page.js'
import { html } from '../base/text/markup.js'
import { masthead } from './html/masthead.js'
import { needsSection } from './html/needs-forest.js'
import { shell } from './html/shell.js'
import { timelineSection } from './html/timeline.js'
import { verdictWords } from './wording/verdict-words.js'

/** The verdict is above them; then what to do about it, then everything. */
const sections: readonly PagePart[] = [
  diagnosticSection,
  actionSection,
  noteSection,
  omittedSection,
  checkSection,
  timelineSection,
  needsSection,
]

export const reporter: Reporter = {
  format: 'html',
  title: 'one self-contained page for a browser',
  render(document) {
    const page = pageOf(document)
    const { kind, headline } = verdictWords(document)
    const { deployment, profile } = document.run
    const title = `${headline}: ${deployment === null ? '' : `${deployment}, `}${profile} – preflight`
    const body = html`<a class="skip" href="#main">Skip to the findings</a>
${masthead(page)}
${navigation(page)}
<main id="main">
${sections.map((section) => section(page))}
</main>
${footer(page)}`
    return shell(title, kind, body).toString()
  },
}
