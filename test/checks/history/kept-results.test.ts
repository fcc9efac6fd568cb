import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OutputError, UsageError } from '../../../src/base/errors.js'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { serialiseResult } from '../../../src/checks/result/serialise-result.js'
import { startedDocument } from '../../../src/checks/result/result.js'
import { DocumentUnreadableError } from '../../../src/base/files/read-document.js'
import { keepResult, keptResults, resultsFolder } from '../../../src/checks/history/keep-result.js'
import { findResult, lastGood, listResults } from '../../../src/checks/history/kept-results.js'
import { resultHistory } from '../../../src/checks/history/history.js'
import { asNobody } from '../../as-nobody.js'
import { plan } from '../run/builders.js'

let state: string
beforeEach(() => {
  state = join(mkdtempSync(join(tmpdir(), 'preflight-kept-')), 'state')
})
afterEach(() => {
  rmSync(join(state, '..'), { recursive: true, force: true })
})

const start = Date.parse('2026-01-02T03:00:00.000Z')

/** The result of a run that ended so many minutes after the first. */
function result(
  id: string,
  minute: number,
  overrides: Omit<Partial<ResultDocument>, 'run'> & { readonly run?: Partial<ResultDocument['run']> } = {},
): ResultDocument {
  const finishedAt = new Date(start + minute * 60_000).toISOString()
  const base = startedDocument(
    {
      toolVersion: '1',
      runId: id,
      startedAt: finishedAt,
      deployment: 'eu',
      host: 'h',
      definitionsDigest: '',
      git: null,
    },
    plan([]),
  )
  return {
    ...base,
    state: 'complete',
    verdict: 'go',
    exitCode: 0,
    ...overrides,
    run: { ...base.run, finishedAt, durationMs: 1, ...overrides.run },
  }
}

const ids = async (): Promise<readonly string[]> => (await listResults(state)).map(({ id }) => id)
const files = (): readonly string[] => readdirSync(resultsFolder(state)).sort()
const modeOf = (path: string): number => statSync(path).mode & 0o777

describe('keeping results', () => {
  it('writes each into a file of its own that no one else can read, named by its run', async () => {
    await keepResult(state, result('run-a', 0))
    expect(files()).toEqual(['20260102T030000000Z-run-a.json'])
    const file = join(resultsFolder(state), files()[0]!)
    expect([modeOf(state), modeOf(resultsFolder(state)), modeOf(file)]).toEqual([0o700, 0o700, 0o600])
    expect(readFileSync(file, 'utf8')).toBe(serialiseResult(result('run-a', 0)))
  })

  it('keeps the last twenty, by when they ended and not by when they were written', async () => {
    const minutes = Array.from({ length: keptResults + 3 }, (_, minute) => minute)
    for (const minute of minutes.toReversed()) await keepResult(state, result(`run-${minute}`, minute))
    await keepResult(state, result('run-late', 100))
    expect(await ids()).toEqual([
      'run-late',
      ...minutes
        .slice(4)
        .toReversed()
        .map((minute) => `run-${minute}`),
    ])
  })

  it('survives many at a time', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, minute) => keepResult(state, result(`run-${minute}`, minute))))
    const kept = await listResults(state)
    expect(kept).toHaveLength(keptResults)
    expect(kept[0]?.id).toBe('run-59')
    expect(kept.every(({ document }) => document !== undefined)).toBe(true)
    expect(files().filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('leaves alone what is not its own, and removes what a killed writer left an hour ago', async () => {
    await keepResult(state, result('run-a', 0))
    const [old, young] = ['.20260102T030000000Z-x.json.00.tmp', '.20260102T030000000Z-y.json.00.tmp']
    for (const name of [old, young, 'notes.txt', '.hidden.tmp']) writeFileSync(join(resultsFolder(state), name), '')
    const long = new Date(Date.now() - 2 * 60 * 60 * 1000)
    for (const name of [old, 'notes.txt', '.hidden.tmp']) utimesSync(join(resultsFolder(state), name), long, long)
    await keepResult(state, result('run-b', 1))
    expect(files().filter((name) => !name.endsWith('.json'))).toEqual([young, '.hidden.tmp', 'notes.txt'].sort())
  })

  it.each([
    ['did not finish', result('run-a', 0, { state: 'incomplete' })],
    ['has no end', result('run-a', 0, { run: { finishedAt: null } })],
    ['has an id that would leave the folder', result('../run-a', 0)],
  ])('refuses one that %s', async (_, document) => {
    await expect(keepResult(state, document)).rejects.toThrow('only the result of a finished run is kept')
  })

  it.each<[string, () => void]>([
    ['a file', () => writeFileSync(state, '')],
    ['a link', () => symlinkSync(tmpdir(), state)],
    ['open to others', () => (mkdirSync(state), chmodSync(state, 0o777))],
  ])('does not use a state folder that is %s', async (_, prepare) => {
    prepare()
    await expect(keepResult(state, result('run-a', 0))).rejects.toBeInstanceOf(OutputError)
  })

  it('says so when it may not write', async () => {
    chmodSync(join(state, '..'), 0o755)
    await expect(asNobody(() => keepResult(state, result('run-a', 0)))).rejects.toBeInstanceOf(OutputError)
  })
})

describe('finding a result', () => {
  beforeEach(async () => {
    for (const [id, minute] of [
      ['aaa-1', 0],
      ['abb-2', 1],
      ['bbb-3', 2],
    ] as const)
      await keepResult(state, result(id, minute))
  })

  it.each([
    ['last', 'bbb-3'],
    ['aaa', 'aaa-1'],
    ['-2', 'abb-2'],
    ['bbb-3', 'bbb-3'],
  ])('%s is %s', async (named, id) => {
    expect(await findResult(state, named)).toEqual(result(id, { 'aaa-1': 0, 'abb-2': 1, 'bbb-3': 2 }[id]!))
  })

  it('does not guess, nor leave the folder', async () => {
    await expect(findResult(state, 'a')).rejects.toThrow('matches 2 results')
    await expect(findResult(state, '../../etc/passwd')).rejects.toBeInstanceOf(UsageError)
    await expect(findResult(join(state, 'nowhere'), 'last')).rejects.toThrow(/no results in .*nowhere\/results/)
    expect(await listResults(join(state, 'nowhere'))).toEqual([])
  })
})

describe('a result that was tampered with', () => {
  const damaged: readonly (readonly [string, (path: string) => void, RegExp])[] = [
    ['cut off', (path) => writeFileSync(path, readFileSync(path, 'utf8').slice(0, 200)), /is not JSON/],
    [
      'with a field more',
      (path) => writeFileSync(path, JSON.stringify({ ...result('run-a', 0), more: 1 })),
      /not a result document/,
    ],
    ['of another run', (path) => writeFileSync(path, JSON.stringify(result('run-b', 0))), /of (?:the )?run/],
    ['replaced by a link', (path) => (rmSync(path), symlinkSync('/etc/hostname', path)), /symbolic link/],
    ['replaced by a folder', (path) => (rmSync(path), mkdirSync(path)), /not a regular file/],
    ['not UTF-8', (path) => writeFileSync(path, Buffer.from([0x7b, 0xff])), /not UTF-8/],
  ]

  it.each(damaged)('%s is listed as that, and refused', async (_, damage, message) => {
    await keepResult(state, result('run-a', 0))
    await keepResult(state, result('run-c', 1))
    damage(join(resultsFolder(state), '20260102T030000000Z-run-a.json'))
    const [whole, broken] = await listResults(state)
    expect(whole).toMatchObject({ id: 'run-c', document: { verdict: 'go' } })
    expect(broken).toMatchObject({
      id: 'run-a',
      document: undefined,
      problem: expect.stringMatching(message) as string,
    })
    await expect(findResult(state, 'run-a')).rejects.toBeInstanceOf(DocumentUnreadableError)
  })
})

describe('the last good result', () => {
  const wanted = {
    deployment: 'eu',
    profile: 'prod',
    selection: { selectors: [], stages: [], skipped: [] },
    before: new Date(start + 10 * 60_000).toISOString(),
  }
  const select = (selectors: string[], skipped: string[] = []): Partial<ResultDocument['run']> => ({
    selection: { selectors, stages: [], skipped, deselectedIds: [] },
  })

  it('is the latest go of the same deployment, profile and selection before the moment', () => {
    const results = [
      result('later', 11),
      result('at-once', 10),
      result('no-go', 9, { verdict: 'no-go', exitCode: 1 }),
      result('other-place', 8, { run: { deployment: 'us' } }),
      result('no-place', 8, { run: { deployment: null } }),
      result('other-profile', 8, { run: { profile: 'staging' } }),
      result('a-part', 8, { run: select(['config']) }),
      result('cut-short', 8, { state: 'incomplete' }),
      result('older', 3),
      result('wanted', 5),
    ]
    expect(lastGood(results, wanted)?.run.id).toBe('wanted')
    expect(lastGood(results, { ...wanted, deployment: null })?.run.id).toBe('no-place')
    expect(lastGood(results.slice(0, 8), wanted)).toBeUndefined()
    expect(lastGood([], wanted)).toBeUndefined()
  })

  it('has the same selection in whatever order it was named', () => {
    const part = result('part', 1, { run: select(['b', 'a'], ['x']) })
    expect(
      lastGood([part], { ...wanted, selection: { selectors: ['a', 'b', 'a'], stages: [], skipped: ['x'] } })?.run.id,
    ).toBe('part')
    expect(
      lastGood([part], { ...wanted, selection: { selectors: ['a', 'b', 'x'], stages: [], skipped: [] } }),
    ).toBeUndefined()
  })
})

describe('the history', () => {
  it('gives ids that are short and still found', async () => {
    for (const [index, id] of ['0123456789-a', '0123456799-b', 'ffffffff-c'].entries())
      await keepResult(state, result(id, index))
    const { entries, further } = await resultHistory({ state, limit: 3 })
    expect(entries.map(({ shortId }) => shortId)).toEqual(['ffffffff', '012345679', '012345678'])
    expect(further).toBe(0)
    for (const { id, shortId } of entries) expect((await findResult(state, shortId)).run.id).toBe(id)
    expect(await resultHistory({ state, limit: 1 })).toMatchObject({ entries: [{ id: 'ffffffff-c' }], further: 2 })
  })
})
