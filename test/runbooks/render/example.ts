import { join } from 'node:path'
import { loadRunbooks } from '../../../src/runbooks/load/used-kinds.js'
import type { RunbookDefinition } from '../../../src/runbooks/definition/runbook-definition.js'
import type { JournalEntry, JournalEvent, JournalEventOf } from '../../../src/runbooks/record/journal.js'
import { runRecordOf, type RunRecord } from '../../../src/runbooks/record/run-record.js'
import { spreadRunbook } from '../../../src/runbooks/plan/runbook-plan.js'
import { actionRegistry } from '../../../src/runbooks/action-registry.js'
import { probeRegistry } from '../../../src/engine/folder-registry.js'

/** The runbooks of the folder `books`, through the real loader. */
export async function exampleRunbooks(): Promise<ReadonlyMap<string, RunbookDefinition>> {
  const { runbooks, diagnostics } = await loadRunbooks(
    [{ folder: join(import.meta.dirname, 'books'), label: 'books' }],
    actionRegistry,
    probeRegistry,
  )
  if (runbooks === undefined)
    throw new Error(
      diagnostics.map(({ position, message }) => `${position.line}:${position.column} ${message}`).join('\n'),
    )
  return runbooks
}

const ada = { user: 'ada', uid: 1000, host: 'ops-1', pid: 4711 }
export const grace = { user: 'grace', uid: 1001, host: 'ops-1', pid: 4712 }

/** The first entry of a run of a runbook as an executor would write it. */
export function startOf(
  runbook: RunbookDefinition,
  runbooks: ReadonlyMap<string, RunbookDefinition>,
): JournalEventOf<'run-started'> {
  const steps = spreadRunbook(runbook, runbooks)
  return {
    type: 'run-started',
    format: 1,
    run: '20260102T030405Z-deploy-3f9a1c',
    runbook: runbook.id,
    title: runbook.title,
    tool: '0.0.0',
    planHash: `sha256:${'0123456789abcdef'.repeat(4)}`,
    definition: Object.fromEntries(
      steps.map(({ frame }) => [frame.runbook.id, JSON.parse(JSON.stringify(frame.runbook.written)) as unknown]),
    ),
    parameters: { host: { value: 'bus-1' }, port: { value: 9100 }, database_url: { fingerprint: 'scrypt:00' } },
    target: 'example on bus-1',
    operator: ada,
    onFailure: runbook.onFailure,
    practice: false,
    steps: steps.map(({ path, definition }) => ({
      path,
      title: definition.title,
      kind: definition.action.kind,
      effect: definition.effect,
      isManual: definition.timeout === undefined && definition.effect !== 'read',
      undo: definition.undo?.effect ?? null,
      pointOfNoReturn: definition.pointOfNoReturn,
    })),
  }
}

/** Entries a second apart. */
function journalOf(events: readonly JournalEvent[]): readonly JournalEntry[] {
  return events.map((event, index) => ({
    seq: index + 1,
    at: new Date(Date.UTC(2026, 0, 2, 3, 4, 5 + index)).toISOString(),
    event,
  }))
}

export function recordOf(events: readonly JournalEvent[]): RunRecord {
  return runRecordOf(journalOf(events))
}

/** A step that is announced and ends. */
export function stepEnds(step: string, more: Partial<JournalEventOf<'step-result'>> = {}): readonly JournalEvent[] {
  const { attempt = 1 } = more
  return [
    { type: 'step-intent', step, attempt, action: ['as planned'] },
    {
      type: 'step-result',
      step,
      attempt,
      state: 'done',
      effect: 'possible',
      message: '',
      facts: {},
      outputs: {},
      durationMs: 1234,
      ...more,
    },
  ]
}

export function undoEnds(step: string, more: Partial<JournalEventOf<'undo-result'>> = {}): readonly JournalEvent[] {
  const { attempt = 1 } = more
  return [
    { type: 'undo-intent', step, attempt, action: [] },
    { type: 'undo-result', step, attempt, state: 'undone', message: '', facts: {}, durationMs: 800, ...more },
  ]
}
