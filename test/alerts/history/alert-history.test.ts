import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
  existsSync,
  readdirSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AlertDefinition } from '../../../src/alerts/alert-definition.js'
import type { AlertMemory } from '../../../src/alerts/evaluate/alert-standing.js'
import { AlertHistory } from '../../../src/alerts/history/alert-history.js'

const digest = 'a'.repeat(64)
const alert = { id: 'bus/gone', digest } as AlertDefinition
const now = Date.UTC(2026, 0, 1, 12)
const at = new Date(now).toISOString()
const second = 1000
const minute = 60 * second

const memory: AlertMemory = {
  digest,
  state: 'firing',
  since: new Date(now - minute).toISOString(),
  held: 2,
  samples: [[{ process: 'b'.repeat(64), figure: 1.5 }], []],
}

function place(): { readonly state: string; readonly file: string } {
  const state = mkdtempSync(join(tmpdir(), 'preflight-history-'))
  return { state, file: join(state, 'alerts', 'bus-0123456789abcdef.json') }
}

async function read(file: string, moment = now): Promise<{ history: AlertHistory; said: readonly string[] }> {
  const said: string[] = []
  return { history: await AlertHistory.read(file, moment, (notice) => said.push(notice)), said }
}

/** A history with one round in it, written. */
async function written(intervalMs = 30 * second) {
  const { state, file } = place()
  const { history } = await read(file)
  history.remember(alert.id, memory)
  history.noteTold(alert.id, 'firing')
  history.endRound(now, intervalMs, [alert])
  await history.save(state)
  return { state, file }
}

it('is read back as it was written, by its owner only', async () => {
  const { state, file } = await written()
  const { history, said } = await read(file, now + minute)
  expect(said).toEqual([])
  expect(history.before(alert, now + minute)).toMatchObject(memory)
  expect(history.told(alert.id)).toBe('firing')
  expect(readdirSync(dirname(file))).toEqual(['bus-0123456789abcdef.json'])
  const { mode } = await import('node:fs').then(({ statSync }) => statSync(file))
  expect(mode & 0o777).toBe(0o600)
  await history.save(state)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ at })
})

it('says nothing where there is none yet', async () => {
  const { history, said } = await read(place().file)
  expect(said).toEqual([])
  expect(history.before(alert, now)).toBeUndefined()
  expect(history.told(alert.id)).toBe('not-firing')
})

describe('nothing of it counts, and what was told does,', () => {
  it('under another definition', async () => {
    const { history } = await read((await written()).file)
    expect(history.before({ ...alert, digest: 'c'.repeat(64) }, now)).toBeUndefined()
    expect(history.told(alert.id)).toBe('firing')
  })

  it.each([
    [30 * second, 10 * minute],
    [5 * minute, 50 * minute],
  ])('when rounds of %i ms are more than %i ms apart', async (interval, gap) => {
    const { history } = await read((await written(interval)).file)
    expect(history.before(alert, now + gap)).toBeDefined()
    expect(history.before(alert, now + gap + 1)).toBeUndefined()
    expect(history.told(alert.id)).toBe('firing')
  })
})

it('forgets alerts that are no longer defined', async () => {
  const { state, file } = await written()
  const { history } = await read(file)
  history.endRound(now, minute, [])
  await history.save(state)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ alerts: {} })
})

describe('a file that cannot be trusted counts for nothing, and is said:', () => {
  const good = async (): Promise<string> => readFileSync((await written()).file, 'utf8')
  it.each<[string, (text: string) => string, RegExp]>([
    ['half a file', (text) => text.slice(0, 100), /is not JSON/],
    ['an empty file', () => '', /is not JSON/],
    ['another document', () => '{}', /is not a history document/],
    ['a later version', (text) => text.replace('"schemaVersion":1', '"schemaVersion":2'), /schemaVersion/],
    ['an unknown key', (text) => text.replace('{"schemaVersion"', '{"more":1,"schemaVersion"'), /history document/],
    [
      'a state that there is not',
      (text) => text.replace('"state":"firing"', '"state":"on"'),
      /alerts\.bus\/gone\.state/,
    ],
    ['a negative count', (text) => text.replace('"held":2', '"held":-1'), /held/],
    [
      'samples of two processes',
      (text) => text.replace('"figure":1.5}', `"figure":1.5},{"process":"${digest}","figure":2}`),
      /several processes/,
    ],
    [
      'a change after the last round',
      (text) => text.replace(memory.since, new Date(now + 1).toISOString()),
      /after the last round/,
    ],
    ['a time that is none', (text) => text.replace(at, 'yesterday'), /at: /],
    ['the future', (text) => text.replace(at, new Date(now + 2 * minute).toISOString()), /of the future/],
    ['a duplicate key', (text) => text.replace('"held":2', '"held":2,"held":3'), /duplicate key/],
  ])('%s', async (_, damage, reason) => {
    const { file } = place()
    mkdirSync(dirname(file))
    const text = await good()
    writeFileSync(file, damage(text))
    expect(damage(text)).not.toBe(text)
    const { history, said } = await read(file)
    expect(said).toEqual([expect.stringMatching(reason)])
    expect(said[0]).toMatch(/nothing of it counts$/)
    expect(history.before(alert, now)).toBeUndefined()
  })

  it('a folder, and a link', async () => {
    const folder = place()
    mkdirSync(folder.file, { recursive: true })
    expect((await read(folder.file)).said).toEqual([
      expect.stringMatching(/is not a regular file.*nothing of it counts/),
    ])
    const link = place()
    mkdirSync(dirname(link.file))
    symlinkSync((await written()).file, link.file)
    expect((await read(link.file)).said).toEqual([expect.stringMatching(/symbolic link.*nothing of it counts/)])
  })
})

it('leaves the old file as it is where the new one cannot be written', async () => {
  const { state, file } = await written()
  const before = readFileSync(file, 'utf8')
  const { history } = await read(file)
  history.endRound(now + minute, minute, [alert])
  // Not even root makes a file in the folder of a process that is not there.
  await expect(history.save('/proc/self/fdinfo/none')).rejects.toThrow()
  expect(readFileSync(file, 'utf8')).toBe(before)
  chmodSync(state, 0o700)
  expect(existsSync(file)).toBe(true)
})
