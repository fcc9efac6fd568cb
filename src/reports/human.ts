import type { Reporter } from '../checks/result/reporter.js'
import { blockedSection } from './human/blocked.js'
import { diagnosticSection } from './human/human-diagnostics.js'
import { findingSection } from './human/findings.js'
import { header } from './human/human-header.js'
import { inkFor, type Ink, type Section } from './human/ink.js'
import { noteSection } from './human/human-notes.js'
import { noticeSection } from './human/human-notices.js'
import { omittedSection } from './human/human-omitted.js'
import { stageSections } from './human/stages.js'
import { summary } from './human/summary.js'

/** The verdict stands last: it is what the terminal still shows when the report is longer than the screen. */
const sections: readonly Section[] = [
  header,
  stageSections,
  noteSection('not-applicable', 'Not applicable'),
  noteSection('waived', 'Waived'),
  findingSection(['warn'], 'Warnings'),
  blockedSection,
  findingSection(['error', 'timeout'], 'Could not be evaluated'),
  findingSection(['fail'], 'Failed'),
  diagnosticSection,
  omittedSection,
  noticeSection,
  summary,
]

export const reporter: Reporter = {
  format: 'human',
  title: 'a report for a person at a terminal',
  render(document, options) {
    const ink: Ink = inkFor(options)
    const paragraphs = sections.map((section) => section(document, ink)).filter((lines) => lines.length > 0)
    return `${paragraphs.map((lines) => lines.join('\n')).join('\n\n')}\n`
  },
}
