import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { resumeRun, undoRun } from '../../../../src/runbooks/resume-run.js'
import { resolveStep } from '../../../../src/runbooks/resolve-step.js'
import { startRun } from '../../../../src/runbooks/start-run.js'
import { verifyRun } from '../../../../src/runbooks/verify-run.js'
import { createJournal } from '../../../../src/runbooks/record/journal-file.js'
import { readJournal } from '../../../../src/runbooks/record/read-journal.js'
import { booksOf, quietly } from '../quiet.js'

const books = booksOf(join(import.meta.dirname, '../crash/books'))
let pristine: string

// A run that was completed, with everything a journal can hold of five steps.
beforeAll(async () => {
  pristine = mkdtempSync(join(tmpdir(), 'preflight-tampering-'))
  const record = await startRun({
    ...books,
    id: 'example/five-steps',
    parameters: [`log=${pristine}/log`],
    ...quietly(join(pristine, 'state')),
  })
  expect(record.state).toBe('completed')
})
afterAll(() => rmSync(pristine, { recursive: true, force: true }))

function copied(): { readonly state: string; readonly folder: string; readonly journal: string } {
  const root = mkdtempSync(join(tmpdir(), 'preflight-tampered-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const state = join(root, 'state')
  cpSync(join(pristine, 'state'), state, { recursive: true })
  const folder = join(state, 'runs', readdirSync(join(state, 'runs'))[0]!)
  return { state, folder, journal: join(folder, 'journal.jsonl') }
}

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1)
const write = (path: string, lines: readonly string[]): void =>
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))

const tampering: Readonly<Record<string, (journal: string) => void>> = {
  'its last line removed': (journal) => write(journal, linesOf(journal).slice(0, -1)),
  'its last five lines removed': (journal) => write(journal, linesOf(journal).slice(0, -5)),
  'a line edited': (journal) =>
    write(
      journal,
      linesOf(journal).map((line) => line.replace('"state":"done"', '"state":"failed"')),
    ),
  'two lines swapped': (journal) => {
    const lines = linesOf(journal)
    write(journal, lines.with(3, lines[4]!).with(4, lines[3]!))
  },
  'a line twice': (journal) => {
    const lines = linesOf(journal)
    write(journal, [...lines.slice(0, 4), ...lines.slice(3)])
  },
  'its last line cut short': (journal) => truncateSync(journal, readFileSync(journal).length - 10),
  'a link for its head': (journal) => {
    const head = join(dirname(journal), 'journal.head')
    renameSync(head, `${head}.before`)
    symlinkSync('journal.head.before', head)
  },
  'a line of another kind at its end': (journal) => appendFileSync(journal, '{"seq":14}\n'),
}

describe.each(Object.entries(tampering))('a journal with %s', (_what, tamper) => {
  it('is refused by verify, by resume, by undo and by resolve, and nothing is done', async () => {
    const { state, journal } = copied()
    tamper(journal)
    const before = readFileSync(journal)
    const log = readFileSync(join(pristine, 'log'), 'utf8')
    expect(await verifyRun({ state, run: 'last', head: undefined })).toMatchObject({ isTrusted: false })
    await expect(resumeRun({ ...books, ...quietly(state), run: 'last' })).rejects.toMatchObject({ exitCode: 27 })
    await expect(undoRun({ ...books, ...quietly(state), run: 'last', reason: 'test' })).rejects.toMatchObject({
      exitCode: 27,
    })
    await expect(
      resolveStep({ state, run: 'last', step: 'charge', as: 'done', reason: 'looked' }),
    ).rejects.toMatchObject({ exitCode: 27 })
    expect(readFileSync(journal)).toEqual(before)
    expect(readFileSync(join(pristine, 'log'), 'utf8')).toBe(log)
  })
})

describe('a torn last line', () => {
  it('is passed over where it was never acknowledged', async () => {
    const { state, journal } = copied()
    appendFileSync(journal, '{"seq":14,"at":"2026')
    expect(await verifyRun({ state, run: 'last', head: undefined })).toMatchObject({
      isTrusted: true,
      isComplete: true,
      remarks: ['20 bytes at its end were never acknowledged and are ignored'],
    })
  })
})

describe('an anchor', () => {
  it('is found again in a journal that went on, and misses what was rewritten or cut', async () => {
    const { state, folder, journal } = copied()
    const { anchor } = await verifyRun({ state, run: 'last', head: undefined })
    expect(await verifyRun({ state, run: 'last', head: anchor })).toMatchObject({ isTrusted: true })
    expect((await verifyRun({ state, run: 'last', head: `13:${'0'.repeat(64)}` })).problems).toEqual([
      'entry 13 is not the one that was anchored: the journal was rewritten',
    ])
    expect((await verifyRun({ state, run: 'last', head: 'nonsense' })).isTrusted).toBe(false)
    // Whoever can write all of the folder can write a shorter history that is whole in itself; not one that holds the
    // anchor.
    const { entries } = await readJournal(folder)
    rmSync(journal)
    rmSync(join(folder, 'journal.head'))
    const forged = await createJournal(folder)
    for (const { event } of entries.slice(0, 5)) await forged.append(event)
    await forged.close()
    expect(await verifyRun({ state, run: 'last', head: undefined })).toMatchObject({
      isTrusted: true,
      isComplete: false,
    })
    expect((await verifyRun({ state, run: 'last', head: anchor })).problems).toEqual([
      'the anchor is of entry 13, but only 5 entries exist: the end was removed',
    ])
  })
})

describe('a clock that went back', () => {
  it('is reported, and stops nothing: the order is that of the numbers', async () => {
    const { state, folder, journal } = copied()
    const { entries } = await readJournal(folder)
    rmSync(journal)
    rmSync(join(folder, 'journal.head'))
    let minute = 40
    const backwards = await createJournal(folder, () => new Date(Date.UTC(2026, 0, 1, 0, (minute -= 1))))
    // Without the end, and with the last step's result missing.
    for (const { event } of entries.slice(0, -2)) await backwards.append(event)
    await backwards.close()
    const verdict = await verifyRun({ state, run: 'last', head: undefined })
    expect(verdict).toMatchObject({ isTrusted: true, isComplete: false })
    expect(verdict.remarks).toContain('the clock went back before entry 2; the order is that of the numbers')
    expect(await resumeRun({ ...books, ...quietly(state), run: 'last' })).toMatchObject({ state: 'completed' })
  })
})
