import { writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dueRunbooks, scheduledRunbooks } from '../../../src/runbooks/due/due-runbooks.js'
import { createJournal } from '../../../src/runbooks/record/journal-file.js'
import type { JournalEventOf } from '../../../src/runbooks/record/journal.js'
import { createRunFolder, newRunId } from '../../../src/runbooks/record/stored-run.js'
import { load } from '../load/books.js'
import { started } from '../record/support.js'

const book = (schedule: string): string => `title: t\n${schedule}steps:\n  - { id: a, manual: look }\n`
const allBooks = async () => {
  const { runbooks } = await load({
    'arq/day.yaml': book('schedule: daily\nchecklist: true\n'),
    'arq/week.yaml': book('schedule: weekly\n'),
    'arq/once.yaml': book(''),
  })
  return [...runbooks!.values()]
}
const at = (day: string): Date => new Date(`${day}T12:00:00`)
const end = (state: JournalEventOf<'run-ended'>['state']) =>
  ({ type: 'run-ended', state, exitCode: 0, message: '' }) as const

interface PastRun {
  readonly day: string
  readonly runbook?: string
  readonly state?: JournalEventOf<'run-ended'>['state']
  readonly deployment?: string
}

/** A state folder with these runs, and what is due by it. */
async function history(runs: readonly PastRun[]) {
  const state = await mkdtemp(join(tmpdir(), 'preflight-due-'))
  const folders: string[] = []
  for (const [index, { day, runbook = 'arq/day', state: ended, deployment }] of runs.entries()) {
    const run = newRunId(runbook, at(day), String(index).padStart(6, '0'))
    const folder = await createRunFolder(state, run)
    folders.push(folder)
    const journal = await createJournal(folder, () => at(day))
    const startedWith = {
      runbooks: [],
      checks: [],
      noBuiltin: false,
      environment: [],
      parameterVariables: [],
      inputs: [],
      ...(deployment === undefined ? {} : { deployment }),
    }
    await journal.append({ ...started(['a']), run, runbook, startedWith })
    if (ended !== undefined) await journal.append(end(ended))
    await journal.close()
  }
  const warnings: string[] = []
  const runbooks = scheduledRunbooks(await allBooks(), undefined)
  const dueAt = async (day: string, deployment?: string) => {
    const given = { runbooks, state, deployment, now: at(day) }
    const due = await dueRunbooks({ ...given, warn: (text) => warnings.push(text) })
    return due.filter(({ isDue }) => isDue).map(({ id }) => id)
  }
  return { dueAt, folders, warnings }
}

describe('what is due', () => {
  it('is what was never run', async () => {
    expect(await (await history([])).dueAt('2026-12-01')).toEqual(['arq/day', 'arq/week'])
  })

  it('is not what ended well within its time', async () => {
    const { dueAt } = await history([
      { day: '2026-12-01', state: 'completed' },
      { day: '2026-12-01', runbook: 'arq/week', state: 'completed-with-manual' },
    ])
    expect(await dueAt('2026-12-01')).toEqual([])
    expect(await dueAt('2026-12-02')).toEqual(['arq/day'])
    expect(await dueAt('2026-12-07')).toEqual(['arq/day'])
    expect(await dueAt('2026-12-08')).toEqual(['arq/day', 'arq/week'])
  })

  it.each(['failed', 'not-evaluated', 'open', 'interrupted', 'cancelled', 'undone', undefined] as const)(
    'is what ended %s',
    async (state) => {
      const { dueAt } = await history([
        { day: '2026-12-01', ...(state === undefined ? {} : { state }) },
        { day: '2026-12-01', runbook: 'arq/week', state: 'completed' },
      ])
      expect(await dueAt('2026-12-01')).toEqual(['arq/day'])
    },
  )

  it('goes by the latest run that ended well', async () => {
    const { dueAt } = await history([
      { day: '2026-12-01', runbook: 'arq/week', state: 'completed' },
      { day: '2026-12-03', state: 'completed' },
      { day: '2026-12-04', state: 'failed' },
    ])
    expect(await dueAt('2026-12-03')).toEqual([])
    expect(await dueAt('2026-12-04')).toEqual(['arq/day'])
  })

  it('goes by the runs of this deployment', async () => {
    const { dueAt } = await history([
      { day: '2026-12-01', state: 'completed', deployment: 'staging' },
      { day: '2026-12-01', runbook: 'arq/week', state: 'completed', deployment: 'production' },
    ])
    expect(await dueAt('2026-12-01', 'production')).toEqual(['arq/day'])
    expect(await dueAt('2026-12-01', 'staging')).toEqual(['arq/week'])
    expect(await dueAt('2026-12-01')).toEqual(['arq/day', 'arq/week'])
  })

  it('says of a run that is damaged or of the future that it does not count', async () => {
    const { dueAt, folders, warnings } = await history([
      { day: '2026-12-01', state: 'completed' },
      { day: '2026-12-09', runbook: 'arq/week', state: 'completed' },
    ])
    writeFileSync(join(folders[0]!, 'journal.jsonl'), 'nonsense\n')
    expect(await dueAt('2026-12-01')).toEqual(['arq/day', 'arq/week'])
    expect(warnings.toSorted()).toEqual([
      expect.stringContaining('20261201T120000Z-day-000000 does not count: the journal of'),
      expect.stringContaining('20261209T120000Z-week-000001 does not count: it started in the future'),
    ])
  })
})

describe('a selection', () => {
  it('is of the runbooks that have a schedule', async () => {
    const all = await allBooks()
    const ids = (selector?: string) => scheduledRunbooks(all, selector).map(({ id }) => id)
    expect(ids()).toEqual(['arq/day', 'arq/week'])
    expect(ids('arq')).toEqual(['arq/day', 'arq/week'])
    expect(ids('arq/week')).toEqual(['arq/week'])
    expect(() => ids('arq/once')).toThrow('arq/once has no schedule')
    expect(() => ids('arq/dya')).toThrow('unknown runbook arq/dya')
    expect(() => ids('ar')).toThrow('unknown runbook ar')
  })
})
