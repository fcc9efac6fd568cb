import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createJournal } from '../../../src/runbooks/record/journal-file.js'
import type { JournalEvent, JournalEventOf } from '../../../src/runbooks/record/journal.js'

const operator = { user: 'ada', uid: 1000, host: 'bus-1', pid: 4711 }

export function started(
  steps: readonly string[] = ['one', 'two', 'three'],
  effect: 'read' | 'idempotent' | 'once' = 'once',
): JournalEventOf<'run-started'> {
  return {
    type: 'run-started',
    format: 1,
    run: '20261121T042400Z-example-3f9a1c',
    runbook: 'example/example',
    title: 'an example',
    tool: '0.1.0',
    planHash: 'sha256:00',
    definition: {},
    parameters: {},
    target: 'example',
    operator,
    onFailure: 'stop',
    practice: false,
    steps: steps.map((path) => ({
      path,
      title: `step ${path}`,
      kind: 'run',
      effect,
      isManual: false,
      undo: null,
      pointOfNoReturn: false,
    })),
  }
}

export const intent = (step: string, attempt = 1): JournalEvent => ({
  type: 'step-intent',
  step,
  attempt,
  action: [`do ${step}`],
})
export const done = (step: string, attempt = 1): JournalEvent => ({
  type: 'step-result',
  step,
  attempt,
  state: 'done',
  effect: 'possible',
  message: '',
  facts: {},
  outputs: {},
  durationMs: 1,
})
export const ended = (state: JournalEventOf<'run-ended'>['state'] = 'completed', exitCode = 0): JournalEvent => ({
  type: 'run-ended',
  state,
  exitCode,
  message: '',
})

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'preflight-journal-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A folder with the journal of these events. */
export async function journalOf(events: readonly JournalEvent[]): Promise<string> {
  const folder = await temporaryFolder()
  const journal = await createJournal(folder)
  for (const event of events) await journal.append(event)
  await journal.close()
  return folder
}
