import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SilenceError } from '../../../src/base/errors.js'
import { probe } from '../../../src/checks/probes/log.js'
import { asNobody } from '../../as-nobody.js'
import { observe } from './observe.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-log-kind-'))
  chmodSync(folder, 0o755)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let count = 0
/** A folder with these files. */
function logs(files: Readonly<Record<string, string | Buffer>>): string {
  const place = join(folder, String((count += 1)))
  mkdirSync(place)
  for (const [name, content] of Object.entries(files)) writeFileSync(join(place, name), content)
  return place
}

const look = (text: string, more: object = {}) =>
  observe(probe, { paths: [join(logs({ 'a.log': text }), 'a.log')], ...more })
const ran = (script: string, more: object = {}, limit?: AbortSignal) =>
  observe(probe, { argv: [process.execPath, '-e', script], ...more }, limit === undefined ? {} : { signal: limit })

describe('what is counted', () => {
  it('are lines that match, by the name of the pattern', async () => {
    const text = 'INFO started\nERROR no disk\n\n\u001B[31merror\u001B[0m again\nslow_request took 1.2 s\n'
    const patterns = { errors: '(?i)^error', slow: 'slow_request', panics: 'panicked at' }
    expect(await look(text, { patterns })).toMatchObject({
      problem: { code: 'none' },
      truncated: false,
      lines: 4,
      jsonLines: 0,
      otherLines: 4,
      longLines: 0,
      counts: { errors: 2, slow: 1, panics: 0 },
      last: { errors: '', slow: '', panics: '' },
    })
  })

  it('are the values of fields of JSON lines, and what is not JSON apart', async () => {
    const text = [
      '{"level":"ERROR","log":{"code":7},"ok":true}',
      '{"level":"ERROR","log.code":"literal","message":"level ERROR"}',
      '{"level":"INFO","log":{"code":7}}',
      '{"level":null}',
      '{"level":{"a":1}}',
      '{"level":"ERROR"',
      '["level"]',
      'plain ERROR',
    ].join('\n')
    const facts = await look(text, {
      json: { level: 'level', code: 'log.code', ok: 'ok', inherited: 'constructor' },
      patterns: { errors: { field: 'level', matches: '^ERROR$' }, anywhere: 'ERROR' },
    })
    expect(facts).toMatchObject({ lines: 8, jsonLines: 5, otherLines: 3, counts: { errors: 2, anywhere: 4 } })
    expect(facts.fields).toEqual({
      level: {
        lines: 3,
        values: [
          { value: 'ERROR', lines: 2 },
          { value: 'INFO', lines: 1 },
        ],
        unlistedLines: 0,
      },
      code: {
        lines: 3,
        values: [
          { value: '7', lines: 2 },
          { value: 'literal', lines: 1 },
        ],
        unlistedLines: 0,
      },
      ok: { lines: 1, values: [{ value: 'true', lines: 1 }], unlistedLines: 0 },
      inherited: { lines: 0, values: [], unlistedLines: 0 },
    })
  })

  it('are at most 50 values, and none that is long', async () => {
    const lines = Array.from({ length: 3000 }, (_, index) => `{"id":"n${index % 1500}"}`)
    const long = `{"id":"${'x'.repeat(201)}"}`
    const { fields } = await look([...lines, long, '{"id":"n7"}'].join('\n'), { json: { id: 'id' } })
    expect(fields['id']!.values).toHaveLength(50)
    expect(fields['id']!.values[0]).toEqual({ value: 'n7', lines: 3 })
    expect(fields['id']!.lines).toBe(3002)
    const listed = fields['id']!.values.reduce((sum, { lines: each }) => sum + each, 0)
    expect(listed + fields['id']!.unlistedLines).toBe(3002)
  })

  it('are the last lines only, which is said', async () => {
    const text = `ERROR\n${'INFO\n'.repeat(9)}`
    const patterns = { errors: 'ERROR' }
    expect(await look(text, { patterns, lines: 10 })).toMatchObject({ truncated: false, counts: { errors: 1 } })
    expect(await look(text, { patterns, lines: 9 })).toMatchObject({ truncated: true, lines: 9, counts: { errors: 0 } })
    expect(await look(text, { patterns, 'max-bytes': 12 })).toMatchObject({ truncated: true, lines: 2 })
  })

  it('are lines of which a very long one is looked at as far as 65536 characters', async () => {
    const facts = await look(`${'x'.repeat(65_530)} early ERROR\n${'x'.repeat(70_000)}\n`, {
      patterns: { early: ' early', errors: 'ERROR' },
    })
    expect(facts).toMatchObject({ lines: 2, longLines: 2, counts: { early: 1, errors: 0 } })
  })

  it('takes no longer for a pattern that would hold up a backtracking engine', async () => {
    const { counts } = await look(`${'a'.repeat(60_000)}\n`, { patterns: { evil: '^(a+)+$', none: '^(a|aa)+b$' } })
    expect(counts).toEqual({ evil: 1, none: 0 })
  })

  it('is zero in an empty file', async () => {
    expect(await look('', { patterns: { errors: 'ERROR' } })).toMatchObject({
      problem: { code: 'none' },
      lines: 0,
      counts: { errors: 0 },
      truncated: false,
    })
  })
})

describe('the last line of a pattern', () => {
  it('is shown when it is asked for, whole or not at all', async () => {
    const long = `ERROR ${'x'.repeat(2000)}`
    const patterns = { errors: 'ERROR', other: 'other' }
    const asked = { patterns, 'show-last': true }
    expect((await look('ERROR one\nERROR two\nINFO\n', asked)).last).toEqual({ errors: 'ERROR two', other: '' })
    expect((await look(`ERROR one\n${long}\n`, asked)).last['errors']).toBe(
      '… a line of 2006 characters, which is not shown …',
    )
  })
})

describe('only the latest lines', () => {
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000)
  const since = { age: '1h' }
  const patterns = { errors: 'ERROR' }

  it.each([
    ['RFC 3339', (at: Date) => `${at.toISOString()} ERROR`],
    [
      'a blank and a comma',
      (at: Date) => `[${at.toISOString().replace('T', ' ').replace('.', ',').replace('Z', '')}] ERROR`,
    ],
    ['another zone', (at: Date) => `${new Date(at.getTime() + 7_200_000).toISOString().replace('Z', '+0200')} ERROR`],
    ['a field of JSON', (at: Date) => JSON.stringify({ timestamp: at.toISOString(), level: 'ERROR' })],
    ['seconds', (at: Date) => JSON.stringify({ ts: at.getTime() / 1000, level: 'ERROR' })],
    ['milliseconds', (at: Date) => JSON.stringify({ time: at.getTime(), level: 'ERROR' })],
  ])('are known by %s', async (_form, line) => {
    const text = [line(ago(180)), line(ago(121)), line(ago(59)), line(ago(10))].join('\n')
    const facts = await look(text, { since, patterns })
    expect(facts).toMatchObject({ lines: 2, olderLines: 2, undatedLines: 0, reachesBack: true, counts: { errors: 2 } })
    expect(facts.newestLineAgeSeconds).toBeGreaterThanOrEqual(600)
    expect(facts.newestLineAgeSeconds).toBeLessThan(660)
  })

  it('have their time in the field that is named', async () => {
    const line = (at: Date) => JSON.stringify({ timestamp: ago(0).toISOString(), at: { utc: at.toISOString() } })
    const facts = await look(`${line(ago(90))}\n${line(ago(30))}`, { since: { ...since, field: 'at.utc' } })
    expect(facts).toMatchObject({ lines: 1, olderLines: 1 })
  })

  it('have with them what follows a line without a time of its own, and all before the first time', async () => {
    const text = [
      'ERROR first',
      `${ago(90).toISOString()} ERROR`,
      '  ERROR at',
      `${ago(5).toISOString()} ERROR`,
      '  at x',
    ]
    expect(await look(text.join('\n'), { since, patterns })).toMatchObject({
      lines: 3,
      olderLines: 2,
      undatedLines: 3,
      counts: { errors: 2 },
    })
  })

  it('may all be older, without a time, or reach further back than was read', async () => {
    expect(await look(`${ago(90).toISOString()} x`, { since })).toMatchObject({ lines: 0, reachesBack: true })
    expect(await look('x\ny\n', { since })).toMatchObject({
      lines: 2,
      undatedLines: 2,
      reachesBack: false,
      newestLineAgeSeconds: Number.MAX_SAFE_INTEGER,
    })
    expect(await look(`${ago(5).toISOString()} x`, { since })).toMatchObject({ lines: 1, reachesBack: false })
  })
})

describe('files', () => {
  const patterns = { errors: 'ERROR' }

  it('may be several, and those of a pattern', async () => {
    const place = logs({ 'a.log': 'ERROR\n', 'b.log': 'ERROR\nINFO\n', '.c.log': 'ERROR\n', 'd.txt': 'ERROR\n' })
    mkdirSync(join(place, 'e.log.d'))
    expect(
      await observe(probe, { paths: [join(place, '*.log'), join(place, 'd.txt'), join(place, 'a.log')], patterns }),
    ).toMatchObject({
      problem: { code: 'none' },
      files: ['a.log', 'b.log', 'd.txt'].map((name) => join(place, name)),
      lines: 4,
      counts: { errors: 3 },
    })
  })

  it('that cannot be read are a problem, and the others are read', async () => {
    const place = logs({ 'a.log': 'ERROR\n', 'b.log.gz': gzipSync('ERROR\n') })
    mkdirSync(join(place, 'folder'))
    symlinkSync('nowhere', join(place, 'dangling'))
    execFileSync('mkfifo', [join(place, 'pipe')])
    const server = createServer()
    await new Promise<void>((fulfil) => server.listen(join(place, 'socket'), fulfil))
    const of = async (...names: string[]) => {
      const { problem, unread, lines } = await observe(probe, {
        paths: names.map((name) => join(place, name)),
        patterns,
      })
      return { code: problem.code, unread: unread.map((each) => each.replace(`${place}/`, '')), lines }
    }
    try {
      expect(await of('missing', 'a.log')).toEqual({ code: 'missing', unread: ['missing does not exist'], lines: 1 })
      expect(await of('a.log', 'b.log.gz')).toEqual({
        code: 'compressed',
        unread: ['b.log.gz is compressed, and is not unpacked'],
        lines: 1,
      })
      expect(await of('pipe')).toEqual({ code: 'not-a-file', unread: ['pipe is a pipe, not a file'], lines: 0 })
      expect(await of('socket')).toEqual({ code: 'not-a-file', unread: ['socket is a socket, not a file'], lines: 0 })
      expect(await of('folder')).toEqual({ code: 'not-a-file', unread: ['folder is a folder, not a file'], lines: 0 })
      expect((await of('dangling')).code).toBe('missing')
      expect((await of('x*.log')).code).toBe('missing')
      expect((await of('a.log/b.log')).code).toBe('missing')
      expect((await of('nowhere/*.log')).code).toBe('missing')
      const device = await observe(probe, { paths: ['/dev/zero'] })
      expect(device).toMatchObject({ problem: { code: 'not-a-file' }, files: [], truncated: true, lines: 0 })
    } finally {
      server.close()
    }
  })

  it('of others are not read', async () => {
    const place = logs({ 'a.log': 'ERROR\n' })
    chmodSync(join(place, 'a.log'), 0o600)
    const seen = await asNobody(() => observe(probe, { paths: [join(place, 'a.log')] }))
    if (process.geteuid?.() === 0) expect(seen.problem.code).toBe('forbidden')
    chmodSync(place, 0o700)
    const named = await asNobody(() => observe(probe, { paths: [join(place, '*.log')] }))
    if (process.geteuid?.() === 0) expect(named.problem.code).toBe('forbidden')
  })

  it('are at most a hundred', async () => {
    const place = logs(Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`${index}.log`, ''])))
    await expect(observe(probe, { paths: [join(place, '*.log')] })).rejects.toThrow(/101 files .* at most 100/)
  })

  it('may be rotated and written to while they are read', async () => {
    const place = logs({ 'a.log': 'INFO\n'.repeat(50_000) })
    const path = join(place, 'a.log')
    const seen = observe(probe, { paths: [path], lines: 100_000, patterns: { errors: 'ERROR', infos: '^INFO$' } })
    for (let turn = 0; turn < 20; turn += 1) {
      appendFileSync(path, 'ERROR later\n')
      await setImmediate()
      renameSync(path, `${path}.${turn}`)
      writeFileSync(path, 'INFO\n')
      await setImmediate()
    }
    const { problem, counts } = await seen
    expect(problem.code).toBeOneOf(['none', 'missing', 'replaced'])
    // Of one file, before or after: never of half of one.
    expect(counts['infos']).toBeOneOf(problem.code === 'none' ? [0, 1, 50_000] : [0])
    expect(counts['errors']).toBeLessThanOrEqual(1)
  })
})

describe('a program', () => {
  const patterns = { errors: 'ERROR' }

  it('prints the lines, and says apart what its error output is', async () => {
    const script = 'console.log("INFO\\nERROR"); console.error("ERROR: warned")'
    expect(await ran(script, { patterns })).toMatchObject({
      problem: { code: 'none' },
      exitCode: 0,
      signal: '',
      stderr: 'ERROR: warned\n',
      lines: 2,
      counts: { errors: 1 },
      truncated: false,
    })
    expect(await ran(script, { patterns, 'with-stderr': true })).toMatchObject({
      stderr: '',
      lines: 3,
      counts: { errors: 2 },
    })
  })

  it('that fails, or cannot be started, is a problem', async () => {
    expect(await ran('console.log("x"); process.exitCode = 3')).toMatchObject({
      problem: { code: 'program-failed', detail: 'the program ended with exit code 3' },
      exitCode: 3,
      lines: 1,
    })
    expect(await ran('process.kill(process.pid, "SIGKILL")')).toMatchObject({
      problem: { code: 'program-failed', detail: 'SIGKILL ended the program' },
      exitCode: -1,
      signal: 'SIGKILL',
    })
    expect(await observe(probe, { argv: ['no-such-program'] })).toMatchObject({
      problem: { code: 'tool-missing' },
      exitCode: -1,
      truncated: true,
      reachesBack: false,
    })
    expect((await observe(probe, { argv: ['true'], cwd: '/no/such/folder' })).problem.code).toBe('folder-missing')
  })

  it('is kept the end of, however much it prints', async () => {
    const script = 'process.stdout.write("ERROR\\n" + "INFO\\n".repeat(1e6) + "last ERROR\\n")'
    expect(await ran(script, { patterns, 'max-bytes': 1000, lines: 100, 'show-last': true })).toMatchObject({
      lines: 100,
      truncated: true,
      counts: { errors: 1 },
      last: { errors: 'last ERROR' },
    })
    expect(await ran(script, { patterns, 'max-bytes': 21 })).toMatchObject({ lines: 3, truncated: true })
  })

  it('is ended at its time limit with all that it started', async () => {
    const mark = join(folder, 'pid')
    const script = `const child = require('node:child_process').spawn('sleep', ['300'], { detached: true, stdio: 'ignore' });
      require('node:fs').writeFileSync(${JSON.stringify(mark)}, String(child.pid));
      setInterval(() => console.log('INFO'), 1)`
    const limit = new AbortController()
    const seen = ran(script, {}, limit.signal)
    while (!existsSync(mark) || readFileSync(mark, 'utf8') === '') await new Promise((fulfil) => setTimeout(fulfil, 20))
    const pid = readFileSync(mark, 'utf8')
    limit.abort()
    await expect(seen).rejects.toThrow(SilenceError)
    expect(existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))).toBe(false)
  })
})

describe('an input', () => {
  const problems = (input: unknown) =>
    probe.input.safeParse(input).error?.issues.map(({ path, message }) => [path.join('.'), message])

  it('with a bad pattern, or two sources, is refused with the place', () => {
    expect(problems({ paths: ['a'], patterns: { a: '(' } })).toEqual([['patterns.a', expect.any(String)]])
    expect(problems({ paths: ['a'], patterns: { a: '(?=x)' } })).toHaveLength(1)
    expect(problems({ paths: ['a'], argv: ['a'] })).toEqual([['', 'either paths or argv']])
    expect(problems({})).toEqual([['', 'either paths or argv']])
    expect(problems({ paths: ['a'], 'with-stderr': true })).toEqual([['', 'with-stderr needs argv']])
    expect(problems({ paths: ['a'], patterns: { 'not a name': 'a' } })).toHaveLength(1)
  })
})
