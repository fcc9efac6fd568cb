import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { action } from '../../../src/runbooks/actions/run.js'
import { NotPerformedError } from '../../../src/runbooks/definition/step-kind.js'
import { hostileValues, noEnvironment, perform, type Circumstances } from './perform.js'
import { propertyRuns } from '../../property-runs.js'

let folder: string
beforeAll(async () => void (folder = await realpath(await mkdtemp(join(tmpdir(), 'run-')))))
afterAll(() => rm(folder, { recursive: true, force: true }))

type Input = Exclude<z.input<typeof action.input>, readonly string[]>
type Settings = Omit<Partial<Input>, 'argv' | 'shell' | 'arguments'>

const run = (argv: string[], settings: Settings = {}, circumstances: Circumstances = {}) =>
  perform(action, { argv, cwd: folder, ...settings }, circumstances)
const script = (shell: string, words: string[] = [], settings: Settings = {}, circumstances: Circumstances = {}) =>
  perform(action, { shell, arguments: words, cwd: folder, ...settings }, circumstances)
const showArguments = [process.execPath, '-e', 'console.log(JSON.stringify(process.argv.slice(1)))']
const fillsAll = [{ path: ['argv'], isLeading: true }]

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

describe('run', () => {
  it('tells how a program ended and what it printed, while it prints', async () => {
    let shown = ''
    expect(
      await run(['/bin/sh', '-c', 'echo out; echo err >&2; exit 3'], {}, { onOutput: (text) => (shown += text) }),
    ).toMatchObject({
      exitCode: 3,
      signal: '',
      stdout: 'out\n',
      stderr: 'err\n',
      lines: 1,
      truncated: false,
      isJson: false,
      json: {},
    })
    expect(shown.split('\n').sort()).toEqual(['', 'err', 'out'])
    expect(await run(['/bin/sh', '-c', 'kill -SEGV $$'])).toMatchObject({ exitCode: -1, signal: 'SIGSEGV' })
    expect(await perform(action, ['echo', '{"a": [1]}'])).toMatchObject({ exitCode: 0, isJson: true, json: { a: [1] } })
  })

  it('shows its output before it ends', async () => {
    let isEnded = false
    const shown = new Promise<boolean>((fulfil) => {
      void run(
        ['/bin/sh', '-c', 'echo begun; while [ ! -e go ]; do sleep 0.02; done'],
        {},
        { onOutput: () => fulfil(isEnded) },
      ).then(() => (isEnded = true))
    })
    expect(await shown).toBe(false)
    await writeFile(join(folder, 'go'), '')
  })

  it('has the environment that is named, a mark of its own, and nothing else', async () => {
    process.env['LEAKY_VARIABLE'] = 'leaked'
    process.env['PASSED_VARIABLE'] = 'passed'
    try {
      const environment = async (settings: Settings) =>
        (await run([process.execPath, '-p', 'JSON.stringify(process.env)'], settings)).json as Record<string, string>
      const mark = 'PREFLIGHT_STEP_MARK'
      expect(Object.keys(await environment({})).sort()).toEqual(['HOME', 'LANG', 'PATH', mark, 'TMPDIR'])
      expect(
        await environment({
          environment: { GIVEN: 'x y', LANG: 'pl_PL.UTF-8' },
          inherit: ['PASSED_VARIABLE', 'ABSENT_VARIABLE'],
        }),
      ).toMatchObject({ GIVEN: 'x y', LANG: 'pl_PL.UTF-8', PASSED_VARIABLE: 'passed' })
      expect(Object.keys(await environment({ clean: true, environment: { ONLY: 'this' } })).sort()).toEqual([
        'ONLY',
        mark,
      ])
    } finally {
      delete process.env['LEAKY_VARIABLE']
      delete process.env['PASSED_VARIABLE']
    }
  })

  it('gives it the input that is given, and else none', async () => {
    expect(await run(['cat'], { input: 'zażółć\n' })).toMatchObject({ stdout: 'zażółć\n', exitCode: 0 })
    expect(await run(['cat'])).toMatchObject({ stdout: '', exitCode: 0 })
    expect(await run(['true'], { input: 'x'.repeat(1_000_000) })).toMatchObject({ exitCode: 0 })
  })

  it('runs a script that stops at the first failure, in a pipe and with an unset variable too', async () => {
    expect(await script('echo "$1-$2"', ['a b', '$x'])).toMatchObject({ exitCode: 0, stdout: 'a b-$x\n' })
    expect(await script('false\necho on')).toMatchObject({ exitCode: 1, stdout: '' })
    expect(await script('false | cat; echo on')).toMatchObject({ exitCode: 1, stdout: '' })
    expect(await script('echo "$ABSENT"; echo on')).toMatchObject({ exitCode: 1, stdout: '' })
    expect(await script('echo "$0"')).toMatchObject({ stdout: 'preflight\n' })
  })
})

describe('values', () => {
  it('arrive as they are, in a command and in a script', async () => {
    expect(
      (
        await run(
          [...showArguments, '--', ...hostileValues],
          {},
          { filled: hostileValues.map((_, index) => ({ path: ['argv', index + 4], isLeading: true })) },
        )
      ).json,
    ).toEqual([...hostileValues])
    const { stdout } = await script(
      'printf "%s\\0" "$@"',
      ['--', ...hostileValues],
      {},
      { filled: [{ path: ['arguments', 1], isLeading: true }] },
    )
    expect(stdout.split('\0').slice(0, -1)).toEqual(['--', ...hostileValues])
    for (const value of hostileValues)
      expect(
        (
          await run([process.execPath, '-p', 'JSON.stringify(process.env.GIVEN)'], {
            environment: { GIVEN: value },
            input: value,
          })
        ).json,
      ).toEqual(value)
    expect(await readdir(folder)).not.toContain('pwned')
  })

  it('arrive as they are, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'))),
        async (words) => {
          expect((await run([...showArguments, '--', ...words])).json).toEqual(words)
        },
      ),
      { numRuns: propertyRuns(15) },
    )
  })

  it('that begin with a dash are refused where an expression gives them, by the place and not the value', async () => {
    const filled = [{ path: ['argv', 1], isLeading: true }]
    await expect(run(['touch', '--reference=pwned'], {}, { filled })).rejects.toThrow(
      /^run\.argv\[1\]: the value of the expression starts with a dash/,
    )
    await run(['touch', '--reference=pwned'], {}, { filled }).catch((error: unknown) => {
      expect(error).toBeInstanceOf(NotPerformedError)
      expect(String(error)).not.toContain('pwned')
    })
    await expect(
      script('echo "$1"', ['-n'], {}, { filled: [{ path: ['arguments', 0], isLeading: true }] }),
    ).rejects.toThrow(/^run\.arguments\[0\]/)
    await expect(perform(action, ['echo', '-n'], { filled: [{ path: [1], isLeading: true }] })).rejects.toThrow(
      /^run\[1\]/,
    )
    await expect(run(['echo', '--', '-n'], {}, { filled: fillsAll })).rejects.toThrow(/^run\.argv\[1\]/)
  })

  it('that begin with a dash are let through behind a -- of the author, inside a word, and in words of the author', async () => {
    expect(await run(['echo', '--', '-n'], {}, { filled: [{ path: ['argv', 2], isLeading: true }] })).toMatchObject({
      exitCode: 0,
    })
    expect(await run(['echo', '-x-n'], {}, { filled: [{ path: ['argv', 1], isLeading: false }] })).toMatchObject({
      stdout: '-x-n\n',
    })
    expect(await run(['echo', '-n', 'x'], {}, { filled: [{ path: ['argv', 2], isLeading: true }] })).toMatchObject({
      stdout: 'x',
    })
  })

  it('with a NUL are refused', async () => {
    for (const input of [
      ['echo', 'a\0b'],
      { argv: ['true'], cwd: 'a\0' },
      { argv: ['true'], input: 'a\0' },
      { shell: 'true', arguments: ['\0'] },
    ])
      expect(action.input.safeParse(input).success).toBe(false)
    await expect(run(['true'], { environment: { GIVEN: 'hunter2\0' } })).rejects.toThrow(
      /^the value of GIVEN contains a NUL character/,
    )
  })
})

describe('a program that cannot start', () => {
  it.each([
    ['does not exist', ['no-such-program-anywhere'], {}, 'no-such-program-anywhere was not found on PATH'],
    ['does not exist by its path', ['./no-such-program'], {}, './no-such-program does not exist'],
    ['may not be executed', ['./plain'], {}, './plain is not an executable file'],
    ['has no folder', ['true'], { cwd: '/no/such/folder' }, '/no/such/folder is not a folder'],
    [
      'is given too much',
      ['true', ...Array.from({ length: 40 }, () => 'x'.repeat(99_000))],
      {},
      'the command could not be started (E2BIG)',
    ],
  ])('because it %s', async (_name, argv, settings, message) => {
    await writeFile(join(folder, 'plain'), 'text')
    await expect(run(argv, settings)).rejects.toThrow(new NotPerformedError(message))
  })

  it('because there is no bash for its script', async () => {
    await expect(script('true', [], { environment: { PATH: '/nonexistent' } })).rejects.toThrow(
      new NotPerformedError('bash was not found on PATH'),
    )
  })

  it('because there is no place for its output', async () => {
    const before = process.env['TMPDIR']
    process.env['TMPDIR'] = join(folder, 'nowhere')
    try {
      await expect(script('echo x > never', [], { 'leaves-running': true })).rejects.toBeInstanceOf(NotPerformedError)
    } finally {
      if (before === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = before
    }
    expect(await readdir(folder)).not.toContain('never')
  })

  it('because there is no time left', async () => {
    await expect(script('echo x > never', [], {}, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(
      NotPerformedError,
    )
    expect(await readdir(folder)).not.toContain('never')
  })
})

describe('the processes it started', () => {
  // Ignores TERM; holds the output open; a session of its own; a session of its own whose parent is gone.
  const tree = `echo $$ >> pids; trap '' TERM INT HUP
    sh -c 'trap "" TERM; echo $$ >> pids; sleep 600 & echo $! >> pids; wait' &
    setsid sh -c 'trap "" TERM; echo $$ >> pids; sleep 600; :' &
    (setsid sh -c 'trap "" TERM; echo $$ >> pids; sleep 600; :' > /dev/null 2>&1 < /dev/null &)
    while [ $(wc -l < pids) -lt 5 ]; do sleep 0.02; done`

  it.each([
    ['at its time limit', 'while :; do sleep 1; done'],
    ['at its time limit, with leave to stay', 'while :; do sleep 1; done'],
  ])('is gone with it %s', async (name, end) => {
    await rm(join(folder, 'pids'), { force: true })
    const limit = new AbortController()
    const running = script(
      `${tree}; ${end}`,
      [],
      { 'leaves-running': name.includes('leave') },
      { signal: limit.signal },
    )
    const pids = await untilWritten('pids', 5)
    limit.abort()
    await expect(running).rejects.toMatchObject({ name: 'SilenceError' })
    expect(await Promise.all(pids.map(isAlive))).toEqual([false, false, false, false, false])
  })

  it.each([
    ['when it ends well', 'exit 0', false, 0],
    ['when it fails', 'exit 3', false, 3],
    ['when it fails, with leave to stay', 'exit 3', true, 3],
  ])('is gone %s', async (_name, end, leavesRunning, exitCode) => {
    await rm(join(folder, 'pids'), { force: true })
    expect(await script(`${tree}; ${end}`, [], { 'leaves-running': leavesRunning })).toMatchObject({ exitCode })
    const pids = await untilWritten('pids', 5)
    expect(await Promise.all(pids.map(isAlive))).toEqual([false, false, false, false, false])
  })

  it.each([
    ['in its own session', 'setsid'],
    ['deaf to hang-ups', 'nohup'],
  ])('stays %s when it may, and can go on writing', async (_name, how) => {
    await rm(join(folder, 'daemon'), { force: true })
    await writeFile(
      join(folder, 'service.sh'),
      '#!/bin/sh\necho $$ > daemon\nwhile [ ! -e speak ]; do sleep 0.02; done\necho said\necho said >&2\necho done > spoken\nsleep 600\n',
    )
    await chmod(join(folder, 'service.sh'), 0o755)
    await Promise.all(['speak', 'spoken'].map((file) => rm(join(folder, file), { force: true })))
    const facts = await script(`${how} ./service.sh & while [ ! -s daemon ]; do sleep 0.02; done; echo started`, [], {
      'leaves-running': true,
    })
    expect(facts).toMatchObject({ exitCode: 0, lines: 1, stdout: 'started\n' })
    const [pid = 0] = await untilWritten('daemon', 1)
    try {
      expect(await isAlive(pid)).toBe(true)
      await writeFile(join(folder, 'speak'), '')
      while (!(await readdir(folder)).includes('spoken')) await wait(20)
      expect(await isAlive(pid)).toBe(true)
    } finally {
      process.kill(pid, 'SIGKILL')
    }
  })

  it('is heard with leave to stay as without', async () => {
    expect(
      await script('for i in $(seq 20000); do echo "line $i"; done; echo err >&2', [], { 'leaves-running': true }),
    ).toMatchObject({ exitCode: 0, lines: 20_000, truncated: true, stderr: 'err\n' })
  })
})

describe('a plan', () => {
  const describeRun = (input: z.input<typeof action.input>) => action.describe(action.input.parse(input), noEnvironment)

  it('shows the command as a shell has to be given it, on one line, and names variables without their values', () => {
    expect(
      describeRun({
        argv: ['./start', 'a b', "it's", 'two\nlines', '\u001B[2J'],
        cwd: '/srv',
        environment: { TOKEN: 'hunter2' },
        inherit: ['PGHOST'],
        'leaves-running': true,
      }),
    ).toEqual({
      lines: [
        `./start 'a b' 'it'\\''s' $'two\\nlines' $'\\x1b[2J'`,
        'in /srv',
        'with TOKEN set',
        'with PGHOST passed on',
        'what it starts keeps running after it succeeds',
      ],
      addresses: [],
      files: [],
      programs: [{ name: './start', cwd: '/srv', searchPath: process.env['PATH'] }],
    })
    expect(describeRun(['echo', 'x'])).toMatchObject({ files: [], programs: [{ name: 'echo', cwd: process.cwd() }] })
    expect(describeRun({ argv: ['echo', 'x'], environment: { PATH: '/opt/bin' } }).programs).toMatchObject([
      { searchPath: '/opt/bin' },
    ])
    expect(describeRun({ argv: ['echo', 'x'], clean: true }).programs).toMatchObject([{ searchPath: '' }])
  })

  it('names bash for a shell text, and that what the text calls is not covered', () => {
    expect(describeRun({ shell: 'psql --version' })).toMatchObject({
      programs: [{ name: 'bash' }],
      notCovered: ['the programs that its shell text calls, in addition to bash'],
    })
  })

  it('knows the program of a command of which other words are filled later', () => {
    const programsOf = (written: unknown) => action.writtenPrograms!(written).programs?.map(({ name }) => name)
    expect(programsOf(['psql', '${{ outputs.database }}'])).toEqual(['psql'])
    expect(programsOf({ argv: ['psql', '${{ outputs.database }}'], timeout: 1 })).toEqual(['psql'])
    expect(programsOf({ shell: 'true', arguments: ['${{ outputs.database }}'] })).toEqual(['bash'])
    expect(programsOf(['${{ outputs.tool }}'])).toEqual([])
    expect(programsOf({ argv: ['psql'], cwd: '${{ outputs.folder }}' })).toEqual([])
    expect(programsOf('${{ outputs.words }}')).toEqual([])
  })

  it('shows a script whole', () => {
    expect(describeRun({ shell: 'echo "$1"', arguments: ['x y'] }).lines).toEqual([
      `bash -euo pipefail -c 'echo "$1"' preflight 'x y'`,
    ])
    expect(describeRun({ shell: 'a\n  b\n', arguments: ['x'] }).lines).toEqual([
      'bash -euo pipefail -c SCRIPT preflight x, where SCRIPT is',
      '| a',
      '|   b',
    ])
  })

  it('can be run unchanged by a shell', async () => {
    await mkdir(join(folder, 'shown'), { recursive: true })
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(fc.constantFrom(...hostileValues), fc.string()).filter((text) => !text.includes('\0')),
          { maxLength: 6 },
        ),
        async (words) => {
          const [line = ''] = describeRun([...showArguments, '--', ...words]).lines
          expect(line).not.toContain('\n')
          expect((await run(['bash', '-c', line], { cwd: join(folder, 'shown') })).json).toEqual(words)
        },
      ),
      { numRuns: propertyRuns(25) },
    )
    expect(await readdir(join(folder, 'shown'))).toEqual([])
  })
})
