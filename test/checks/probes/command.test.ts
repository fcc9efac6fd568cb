import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { probe } from '../../../src/checks/probes/command.js'
import { observe } from './observe.js'

let folder: string
beforeAll(async () => void (folder = await realpath(await mkdtemp(join(tmpdir(), 'command-')))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const run = (argv: string[], more: { cwd?: string; environment?: Record<string, string> } = {}, signal?: AbortSignal) =>
  observe(probe, { argv, cwd: folder, ...more }, signal === undefined ? {} : { signal })
const shell = (script: string, signal?: AbortSignal) => run(['/bin/sh', '-c', script], {}, signal)

/** Whether the process is there and no zombie. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  return stat !== '' && !/^Z/.test(stat.slice(stat.lastIndexOf(')') + 2))
}

async function untilWritten(file: string, words: number): Promise<number[]> {
  for (;;) {
    const pids = (await readFile(join(folder, file), 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number)
    if (pids.length >= words) return pids
    await wait(20)
  }
}

describe('a command that runs to its end', () => {
  it('tells how it ended and what it printed', async () => {
    expect(await shell('echo out; echo err >&2; exit 3')).toMatchObject({
      started: true,
      missing: false,
      problem: { code: 'none' },
      exitCode: 3,
      signal: '',
      stdout: 'out\n',
      stderr: 'err\n',
      lines: 1,
      truncated: false,
      runner: 'none',
    })
    expect(await shell('true')).toMatchObject({ started: true, exitCode: 0, stdout: '', tail: '' })
  })

  it('that a signal ended has no exit code', async () => {
    expect(await shell('kill -SEGV $$')).toMatchObject({ started: true, exitCode: -1, signal: 'SIGSEGV' })
  })

  it('gets its arguments as they are', async () => {
    const words = ['a b', '$(id)', '`id`', '', '*', ';', '"', "'", '\n', '-n']
    const { stdout } = await run([
      process.execPath,
      '-e',
      'console.log(JSON.stringify(process.argv.slice(1)))',
      '--',
      ...words,
    ])
    expect(JSON.parse(stdout)).toEqual(words)
  })

  it('sees PATH, HOME, LANG, TMPDIR, what it is given, and nothing else', async () => {
    process.env['LEAKY_VARIABLE'] = 'leaked'
    try {
      const { stdout } = await run([process.execPath, '-p', 'JSON.stringify(process.env)'], {
        environment: { GIVEN: 'x y', LANG: 'pl_PL.UTF-8' },
      })
      const seen = JSON.parse(stdout) as Record<string, string>
      expect(Object.keys(seen).sort()).toEqual(['GIVEN', 'HOME', 'LANG', 'PATH', 'TMPDIR'])
      expect(seen).toMatchObject({ GIVEN: 'x y', LANG: 'pl_PL.UTF-8' })
    } finally {
      delete process.env['LEAKY_VARIABLE']
    }
  })

  it('runs in its folder and reads no input', async () => {
    expect(await shell('pwd; cat')).toMatchObject({ exitCode: 0, stdout: `${folder}\n` })
  })

  it('is counted in full when it prints without end to what is kept', async () => {
    const facts = await run([
      process.execPath,
      '-e',
      'for (let i = 0; i < 300000; i++) console.log("line", i); console.log("7 passed, 1 skipped in 2.00s")',
    ])
    expect(facts).toMatchObject({
      lines: 300_001,
      truncated: true,
      passed: 7,
      skipped: 1,
      runner: 'pytest',
      exitCode: 0,
    })
    expect(facts.stdout.length).toBeLessThan(33_000)
  })

  it('takes what it left running with it, even what ignores a polite request and holds its output open', async () => {
    const facts = await shell(
      `(trap '' TERM; echo started > ready; sleep 600) & echo $! > left; while [ ! -e ready ]; do sleep 0.02; done; echo done`,
    )
    expect(facts).toMatchObject({ exitCode: 0, stdout: 'done\n' })
    const [pid = 0] = await untilWritten('left', 1)
    expect(await isAlive(pid)).toBe(false)
  })
})

describe('a command that cannot start', () => {
  it('because there is no such program', async () => {
    expect(await run(['no-such-program-anywhere'])).toMatchObject({
      started: false,
      missing: true,
      exitCode: -1,
      problem: { code: 'tool-missing', class: 'dependency', detail: 'no-such-program-anywhere was not found on PATH' },
    })
    expect(await run(['./no-such-program'])).toMatchObject({
      started: false,
      missing: true,
      problem: { detail: './no-such-program does not exist' },
    })
  })

  it('because it may not be executed', async () => {
    await writeFile(join(folder, 'plain'), 'text')
    expect(await run(['./plain'])).toMatchObject({
      started: false,
      missing: false,
      problem: { code: 'tool-not-executable' },
    })
    await mkdir(join(folder, 'a-folder'), { recursive: true })
    expect(await run(['./a-folder'])).toMatchObject({ started: false, problem: { code: 'tool-not-executable' } })
  })

  it('because its interpreter is not there', async () => {
    await writeFile(join(folder, 'orphan'), '#!/no/such/interpreter\n')
    await chmod(join(folder, 'orphan'), 0o755)
    expect(await run(['./orphan'])).toMatchObject({
      started: false,
      missing: false,
      problem: { code: 'interpreter-missing' },
    })
    expect(await run(['orphan'], { environment: { PATH: folder } })).toMatchObject({
      problem: { code: 'interpreter-missing' },
    })
  })

  it('because its folder is not there, which is not the same as a missing program', async () => {
    expect(await run(['true'], { cwd: join(folder, 'nowhere') })).toMatchObject({
      started: false,
      missing: false,
      problem: { code: 'folder-missing', class: 'config' },
    })
    await writeFile(join(folder, 'a-file'), '')
    expect(await run(['true'], { cwd: join(folder, 'a-file') })).toMatchObject({ problem: { code: 'folder-missing' } })
  })

  it('because of what it was given, without showing that', async () => {
    await expect(run(['true'], { environment: { GIVEN: 'hunter2\0' } })).rejects.toThrow(
      /^the value of GIVEN contains a NUL character/,
    )
    const tooMuch = run(['true', ...Array.from({ length: 40 }, () => 'hunter2'.repeat(14_000))])
    await expect(tooMuch).rejects.toThrow(/^the command could not be started \(E2BIG\)$/)
    await tooMuch.catch((error: unknown) => expect(Object.keys(error as object)).toEqual([]))
  })
})

describe('a command at its time limit', () => {
  const tree = `echo $$ >> pids; trap '' TERM INT HUP
    sh -c 'trap "" TERM; echo $$ >> pids; sleep 600 & echo $! >> pids; wait' &
    setsid sh -c 'trap "" TERM; echo $$ >> pids; sleep 600; :' &
    while :; do sleep 1; done`

  it('is gone with all it started, also what ignores a polite request or made a session of its own', async () => {
    const limit = new AbortController()
    const running = shell(tree, limit.signal)
    const pids = await untilWritten('pids', 4)
    expect(await Promise.all(pids.map(isAlive))).toEqual([true, true, true, true])
    limit.abort()
    await expect(running).rejects.toMatchObject({ name: 'SilenceError' })
    expect(await Promise.all(pids.map(isAlive))).toEqual([false, false, false, false])
  })

  it('gets the chance to clean up', async () => {
    const limit = new AbortController()
    const running = shell(
      `trap 'echo bye > cleaned; exit 0' TERM; echo $$ > polite; while :; do sleep 0.05; done`,
      limit.signal,
    )
    await untilWritten('polite', 1)
    limit.abort()
    await expect(running).rejects.toMatchObject({ name: 'SilenceError' })
    expect(await readFile(join(folder, 'cleaned'), 'utf8')).toBe('bye\n')
  })

  it('is not started when there is no time left', async () => {
    await expect(shell('echo x > never', AbortSignal.abort())).rejects.toMatchObject({ name: 'SilenceError' })
    await expect(readFile(join(folder, 'never'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

it.each([
  [{}],
  [{ argv: [] }],
  [{ argv: [''] }],
  [{ argv: 'ls -l' }],
  [{ argv: ['a\0b'] }],
  [{ argv: ['ls'], shell: true }],
  [{ argv: ['ls'], environment: { 'A B': 'x' } }],
])('refuses the input %j', (input) => {
  expect(probe.input.safeParse(input).success).toBe(false)
})
