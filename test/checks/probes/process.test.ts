import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { probe } from '../../../src/checks/probes/process.js'
import { asNobody } from '../../as-nobody.js'
import { observe } from './observe.js'
import { recordedTree } from './recorded-tree.js'

interface Recorded {
  readonly pid: number
  readonly program?: string
  readonly state?: string
  /** Clock ticks after the start of the machine. */
  readonly started?: number
  /** Clock ticks. */
  readonly ran?: number
  readonly words?: readonly string[]
  readonly inode?: number
  readonly rss?: number
}

/** The fields of proc_pid_stat(5); 14 and 15 are the ticks that it ran, 22 is when it started. */
const statOf = ({ pid, program = 'busd', state = 'S', started = 5000, ran = 0 }: Recorded): string =>
  `${pid} (${program}) ${state} 1 ${pid} ${pid} 0 -1 4194560 1 2 3 4 ${ran} 10 0 0 20 0 1 0 ${started} 1000 250 18446744073709551615\n`

const recorded = (process: Recorded): Readonly<Record<string, string>> => ({
  [`${process.pid}/stat`]: statOf(process),
  [`${process.pid}/status`]: `Name:\tbusd\nUid:\t1\t0\t2\t3\nVmRSS:\t  ${process.rss ?? 2000} kB\n`,
  [`${process.pid}/cmdline`]: (process.words ?? ['/opt/bus/busd', '--verbose']).map((word) => `${word}\0`).join(''),
  [`${process.pid}/comm`]: `${process.program ?? 'busd'}\n`,
  [`${process.pid}/limits`]:
    'Limit                     Soft Limit           Hard Limit           Units\nMax open files            8                    4096                 files\n',
  [`${process.pid}/fd/0`]: '-> /dev/null',
  [`${process.pid}/fd/1`]: process.inode === undefined ? '-> /dev/null' : `-> socket:[${process.inode}]`,
})

/** Started at 2023-11-14T22:13:20Z, a thousand seconds ago. */
const machine = { stat: 'cpu  100 0 0 100 0 0 0 0 0 0\ncpu0 1 0 0 1\nbtime 1700000000\n', uptime: '1000.00 900.00\n' }
const started = 1_700_000_000 + 50

const none = {
  running: false,
  count: 0,
  pids: [],
  pid: -1,
  ownerUid: -1,
  rssBytes: Number.MAX_SAFE_INTEGER,
  commandLineKnown: false,
  openFilesKnown: false,
  openFilesUsedPercent: 100,
}

/** A tree, and a pid file beside it that was written so many seconds after process 42 of it started. */
function pidFile(text: string, files: Readonly<Record<string, string>>, after = 1) {
  const root = recordedTree({ ...machine, ...files, 'bus.pid': text })
  utimesSync(join(root, 'bus.pid'), started + after, started + after)
  return { 'pid-file': join(root, 'bus.pid'), 'proc-root': root }
}

describe('by its pid file', () => {
  it('a process is found, and described', async () => {
    expect(await observe(probe, pidFile('42\n', recorded({ pid: 42, program: 'bus (d) S 1' })))).toEqual({
      running: true,
      reason: 'none',
      count: 1,
      pids: [42],
      totalRssBytes: 2_048_000,
      pid: 42,
      program: 'bus (d) S 1',
      ownerUid: 0,
      owner: 'root',
      startedAt: '2023-11-14T22:14:10.000Z',
      uptimeSeconds: 950,
      rssBytes: 2_048_000,
      commandLineKnown: true,
      commandLine: '/opt/bus/busd --verbose',
      openFilesKnown: true,
      openFiles: 2,
      openFilesLimit: 8,
      openFilesUsedPercent: 25,
      busiestKnown: false,
      busiest: [],
    })
  })

  it('only the first line counts', async () => {
    expect(await observe(probe, pidFile('42\n/var/lib/data\n5432\n', recorded({ pid: 42 })))).toMatchObject({ pid: 42 })
  })

  it.each([
    ['the process is not there', '41\n', recorded({ pid: 42 }), 'pid-file-stale'],
    ['the process has ended, and its parent does not ask', '42', recorded({ pid: 42, state: 'Z' }), 'exited'],
    ['the process vanishes while it is read', '42', { '42/stat': statOf({ pid: 42 }) }, 'pid-file-stale'],
    ['the process is a later one', '42', recorded({ pid: 42, started: 5400 }), 'pid-file-reused'],
    ['no process is in the file', 'busd\n', recorded({ pid: 42 }), 'pid-file-invalid'],
    ['the file is empty', '', recorded({ pid: 42 }), 'pid-file-invalid'],
    ['there is something after the number', '42 43', recorded({ pid: 42 }), 'pid-file-invalid'],
    ['the file is too long for one', `42\n${' '.repeat(5000)}`, recorded({ pid: 42 }), 'pid-file-invalid'],
  ])('none is found where %s', async (_what, text, files, reason) => {
    expect(await observe(probe, pidFile(text, files))).toMatchObject({ ...none, reason })
  })

  it('a process that started up to two seconds after the file was written is the one', async () => {
    const files = recorded({ pid: 42 })
    expect(await observe(probe, pidFile('42', files, -2))).toMatchObject({ running: true })
    expect(await observe(probe, pidFile('42', files, -2.1))).toMatchObject({ ...none, reason: 'pid-file-reused' })
  })

  it('none is found where the file is missing, is a folder or is forbidden', async () => {
    const given = pidFile('42', recorded({ pid: 42 }))
    expect(await observe(probe, { ...given, 'pid-file': '/no/such/file' })).toMatchObject({
      ...none,
      reason: 'pid-file-missing',
    })
    expect(await observe(probe, { ...given, 'pid-file': '/tmp' })).toMatchObject({
      ...none,
      reason: 'pid-file-invalid',
    })
    chmodSync(given['pid-file'], 0)
    chmodSync(given['proc-root'], 0o755)
    expect(await asNobody(() => observe(probe, given))).toMatchObject({ ...none, reason: 'pid-file-unreadable' })
  })

  it('nothing is known where the system shows no processes', async () => {
    const given = pidFile('42', {})
    expect(await observe(probe, { ...given, 'proc-root': '/no/such/folder' })).toMatchObject({
      ...none,
      reason: 'unknown',
    })
  })
})

it('knows nothing of open files where they may not be looked at', async () => {
  const given = pidFile('42', recorded({ pid: 42 }))
  chmodSync(given['proc-root'], 0o755)
  chmodSync(join(given['proc-root'], '42/fd'), 0o700)
  const asked = () => observe(probe, given)
  if (process.geteuid?.() !== 0) chmodSync(join(given['proc-root'], '42/fd'), 0)
  expect(await asNobody(asked)).toMatchObject({
    running: true,
    openFilesKnown: false,
    openFiles: Number.MAX_SAFE_INTEGER,
    openFilesLimit: 0,
    openFilesUsedPercent: 100,
  })
})

it('knows no limit of open files as none', async () => {
  const files = {
    ...recorded({ pid: 42 }),
    '42/limits': 'Max open files            unlimited            unlimited   files\n',
  }
  expect(await observe(probe, pidFile('42', files))).toMatchObject({
    openFilesKnown: true,
    openFilesLimit: Number.MAX_SAFE_INTEGER,
    openFilesUsedPercent: 0,
  })
})

const seen = (named: object, files: Readonly<Record<string, string>>) =>
  observe(probe, { ...named, 'proc-root': recordedTree({ ...machine, ...files }) })

describe('by its command', () => {
  const files = {
    ...recorded({ pid: 50, started: 900, rss: 10 }),
    ...recorded({ pid: 42, started: 800, rss: 20 }),
    ...recorded({ pid: 43, words: ['busd'] }),
    ...recorded({ pid: 44, words: ['/opt/bus/busd2', 'busd'] }),
    ...recorded({ pid: 45, words: ['sh', '-c', '/opt/bus/busd'] }),
    ...recorded({ pid: 46, words: [] }),
    '47/cmdline': '/opt/bus/busd\0',
    ...recorded({ pid: 48, state: 'Z' }),
  }

  it('all are found whose first word ends in it, the oldest first; one that vanished or has ended is none', async () => {
    const facts = await seen({ command: 'busd' }, files)
    expect(facts).toMatchObject({ running: true, count: 3, pids: [42, 50, 43], pid: 42, rssBytes: 20_480 })
    expect(facts.totalRssBytes).toBe((10 + 20 + 2000) * 1024)
  })

  it('with a path only those that were started by it', async () => {
    expect(await seen({ command: '/opt/bus/busd' }, files)).toMatchObject({ pids: [42, 50] })
  })

  it.each(['bus', 'busd.*', 'BUSD', 'bus/busd', 'busd '])('none is found by %s', async (command) => {
    expect(await seen({ command }, files)).toMatchObject({ ...none, reason: 'no-such-command' })
  })
})

describe('by its port', () => {
  const table = '   0: 0100007F:1F0A 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 501 1\n'

  it('a process is found', async () => {
    const files = { 'self/net/tcp': table, ...recorded({ pid: 42, inode: 501 }), ...recorded({ pid: 43, inode: 502 }) }
    expect(await seen({ port: 7946 }, files)).toMatchObject({ running: true, pids: [42] })
    expect(await seen({ port: 7947 }, files)).toMatchObject({ ...none, reason: 'not-listening' })
  })

  it('none is found where its owner is not shown, or no sockets are', async () => {
    expect(await seen({ port: 7946 }, { 'self/net/tcp': table, ...recorded({ pid: 43 }) })).toMatchObject({
      ...none,
      reason: 'owner-hidden',
    })
    expect(await seen({ port: 7946 }, recorded({ pid: 43 }))).toMatchObject({ ...none, reason: 'unknown' })
  })
})

describe('its command line', () => {
  const commandLine = (words: readonly string[]) => seen({ command: 'busd' }, recorded({ pid: 42, words }))

  it.each([
    ['the value after an option that names a credential', ['busd', '--password', 'Tr0ub4dor-hx']],
    ['the value of one in the same word', ['busd', '--api-key=Tr0ub4dor-hx']],
    ['the password of an address', ['busd', 'redis://user:Tr0ub4dor-hx@cache:6379/0']],
    ['a setting', ['busd', '-e', 'SECRET_KEY=Tr0ub4dor-hx']],
    ['a value with signs of the shell', ['busd', '--token', "Tr0ub4dor-hx 'a' $b"]],
    ['a value after many words', ['busd', ...Array.from({ length: 3000 }, () => 'word'), '--secret', 'Tr0ub4dor-hx']],
  ])('is shown without %s', async (_what, words) => {
    const facts = await commandLine(words)
    expect(facts).toMatchObject({ running: true, commandLineKnown: true })
    expect(facts.commandLine).toMatch(/^busd /)
    expect(JSON.stringify(facts)).not.toContain('Tr0ub4dor')
  })

  it.each([
    ['too long', ['busd', 'a'.repeat(65_536)]],
    ['of no words', ['busd']],
  ])('is not shown when it is %s', async (what, words) => {
    const files = recorded({ pid: 42, words })
    const text = what === 'of no words' ? { ...files, '42/cmdline': '\0\0' } : files
    expect(await observe(probe, pidFile('42', text))).toMatchObject({
      running: true,
      commandLineKnown: false,
      commandLine: '',
    })
  })

  it('is not shown when it is not text', async () => {
    const given = pidFile('42', recorded({ pid: 42 }))
    writeFileSync(join(given['proc-root'], '42/cmdline'), Buffer.from([0x62, 0x00, 0xff, 0xfe, 0x00]))
    expect(await observe(probe, given)).toMatchObject({ running: true, commandLineKnown: false, commandLine: '' })
  })
})

describe('the busiest', () => {
  const second = (process: Recorded) => ({ ...recorded(process), [`${process.pid}/stat.2`]: statOf(process) })
  const shortly = (pid: number) => ({ ...second({ pid, ran: pid - 12 }), ...recorded({ pid }) })
  const files: Readonly<Record<string, string>> = {
    'stat.2': 'cpu  250 0 0 150 0 0 0 0 0 0\ncpu0 1 0 0 1\nbtime 1700000000\n',
    ...recorded({ pid: 10, ran: 500 }),
    ...second({ pid: 11, program: 'a b) c', ran: 100 }),
    ...recorded({ pid: 11, program: 'a b) c', ran: 0 }),
    ...second({ pid: 12, ran: 20 }),
    ...recorded({ pid: 12, ran: 10_000, started: 1 }),
    ...shortly(13),
    ...shortly(14),
    ...shortly(15),
    ...shortly(16),
  }

  it('are those that ran most between two readings, in percent of all processors', async () => {
    const facts = await seen({ busiest: true, window: '1ms' }, files)
    expect(facts).toMatchObject({ ...none, reason: 'not-named', busiestKnown: true })
    // 200 ticks passed. Process 12 of the second reading is another one than that of the first: all that it ran is new.
    expect(facts.busiest).toEqual([
      { pid: 11, program: 'a b) c', cpuPercent: 50, rssBytes: 2_048_000 },
      { pid: 12, program: 'busd', cpuPercent: 15, rssBytes: 2_048_000 },
      { pid: 16, program: 'busd', cpuPercent: 2, rssBytes: 2_048_000 },
      { pid: 15, program: 'busd', cpuPercent: 1.5, rssBytes: 2_048_000 },
      { pid: 14, program: 'busd', cpuPercent: 1, rssBytes: 2_048_000 },
    ])
  })

  it('are unknown where no time passed, and where the processors are not shown', async () => {
    const once = Object.fromEntries(Object.entries(files).filter(([name]) => name !== 'stat.2'))
    expect(await seen({ busiest: true, window: '1ms' }, once)).toMatchObject({ busiestKnown: false, busiest: [] })
    const root = recordedTree(recorded({ pid: 42 }))
    expect(await observe(probe, { busiest: true, window: '1ms', 'proc-root': root })).toMatchObject({
      busiestKnown: false,
    })
  })
})

it.each([{}, { port: 1, command: 'busd' }, { command: 'bin/' }, { command: '' }, { busiest: false }])(
  'refuses to look for %o',
  (given) => {
    expect(probe.input.safeParse(given).success).toBe(false)
  },
)

describe('a process of this machine', () => {
  const children: ChildProcess[] = []
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })

  it('is found by its pid file, and is what ps says it is', async () => {
    const child = spawn('sleep', ['61.5'], { stdio: 'ignore' })
    children.push(child)
    await new Promise((fulfil) => child.once('spawn', fulfil))
    const folder = mkdtempSync(join(tmpdir(), 'preflight-pid-'))
    writeFileSync(join(folder, 'sleep.pid'), `${child.pid}\n`)
    const facts = await observe(probe, { 'pid-file': join(folder, 'sleep.pid') })
    rmSync(folder, { recursive: true })
    const ps = (column: string) =>
      execFileSync('ps', ['-o', `${column}=`, '-p', String(child.pid)])
        .toString()
        .trim()
    expect(facts).toMatchObject({
      running: true,
      count: 1,
      pid: child.pid,
      program: ps('comm'),
      commandLine: ps('args'),
      ownerUid: Number(ps('uid')),
      owner: userInfo().username,
      openFilesKnown: true,
    })
    expect(Math.abs(Date.parse(facts.startedAt) - Date.parse(ps('lstart')))).toBeLessThan(60_000)
    expect(facts.openFiles).toBeGreaterThanOrEqual(3)
    expect(facts.openFilesLimit).toBeGreaterThan(facts.openFiles)
    expect(facts.rssBytes).toBeGreaterThan(0)
    expect(facts.rssBytes).toBeLessThan(Number.MAX_SAFE_INTEGER)
  })

  it('is not this one when it is looked for by its command', async () => {
    const [own = ''] = readFileSync('/proc/self/cmdline', 'utf8').split('\0')
    const { pids } = await observe(probe, { command: own })
    expect(pids).not.toContain(process.pid)
  })

  it('is found by the port it listens on', async () => {
    const server = createServer()
    await new Promise<void>((fulfil) => server.listen(0, '127.0.0.1', fulfil))
    const facts = await observe(probe, { port: (server.address() as AddressInfo).port })
    await new Promise((fulfil) => server.close(fulfil))
    expect(facts).toMatchObject({ running: true, pids: [process.pid], ownerUid: process.geteuid?.() })
  })

  it('is one of five at most that are the busiest, each with a share of the machine', async () => {
    const child = spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' })
    children.push(child)
    await new Promise((fulfil) => child.once('spawn', fulfil))
    const facts = await observe(probe, { busiest: true, window: '1s' })
    expect(facts.busiestKnown).toBe(true)
    expect(facts.busiest.length).toBeGreaterThan(0)
    expect(facts.busiest.length).toBeLessThanOrEqual(5)
    for (const { cpuPercent } of facts.busiest) {
      expect(cpuPercent).toBeGreaterThan(0)
      expect(cpuPercent).toBeLessThanOrEqual(100)
    }
  })
})
