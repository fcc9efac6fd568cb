import { describe, expect, it } from 'vitest'
import type { JournalEvent } from '../../../src/runbooks/record/journal.js'
import { runRecordOf, type RunRecord } from '../../../src/runbooks/record/run-record.js'
import { itemCounts, itemOutcomes, itemTable } from '../../../src/runbooks/render/item-outcome.js'
import { runPage } from '../../../src/runbooks/render/run-page.js'
import { intent, started } from '../record/support.js'

type State = Extract<JournalEvent, { type: 'step-result' }>['state']

const result = (step: string, state: State, message = '', facts = {}): readonly JournalEvent[] => [
  intent(step),
  { type: 'step-result', step, attempt: 1, state, effect: 'none', message, facts, outputs: {}, durationMs: 12 },
]

/** A checklist with an item for each way to end, and one that carries out a runbook. */
function record(): RunRecord {
  const start = started(['green', 'red', 'silent', 'open', 'said', 'book', 'book/save', 'never'], 'read')
  const people = ['open', 'said']
  const events: readonly JournalEvent[] = [
    {
      ...start,
      checklist: true,
      title: 'the <list> & more',
      steps: start.steps.map((step) => ({ ...step, isManual: people.includes(step.path) })),
    },
    ...result('green', 'done', '', { stdout: '<script>alert(1)</script>' }),
    ...result('red', 'failed', 'the log has 3 errors\nfirst\nsecond'),
    ...result('silent', 'not-evaluated', 'no answer'),
    ...result('open', 'open', 'cannot ask'),
    ...result('said', 'done', '', { attested: true, by: 'grace', note: 'as always' }),
    ...result('book/save', 'failed', 'no room'),
    ...result('book', 'failed', 'book/save failed: no room'),
    { type: 'step-skipped', step: 'never', reason: 'params.tls != "" is false' },
    { type: 'run-ended', state: 'failed', exitCode: 1, message: '2 of 7 items hold; failed: red, book' },
  ]
  return runRecordOf(
    events.map((event, index) => ({ seq: index + 1, at: `2026-12-01T08:00:0${index % 10}.000Z`, event })),
  )
}

describe('the items of a run', () => {
  it('are told as they ended, and the steps of their runbooks are not among them', () => {
    expect(itemOutcomes(record()).map(({ step, words, by, found }) => [step.path, words, by, found])).toEqual([
      ['green', 'holds', '', ''],
      ['red', 'failed', '', 'the log has 3 errors\nfirst\nsecond'],
      ['silent', 'not evaluated', '', 'no answer'],
      ['open', 'open', '', ''],
      ['said', 'holds', 'grace', 'as always'],
      ['book', 'failed', '', 'book/save failed: no room'],
      ['never', 'does not apply', '', 'params.tls != "" is false'],
    ])
    expect(itemCounts(itemOutcomes(record()))).toBe('2 hold, 2 failed, 1 not evaluated, 1 open, 1 does not apply')
  })

  it('are a table in Markdown', () => {
    const [table] = itemTable(itemOutcomes(record()))
    expect(table).toContain('| ✖ | step red (`red`) | **failed**: the log has 3 errors |')
    expect(table).toContain('| ✔ | step said (`said`) | holds, by the word of `grace`: as always |')
    expect(table).toContain('| ☐ | step open (`open`) | **open** |')
  })
})

describe('the page of a run', () => {
  it('shows the outcome and every item, and nothing of what it was told takes effect', () => {
    const page = runPage(record())
    expect(page).toContain('<h1>the &lt;list&gt; &amp; more</h1>')
    expect(page).toContain('<b>failed</b> (exit 1)')
    expect(page).toContain('<span class="state">not evaluated</span>')
    expect(page).toContain('<p>first</p>')
    expect(page).toContain('confirmed by grace')
    expect(page).toContain('<li class="bad within">')
    expect(page).not.toContain('<script')
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page).toContain("default-src 'none'".replaceAll("'", '&#39;'))
  })

  it('is of any run', () => {
    const page = runPage(runRecordOf([{ seq: 1, at: '2026-12-01T08:00:00.000Z', event: started(['one']) }]))
    expect(page).toContain('<h2>Steps</h2>')
    expect(page).toContain('<span class="state">pending</span>')
  })
})
