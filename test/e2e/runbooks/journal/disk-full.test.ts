import { spawnSync } from 'node:child_process'
import fs, { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { afterEach, expect, it, onTestFinished } from 'vitest'
import { resumeRun } from '../../../../src/runbooks/resume-run.js'
import { startRun } from '../../../../src/runbooks/start-run.js'
import { readJournal } from '../../../../src/runbooks/record/read-journal.js'
import { program } from '../../program.js'
import { booksOf, quietly } from '../quiet.js'

const books = join(import.meta.dirname, '../crash/books')

function folderForTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-full-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const logOf = (folder: string): readonly string[] =>
  existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8').trim().split('\n') : []

/** Nothing was done that was not announced first, and with room again the run goes on, honestly. */
async function expectHonest(folder: string): Promise<void> {
  const state = join(folder, 'state')
  const journal = await readJournal(join(state, 'runs', readdirSync(join(state, 'runs'))[0]!))
  expect(journal.problems).toEqual([])
  const announced = journal.entries.flatMap(({ event }) => (event.type === 'step-intent' ? [event.step] : []))
  expect(logOf(folder)).toEqual(announced)
  if (journal.entries.length === 0) return
  const last = journal.entries.at(-1)!.event
  const isOpen = last.type === 'step-intent' && last.step === 'charge'
  expect(await resumeRun({ ...booksOf(books), ...quietly(state), run: 'last' })).toMatchObject(
    isOpen ? { state: 'failed', exitCode: 24 } : { state: 'completed', exitCode: 0 },
  )
  expect(logOf(folder).filter((line) => line === 'charge').length).toBeLessThanOrEqual(1)
}

const { open } = fs.promises
afterEach(() => replaceOpen(open))

function replaceOpen(replacement: typeof open): void {
  fs.promises.open = replacement
  syncBuiltinESMExports()
}

/** From now on the n-th line of a journal meets a full disk: half of it is written. */
function fillTheDiskAt(line: number): void {
  let lines = 0
  replaceOpen(async (...given) => {
    const handle = await open(...given)
    if (!String(given[0]).endsWith('journal.jsonl')) return handle
    return new Proxy(handle, {
      get(target, name) {
        const own = Reflect.get(target, name, target) as unknown
        if (typeof own !== 'function') return own
        if (name !== 'write') return own.bind(target) as unknown
        return async (bytes: Buffer, offset: number, length: number, position: number) => {
          lines += 1
          if (lines < line) return target.write(bytes, offset, length, position)
          await target.write(bytes, offset, Math.floor(length / 2), position)
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
        }
      },
    })
  })
}

it.each(Array.from({ length: 13 }, (_, index) => index + 1))(
  'the disk is full at entry %i: what is announced there is not done',
  async (line) => {
    const folder = folderForTest()
    fillTheDiskAt(line)
    const run = startRun({
      ...booksOf(books),
      id: 'example/five-steps',
      parameters: [`log=${folder}/log`],
      ...quietly(join(folder, 'state')),
    })
    await expect(run).rejects.toMatchObject({
      exitCode: 74,
      message: expect.stringContaining('the journal could not be written') as string,
      hint: expect.stringContaining('free space') as string,
    })
    replaceOpen(open)
    await expectHonest(folder)
  },
)

it.each([1, 4])(
  'a file may not grow beyond %i KiB: the command ends with 74 and says what to do',
  async (kibibytes) => {
    const folder = folderForTest()
    const command = [
      execPath,
      '--',
      program,
      'runbook',
      'run',
      'example/five-steps',
      '--no-builtin',
      '--runbooks',
      books,
      '--state',
      `${folder}/state`,
      '--param',
      `log=${folder}/log`,
    ]
      .map((word) => `'${word}'`)
      .join(' ')
    const { status, stderr } = spawnSync('bash', ['-c', `ulimit -f ${kibibytes}; exec ${command}`], {
      encoding: 'utf8',
    })
    expect(status).toBe(74)
    expect(stderr).toContain('the journal could not be written')
    expect(stderr).toContain('free space on the disk')
    await expectHonest(folder)
  },
)
