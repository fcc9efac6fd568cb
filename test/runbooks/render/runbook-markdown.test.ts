import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RunbookDefinition } from '../../../src/runbooks/definition/runbook-definition.js'
import type { JournalEvent } from '../../../src/runbooks/record/journal.js'
import { renderRunbook, renderRunReport } from '../../../src/runbooks/render/render-run.js'
import { exampleRunbooks, grace, recordOf, startOf, stepEnds, undoEnds } from './example.js'
import { expectGolden } from './golden.js'

const golden = (name: string): string => join(import.meta.dirname, 'golden', name)

let runbooks: ReadonlyMap<string, RunbookDefinition>
let deploy: RunbookDefinition
let start: JournalEvent
beforeAll(async () => {
  runbooks = await exampleRunbooks()
  deploy = runbooks.get('example/deploy')!
  start = startOf(deploy, runbooks)
})

describe('a runbook as Markdown', () => {
  it('is what an operator would print', () => {
    expectGolden(golden('deploy.md'), renderRunbook(deploy, { runbooks }))
    expectGolden(golden('backup.md'), renderRunbook(runbooks.get('example/backup')!, { runbooks }))
  })

  it('is the same each time, from another load too', async () => {
    const again = (await exampleRunbooks()).get('example/deploy')!
    expect(renderRunbook(again, { runbooks })).toBe(renderRunbook(deploy, { runbooks }))
  })

  it('tells up front what the included runbooks change', () => {
    expect(renderRunbook(deploy, { runbooks })).toContain(
      '| 3.1 | `backup/dump` | the database is dumped | may be repeated | **cannot be undone** |',
    )
  })

  it('links to an included runbook by its id when nothing else of it is known', () => {
    const alone = renderRunbook(deploy)
    expect(alone).toContain('[example/backup](../example/backup.md)')
    expect(alone).toContain('The pages of the included runbooks show what these steps change: `backup`.')
  })
})

describe('the report of a run', () => {
  const upToMigration = (): JournalEvent[] => [
    start,
    ...stepEnds('preflight', {
      effect: 'none',
      facts: { verdict: 'go', exitCode: 0, passed: 72, selected: 72, red: [], messages: [] },
    }),
    ...stepEnds('agreed', {
      effect: 'none',
      facts: {
        approved: true,
        by: 'grace',
        proof: 'signature',
        key: 'SHA256:abc',
        expires: '2026-01-02T07:04:05.000Z',
      },
    }),
    ...stepEnds('backup', { effect: 'none', facts: { id: 'example/backup' } }),
    ...stepEnds('backup/dump', {
      facts: {
        exitCode: 0,
        signal: '',
        stdout: '',
        stderr: `# no heading\n<b>bold\n\`\`\`\n${Array.from({ length: 30 }, (_, index) => `row ${index}`).join('\n')}`,
        truncated: false,
      },
    }),
    ...stepEnds('backup/kept', { effect: 'none', facts: { exitCode: 0 } }),
    ...stepEnds('remember', { state: 'failed', effect: 'none', message: 'the service answered 503', durationMs: 20 }),
    ...stepEnds('remember', { attempt: 2, effect: 'none', facts: { status: 200 }, outputs: { limit: 2048 } }),
    ...stepEnds('how', { effect: 'none', facts: { choice: 'script' } }),
    { type: 'step-skipped', step: 'how/systemd/stop', reason: 'script was chosen' },
    ...stepEnds('how/script/stop'),
    { type: 'step-approved', step: 'migrate', how: 'typed', operator: grace },
  ]

  it('is the same document with outcomes, people and facts filled in', () => {
    const record = recordOf([
      ...upToMigration(),
      { type: 'step-intent', step: 'migrate', attempt: 1, action: [] },
      { type: 'run-resumed', operator: grace, planHash: '' },
      {
        type: 'run-ended',
        state: 'failed',
        exitCode: 24,
        message: 'unknown whether migrate took effect: an operator must decide',
      },
      { type: 'step-resolved', step: 'migrate', as: 'done', reason: 'the new column is there', operator: grace },
      { type: 'run-resumed', operator: grace, planHash: '' },
      ...stepEnds('announce', {
        facts: {
          attested: true,
          by: 'grace',
          uid: 1001,
          at: '2026-01-02T03:05:00.000Z',
          note: 'told them | all',
          evidence: 'evidence/announce.txt',
          evidenceSha256: 'ab12',
        },
      }),
      { type: 'run-ended', state: 'completed-with-manual', exitCode: 0, message: '' },
    ])
    expectGolden(golden('deploy.completed.md'), renderRunReport(deploy, record, { runbooks }))
  })

  it('says what was undone and what could not be, and that the clock went back', () => {
    const entries: JournalEvent[] = [
      ...upToMigration(),
      ...stepEnds('migrate', {
        state: 'failed',
        effect: 'none',
        message: '<script>alert(1)</script> # no\n| no | row |',
      }),
      { type: 'undo-started', reason: 'migrate failed', operator: grace },
      ...undoEnds('how/script/stop', { state: 'undo-failed', message: 'exit code 1' }),
      { type: 'run-ended', state: 'undo-failed', exitCode: 22, message: 'how/script/stop could not be undone' },
    ]
    const report = renderRunReport(deploy, { ...recordOf(entries), clockWentBack: [7] }, { runbooks })
    expect(report).toContain('| Outcome | **could not be undone** (exit 22): how/script/stop could not be undone |')
    expect(report).toContain('| Undone because | migrate failed |')
    expect(report).toContain('| Clock | it went back before entry 7;')
    expect(report).toMatch(
      /^\*\*‼ done, but could not be undone\*\* · 2026-01-02 03:04:\d\d UTC · took 1\.2s: exit code 1$/m,
    )
    expect(report).toContain('took 1.2s: &lt;script>alert(1)&lt;/script> \\# no\n\n- \\| no \\| row \\|\n')
  })

  it('shows the steps of an included runbook that is not there any more, and says that the runbook changed', () => {
    const report = renderRunReport({ ...deploy, written: { title: 'another' } }, recordOf(upToMigration()))
    expect(report).toContain('The runbook has changed since this run was started.')
    expect(report).toContain('### `backup/dump` the database is dumped')
    expect(renderRunReport(deploy, recordOf(upToMigration()), { runbooks })).not.toContain('has changed')
  })
})
