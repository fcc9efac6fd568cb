import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { mostRequests, type CountedRequest } from '../../../src/engine/peers/peer-budget.js'
import { RequestRecord } from '../../../src/engine/peers/request-record.js'

const address = 'localhost:8000'
const hour = 60 * 60_000

let state = ''
let problems: string[] = []
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'preflight-record-'))
  problems = []
})

/** As a process of its own has it. */
const processRecord = (): RequestRecord => new RequestRecord(state, address, 3, (problem) => problems.push(problem))

const { signal } = new AbortController()

async function claim(record: RequestRecord, longest = 1000) {
  const claimed = await record.claim({ inTheWay: () => undefined, longest, signal })
  if (!('request' in claimed)) throw new Error('nothing is in the way')
  return claimed.request
}

/** What counts for a process that asks now, by its own clock. */
async function counted(record: RequestRecord): Promise<readonly CountedRequest[]> {
  const claimed = await record.claim({ inTheWay: (requests) => requests, longest: 1, signal })
  return 'obstacle' in claimed ? claimed.obstacle : []
}

const file = (): string => {
  const folder = join(state, 'peers')
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.json')) ?? '')
}

/** What is recorded; with a change, what is recorded from now on. */
function recorded(change?: (record: Record<string, unknown>) => unknown): Record<string, unknown> {
  const record = JSON.parse(readFileSync(file(), 'utf8')) as Record<string, unknown>
  if (change !== undefined) writeFileSync(file(), JSON.stringify(change(record)))
  return record
}

describe('the record of requests', () => {
  it('has the requests of all processes, and nothing else of them', async () => {
    const [one, other] = [processRecord(), processRecord()]
    const request = await claim(one)
    expect(await counted(other)).toHaveLength(1)
    await one.end(request)
    await claim(other)
    expect(await counted(one)).toHaveLength(2)
    expect(recorded()).toEqual({
      schemaVersion: 1,
      address,
      requests: [1, 2].map(() => ({ by: expect.any(String), from: expect.any(Number), until: expect.any(Number) })),
    })
    expect(problems).toEqual([])
  })

  it('counts the request of a process that did not live to end it, for as long as it could take', async () => {
    await claim(processRecord(), hour)
    const [request] = await counted(processRecord())
    // No request counts as under way for more than ten minutes.
    expect(request!.until - request!.from).toBeGreaterThan(9 * 60_000)
    expect(request!.until - request!.from).toBeLessThan(11 * 60_000)
  })

  it('counts a request of the future, from before the clock was set back, as made now, once', async () => {
    const record = processRecord()
    await record.end(await claim(record))
    const future = Date.now() + hour
    recorded((record) => ({ ...record, requests: [{ by: 'other', from: future, until: future + 5 }] }))
    const later = processRecord()
    const before = performance.now()
    const [request] = await counted(later)
    expect(request!.from).toBeGreaterThanOrEqual(before)
    expect(request!.until).toBeLessThanOrEqual(performance.now())
    // It is written down as that, so that it does not stay now for ever.
    const [again] = await counted(processRecord())
    expect(again!.until).toBeLessThan(request!.until + 5)
    expect(problems).toEqual([])
  })

  it('is bounded', async () => {
    const record = processRecord()
    await record.end(await claim(record))
    const now = Date.now()
    const full = Array.from({ length: mostRequests }, () => ({ by: 'other', from: now - 10, until: now - 5 }))
    recorded((before) => ({ ...before, requests: full }))
    await claim(processRecord())
    expect(recorded()['requests']).toHaveLength(mostRequests)
  })

  it('forgets what counts for no budget any more', async () => {
    const record = processRecord()
    await record.end(await claim(record))
    const old = Date.now() - 2 * hour
    recorded((before) => ({ ...before, requests: [{ by: 'other', from: old, until: old }] }))
    expect(await counted(processRecord())).toEqual([])
  })

  it.each<readonly [string, () => void]>([
    ['is not JSON', () => writeFileSync(file(), '{')],
    ['is of another form', () => void recorded((before) => ({ ...before, requests: [{ by: 1 }] }))],
    ['is of another version', () => void recorded((before) => ({ ...before, schemaVersion: 2 }))],
    ['is of another address', () => void recorded((before) => ({ ...before, address: 'localhost:1' }))],
    ['is too large', () => writeFileSync(file(), ' '.repeat(2 * 1024 * 1024))],
  ])('that %s counts as a budget that was spent now, and says so', async (_what, damage) => {
    const record = processRecord()
    await record.end(await claim(record))
    damage()
    expect(await counted(processRecord())).toHaveLength(3)
    expect(problems).toEqual([
      expect.stringMatching(/^which requests other processes made to localhost:8000 is unknown.*cannot be read/),
    ])
    // It is whole again, and others wait for what was counted.
    expect(await counted(processRecord())).toHaveLength(3)
    expect(problems).toHaveLength(1)
  })

  it('that is a link is not followed', async () => {
    const record = processRecord()
    await record.end(await claim(record))
    const name = file()
    const elsewhere = join(state, 'elsewhere')
    writeFileSync(elsewhere, readFileSync(name))
    rmSync(name)
    symlinkSync(elsewhere, name)
    expect((await counted(processRecord())).length).toBeGreaterThanOrEqual(3)
    expect(problems[0]).toContain('cannot be read')
  })
})
