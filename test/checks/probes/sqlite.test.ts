import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs'
import { chownSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SilenceError, UnobservedError } from '../../../src/base/errors.js'
import { probe } from '../../../src/checks/probes/sqlite.js'
import { attempt } from './attempt.js'
import { observe } from './observe.js'

let folder = ''
const at = (name: string): string => join(folder, name)
const make = (name: string, sql: string): string => {
  execFileSync('sqlite3', [at(name)], { input: sql })
  return at(name)
}
const look = (path: string, query = '', more: object = {}) => observe(probe, { path, query, ...more })
const codeOf = async (path: string, query = 'PRAGMA quick_check') => (await look(path, query)).problem.code
const filler =
  'CREATE TABLE jobs (id, text); WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 2000)'
const jobs = `${filler} INSERT INTO jobs SELECT i, printf('%0100d', i) FROM n;`

/** A program of SQLite's own that holds a database open, after it has done what it was told. */
async function holding(path: string, sql: string): Promise<() => Promise<void>> {
  const holder = spawn('sqlite3', [path], { stdio: ['pipe', 'pipe', 'inherit'] })
  const said = new Promise<void>((fulfil) => holder.stdout.on('data', (text) => /ready/.test(String(text)) && fulfil()))
  holder.stdin.write(`${sql}\nSELECT 'ready';\n`)
  await said
  return async () => {
    const gone = new Promise((fulfil) => holder.once('exit', fulfil))
    holder.kill('SIGKILL')
    await gone
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-probe-'))
  chmodSync(folder, 0o755)
  make('app.db', jobs)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a database', () => {
  it('is read, and its rows are facts', async () => {
    expect(await look(at('app.db'), 'PRAGMA quick_check')).toEqual({
      problem: { code: 'none', class: 'dependency', transient: false, detail: '' },
      exists: true,
      size: statSync(at('app.db')).size,
      journal: 'rollback',
      tables: 1,
      columns: ['quick_check'],
      rows: [{ quick_check: 'ok' }],
      rowCount: 1,
      truncated: false,
      queryMs: expect.any(Number) as number,
    })
    const { columns, rows } = await look(at('app.db'), "SELECT 1 AS a, 0.1 AS b, NULL AS c, 'ä;\n-- x' AS d -- one")
    expect({ columns, rows }).toEqual({
      columns: ['a', 'b', 'c', 'd'],
      rows: [{ a: 1, b: 0.1, c: null, d: 'ä;\n-- x' }],
    })
    expect(await look(at('app.db'))).toMatchObject({ problem: { code: 'none' }, tables: 1, rowCount: 0 })
  })

  it('gives no more than a hundred rows, no long texts, and nothing that is not exact', async () => {
    const { rows, rowCount, truncated } = await look(at('app.db'), 'SELECT id FROM jobs ORDER BY id;')
    expect({ first: rows[0], rowCount, truncated }).toEqual({ first: { id: 1 }, rowCount: 100, truncated: true })
    const long = await look(at('app.db'), "SELECT printf('%05000d', 1) AS text")
    expect([long.truncated, (long.rows[0]?.['text'] as string).length]).toEqual([true, 1000])
    const endless = 'WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n)'
    expect(await codeOf(at('app.db'), `${endless} SELECT i, printf('%01000d', i) FROM n`)).toBe('too-large')
    for (const query of ['SELECT 9007199254740993 AS n', 'SELECT 1e999 AS n', 'SELECT 1 AS n, 2 AS n'])
      expect(await codeOf(at('app.db'), query), query).toBe('query-refused')
    const { error } = await attempt(probe, { path: at('app.db'), query: `${endless} SELECT max(i) FROM n` }, 300)
    expect(error).toBeInstanceOf(SilenceError)
  })

  it('is not changed, and nothing else is read', async () => {
    const before = readdirSync(folder)
    const refused = ['WITH x AS (SELECT 1) INSERT INTO jobs SELECT 1, 2', "SELECT readfile('/etc/hostname')"]
    const more = [`SELECT writefile('${at('new')}', 'x')`, "SELECT load_extension('x')", 'SELECT nothing FROM nowhere']
    for (const query of [...refused, ...more]) expect(await codeOf(at('app.db'), query), query).toBe('query-refused')
    expect(readdirSync(folder)).toEqual(before)
    expect((await look(at('app.db'), 'SELECT count(*) AS n FROM jobs')).rows).toEqual([{ n: 2000 }])
  })

  it('takes one statement that reads, and no command of the program', () => {
    const fit = [
      'VALUES (1)',
      'pragma main.user_version;',
      'PRAGMA integrity_check(10)',
      "SELECT ';' -- ;",
      'select[a;b]',
    ]
    for (const query of fit) expect(probe.input.safeParse({ path: '/x', query }).success, query).toBe(true)
    const unfit = ['.shell id', 'SELECT 1;\n .shell id', '/* \n*/ .tables', 'SELECT 1; SELECT 2', 'DELETE FROM jobs']
    const pragmas = ['PRAGMA user_version = 5', 'PRAGMA user_version(5)', 'PRAGMA wal_checkpoint', 'PRAGMA optimize']
    const open = ["SELECT 'open", 'SELECT /* open', "ATTACH 'x' AS y", 'VACUUM', 'SELECT 1\0', ';']
    for (const query of [...unfit, ...pragmas, ...open])
      expect(probe.input.safeParse({ path: '/x', query }).success, query).toBe(false)
  })
})

describe('a file', () => {
  it('that does not exist is a fact, and is not created', async () => {
    expect(await look(at('missing.db'), 'PRAGMA quick_check')).toMatchObject({
      exists: false,
      problem: { code: 'file-not-found', class: 'config', transient: false },
      truncated: true,
    })
    expect(existsSync(at('missing.db'))).toBe(false)
  })

  it('that is no database, a folder, a pipe, or empty', async () => {
    writeFileSync(at('text.db'), 'hello '.repeat(100))
    expect(await look(at('text.db'), 'SELECT 1 AS one')).toMatchObject({
      exists: true,
      problem: { code: 'not-a-database' },
      rowCount: 0,
    })
    mkdirSync(at('folder.db'))
    execFileSync('mkfifo', [at('pipe.db')])
    for (const name of ['folder.db', 'pipe.db']) expect(await codeOf(at(name)), name).toBe('not-a-file')
    writeFileSync(at('empty.db'), '')
    expect(await look(at('empty.db'), 'PRAGMA quick_check')).toMatchObject({ size: 0, tables: 0, journal: 'rollback' })
  })

  it('with a damaged page, or cut off', async () => {
    copyFileSync(at('app.db'), at('damaged.db'))
    writeSync(openSync(at('damaged.db'), 'r+'), Buffer.alloc(4096, 0xff), 0, 4096, 4096 * 20)
    expect(await look(at('damaged.db'), 'PRAGMA quick_check')).toMatchObject({
      problem: { code: 'corrupt', class: 'dependency', transient: false },
      rowCount: 0,
    })
    expect(await codeOf(at('damaged.db'), 'SELECT sum(length(text)) AS n FROM jobs')).toBe('corrupt')
    copyFileSync(at('app.db'), at('cut.db'))
    truncateSync(at('cut.db'), 4096 * 10)
    expect(await codeOf(at('cut.db'))).toBe('corrupt')
  })
})

describe('a writer', () => {
  it('in WAL mode does not disturb, and what it has not committed is not seen', async () => {
    make('wal.db', `PRAGMA journal_mode = wal; ${jobs}`)
    const release = await holding(at('wal.db'), 'BEGIN IMMEDIATE; DELETE FROM jobs;')
    const query = 'SELECT count(*) AS n FROM jobs'
    expect(await look(at('wal.db'), query)).toMatchObject({ journal: 'wal', rows: [{ n: 2000 }] })
    await release()
  })

  it('with an exclusive lock makes it an error that may pass', async () => {
    for (const [name, sql] of [
      ['app.db', 'BEGIN EXCLUSIVE;'],
      ['wal.db', 'PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM jobs;'],
    ] as const) {
      const release = await holding(at(name), sql)
      const { error } = await attempt(probe, { path: at(name), query: 'SELECT 1 AS one' }, 8000)
      expect(error, name).toBeInstanceOf(UnobservedError)
      expect(error, name).toMatchObject({ is: { isTransient: true }, message: expect.stringMatching(/^locked: /) })
      await release()
    }
    expect(await codeOf(at('app.db'))).toBe('none')
  })

  it('that was interrupted leaves a journal, which only the service may undo', async () => {
    make('hot.db', jobs)
    const release = await holding(at('hot.db'), 'PRAGMA cache_size = 1; BEGIN; DELETE FROM jobs WHERE id % 2;')
    await release()
    expect(await codeOf(at('hot.db'))).toBe('needs-writing')
    expect(existsSync(`${at('hot.db')}-journal`)).toBe(true)
  })
})

describe('another user', () => {
  const nobody = 65_534
  it.runIf(process.getuid?.() === 0)('may not read it, or would make files that the service cannot write', async () => {
    make('theirs.db', `PRAGMA journal_mode = wal; ${jobs}`)
    chmodSync(at('theirs.db'), 0o644)
    const as = async <Result>(uid: number, act: () => Promise<Result>): Promise<Result> => {
      process.seteuid?.(uid)
      try {
        return await act()
      } finally {
        process.seteuid?.(0)
      }
    }
    expect(await as(nobody, () => codeOf(at('theirs.db')))).toBe('needs-writing')
    expect(existsSync(`${at('theirs.db')}-shm`)).toBe(false)
    chmodSync(at('theirs.db'), 0o600)
    expect(await as(nobody, () => codeOf(at('theirs.db')))).toBe('file-unreadable')
    // As root the files become the owner's.
    mkdirSync(at('owned'))
    make('owned/app.db', `PRAGMA journal_mode = wal; ${jobs}`)
    for (const path of ['owned', 'owned/app.db']) chownSync(at(path), nobody, nobody)
    expect(await codeOf(at('owned/app.db'))).toBe('none')
    for (const name of readdirSync(at('owned'))) expect(statSync(at(`owned/${name}`)).uid, name).toBe(nobody)
  })
})

describe('the program', () => {
  it('is named when it is absent, with how to install it', async () => {
    const { problem } = await look(at('app.db'), '', { program: 'no-such-sqlite3' })
    expect(problem).toMatchObject({ code: 'tool-missing', class: 'dependency', transient: false })
    expect(problem.detail).toMatch(/no-such-sqlite3 was not found on PATH: install it, .*apt-get install sqlite3/)
  })

  it('is too old, prints something else, or reads settings of the user', async () => {
    const stand = (script: string): object => {
      writeFileSync(at('stand-in'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
      return { program: at('stand-in') }
    }
    const old = stand('echo "sqlite3: Error: unknown option: -safe" >&2; exit 1')
    expect((await look(at('app.db'), '', old)).problem.code).toBe('tool-too-old')
    for (const script of ['true', 'echo hello', 'echo "[]"', 'kill -9 $$'])
      await expect(look(at('app.db'), 'SELECT 1', stand(script)), script).rejects.toThrow()
    const home = process.env['HOME']
    process.env['HOME'] = folder
    writeFileSync(at('.sqliterc'), '.mode csv\n')
    expect(await codeOf(at('app.db'))).toBe('none')
    process.env['HOME'] = home
  })
})
