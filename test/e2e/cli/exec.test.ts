import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { isDeep } from '../../property-runs.js'
import { terminalSession } from '../../cli/support/terminal.js'
import { program } from '../program.js'
import { folderOf, preflight, startProgram, type Ended, type Started } from './preflight.js'

const pack = `stage: config
variables:
  REGION: { values: [eu, us], exposure: public }
inputs:
  program: { type: list, description: what the command check runs, default: ["true"] }
  wanted: { type: string, description: the region of the running program, default: "\${{ env.REGION }}" }
checks:
  region:
    title: the region is eu
    severity: blocker
    class: config
    env: { name: REGION }
    expect: [{ that: facts.value == "eu", message: another region }]
    fix: set REGION
  command:
    title: a command ends
    severity: blocker
    class: code
    timeout: 60s
    command: { argv: "\${{ inputs.program }}" }
    expect: [{ that: facts.exitCode == 0 }]
    fix: look at it
  running:
    title: the running program has the region
    severity: blocker
    class: config
    stage: runtime
    timeout: 60s
    needs: []
    command: { argv: "\${{ inputs.program }}" }
    expect: [{ that: facts.exitCode == 0 && inputs.wanted == "eu", message: it runs elsewhere }]
    fix: set REGION
`

const filesOf = { 'packs/site/a.yaml': pack, 'eu.env': 'REGION=eu\nPATH=/usr/bin:/bin\n', 'us.env': 'REGION=us\n' }
const shared = folderOf(filesOf)
const own = ['exec', '--no-builtin', '--checks', 'packs', '--no-keep'] as const
const eu = ['--env-file', 'eu.env'] as const
/** Where this Node can become another program, that is what happens; with --after-start it stays in front of it. */
const canReplace = 'execve' in process
const ways = (
  [
    ['on its own', []],
    ['with --after-start', ['--after-start']],
  ] as const
).filter(
  // Elsewhere it stays in front of it either way.
  (_, way) => way === 0 || canReplace || isDeep,
)
const canBeFirst = spawnSync('unshare', ['--fork', '--pid', '--mount-proc', 'true']).status === 0
const hasSetpriv = spawnSync('setpriv', ['--pdeathsig', 'TERM', '--version']).status === 0

interface Line {
  readonly flags?: readonly string[]
  readonly words: readonly string[]
  readonly cwd?: string
  readonly environment?: Readonly<Record<string, string>>
}

const exec = ({ flags = eu, words, cwd = shared, environment = {} }: Line): Started =>
  startProgram([...own, ...flags, '--', ...words], { cwd, environment })

/** The same of a line with which no program is started: that shows in this process as well. */
const refused = ({ flags = eu, words, cwd = shared }: Line): Promise<Ended> =>
  preflight([...own, ...flags, '--', ...words], { cwd })

/** Runs a line of a shell, in which `$PREFLIGHT` is the program. */
async function shell(script: string, environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn('sh', ['-c', script], {
    cwd: shared,
    env: {
      PATH: process.env['PATH'] ?? '',
      CI: 'true',
      PREFLIGHT: `${process.execPath} -- ${program}`,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].on('data', (chunk: Buffer) => (output[stream] += chunk.toString('utf8')))
  return new Promise((resolve) => child.once('close', (exitCode) => resolve({ exitCode, ...output })))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

describe.each(ways)('the program, %s,', (_, way) => {
  it('has the variables that were judged, byte for byte, and no others', async () => {
    const values = {
      REGION: 'eu',
      EMPTY: '',
      SPACES: '  two  words ',
      EQUALS: 'a=b==',
      LINES: 'one\ntwo\n\n',
      QUOTES: `"'\\$HOME\`id\``,
      UNICODE: 'zß水🍌\u{FFFD}',
      __proto__x: 'p',
      constructor: 'c',
    }
    const cwd = folderOf({
      ...filesOf,
      'pod.yaml': `kind: Pod\nmetadata: { name: bus }\nspec:\n  containers:\n    - name: main\n      env: ${JSON.stringify(
        Object.entries(values).map(([name, value]) => ({ name, value })),
      )}\n`,
      'proto.env': '__proto__=polluted\n',
    })
    const { stdout, stderr, exitCode } = await exec({
      flags: ['--env-k8s', 'pod.yaml#bus', '--env-file', 'proto.env', ...way],
      words: ['/bin/cat', '/proc/self/environ'],
      cwd,
      environment: { SECRET_OF_PREFLIGHT: 'x', NODE_V8_COVERAGE: join(cwd, 'coverage') },
    })
    expect(exitCode, stderr).toBe(0)
    expect(stdout.split('\0')).toEqual([
      ...Object.entries(values).map(([name, value]) => `${name}=${value}`),
      '__proto__=polluted',
      '',
    ])
  })

  it('has signals, streams and open files as if a shell had started it', async () => {
    const look = [
      'grep -E "^(SigBlk|SigIgn|SigPnd|ShdPnd)" /proc/self/status',
      'ls /proc/$$/fd',
      'for i in 0 1 2; do grep flags /proc/$$/fdinfo/$i; done',
      'pwd',
    ].join('; ')
    const flags = [...own, ...eu, ...way].join(' ')
    const streams = '</dev/null 2>&1 >out | cat >err; cat out'
    const ours = await shell(`(true | $PREFLIGHT ${flags} -- sh -c ${quoted(look)}) ${streams}`)
    const theirs = await shell(`(true | sh -c ${quoted(look)}) ${streams}`)
    expect(ours.stdout.length).toBeGreaterThan(80)
    expect(ours.stdout).toBe(theirs.stdout)
  })

  it('reads standard input to its end', async () => {
    const { stdout } = await shell(`printf 'one\\ntwo' | $PREFLIGHT ${[...own, ...eu, ...way].join(' ')} -- cat`)
    expect(stdout).toBe('one\ntwo')
  })

  it('has its arguments and its own name as they were given', async () => {
    const args = ['a b', 'line\nline', 'x=y', '--', '-n', '--env-file', '--help', '', '*', '"', 'ß水']
    const { stdout, stderr } = await exec({
      flags: [...eu, ...way],
      words: ['sh', '-c', 'cat /proc/$$/cmdline', ...args],
    })
    expect(stdout, stderr).toBe(['sh', '-c', 'cat /proc/$$/cmdline', ...args, ''].join('\0'))
  })

  it.each([0, 3])('gives its exit code: %i', async (code) => {
    const ended = await exec({ flags: [...eu, ...way], words: ['sh', '-c', `exit ${code}`] })
    expect(ended.exitCode, ended.stderr).toBe(code)
  })

  it.each(['TERM', 'KILL', 'PIPE'] as const)('gives its death by SIG%s', async (signal) => {
    const started = exec({ flags: [...eu, ...way], words: ['sh', '-c', `kill -${signal} $$`] })
    await started
    expect(started.child.signalCode).toBe(`SIG${signal}`)
    if (signal !== 'TERM') return
    const { exitCode } = await shell(`$PREFLIGHT ${[...own, ...eu, ...way].join(' ')} -- sh -c 'kill $$'; exit $?`)
    expect(exitCode).toBe(143)
  })

  it('gets the signals that come', async () => {
    const script =
      'for s in HUP INT QUIT USR1 USR2 ALRM CONT WINCH TERM; do trap "echo got $s.; [ $s != TERM ] || exit 7" $s; done; echo ready; while :; do sleep 0.02; done'
    const started = exec({ flags: [...eu, ...way], words: ['sh', '-c', script] })
    await started.said('ready')
    for (const signal of ['HUP', 'INT', 'QUIT', 'USR1', 'USR2', 'ALRM', 'CONT', 'WINCH', 'TERM'] as const) {
      started.child.kill(`SIG${signal}`)
      await started.said(`got ${signal}.`)
    }
    expect((await started).exitCode).toBe(7)
  })

  it('is not started on no-go, and the report goes to standard error', async () => {
    const cwd = folderOf(filesOf)
    const flags = ['--env-file', 'us.env', ...way, '--output', 'result.json', '--report', 'junit=r.xml']
    const { exitCode, stdout, stderr } = await refused({ flags, words: ['touch', 'marker'], cwd })
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toMatch(/✖ site\/a\/region[^]*fix +set REGION[^]*NO-GO {2}exit 1/)
    expect(existsSync(join(cwd, 'marker'))).toBe(false)
    expect(JSON.parse(readFileSync(join(cwd, 'result.json'), 'utf8'))).toMatchObject({ verdict: 'no-go', exitCode: 1 })
    expect(readFileSync(join(cwd, 'r.xml'), 'utf8')).toContain('site/a/region')
  })

  it('does not see what becomes of the file after it was read', async () => {
    const cwd = folderOf({ ...filesOf, 'rewrite.sh': 'echo REGION=us > eu.env\n' })
    const { stdout, stderr } = await exec({
      flags: [...eu, ...way, '--input', 'program=sh,rewrite.sh'],
      words: ['sh', '-c', 'echo $REGION'],
      cwd,
    })
    expect(stdout, stderr).toBe('eu\n')
    expect(readFileSync(join(cwd, 'eu.env'), 'utf8')).toBe('REGION=us\n')
  })
})

describe('what judges is what runs', () => {
  it('has the process id of preflight, where Node can become another program, and a short report of go', async () => {
    const started = exec({ words: ['sh', '-c', 'echo $$'] })
    const { stdout, stderr } = await started
    expect(Number(stdout) === started.child.pid).toBe(canReplace)
    expect(stderr).toMatch(/^preflight: GO [^]*2 of 3 checks selected: 2 passed/)
    expect(stderr.trim().split('\n')).toHaveLength(3)
  })

  it('leaves no process behind', async () => {
    const started = exec({ words: ['sh', '-c', 'echo $$ $PPID; exit 0'] })
    const { stdout } = await started
    expect(isAlive(Number(stdout.split(' ')[0]))).toBe(false)
    expect(isAlive(started.child.pid!)).toBe(false)
  })

  it('is not the program when a signal ends the judging', async () => {
    const cwd = folderOf({ ...filesOf, 'wait.sh': 'echo > judging; exec sleep 60\n' })
    const started = exec({
      flags: [...eu, '--input', 'program=sh,wait.sh', '--output', 'result.json'],
      words: ['touch', 'marker'],
      cwd,
    })
    await until(() => existsSync(join(cwd, 'judging')))
    started.child.kill('SIGTERM')
    expect((await started).exitCode).toBe(143)
    expect(existsSync(join(cwd, 'marker'))).toBe(false)
    expect(JSON.parse(readFileSync(join(cwd, 'result.json'), 'utf8'))).toMatchObject({ state: 'incomplete' })
  })

  it('is not started when the report cannot be written', async () => {
    const { exitCode } = await shell(
      `$PREFLIGHT ${own.join(' ')} --env-file eu.env --format json -- touch marker 2>/dev/full`,
    )
    expect(exitCode).toBe(74)
    expect(existsSync(join(shared, 'marker'))).toBe(false)
  })

  it('judges and hands on its own variables with --inherit-env', async () => {
    const line = { flags: ['--inherit-env'], words: ['sh', '-c', 'echo $REGION $OTHER'] }
    expect(await exec({ ...line, environment: { REGION: 'eu', OTHER: 'other-value' } })).toMatchObject({
      exitCode: 0,
      stdout: 'eu other-value\n',
    })
    expect(await exec({ ...line, environment: { REGION: 'us' } })).toMatchObject({ exitCode: 1, stdout: '' })
  })

  it('takes the environment that the deployment file names', async () => {
    const cwd = folderOf({ ...filesOf, 'preflight.yaml': 'environment: [eu.env]\n' })
    expect(await exec({ flags: [], words: ['sh', '-c', 'echo $REGION'], cwd })).toMatchObject({ stdout: 'eu\n' })
  })
})

describe.each(ways)('at a terminal, %s,', (_, way) => {
  const line = (cwd: string, words: readonly string[]) =>
    terminalSession([process.execPath, '--', program, ...own, ...eu, ...way, '--', ...words], { cwd })

  it('the program gets one Ctrl-C for each that is typed', async () => {
    // A signal to preflight comes after all that it passed on before.
    const count = `let n = 0
      process.on('SIGINT', () => console.log('got ' + ++n + '.'))
      process.on('SIGUSR1', () => { console.log('all ' + n + '.'); process.stdin.destroy() })
      process.stdin.on('data', () => process.kill(process.argv[2] === 'same' ? process.pid : process.ppid, 'SIGUSR1'))
      console.log('up.')`
    const isSame = canReplace && way.length === 0
    const words = [process.execPath, 'count.cjs', isSame ? 'same' : 'child']
    const session = line(folderOf({ ...filesOf, 'count.cjs': count }), words)
    await session.shows('up.')
    session.type('\x03')
    await session.shows('got 1.')
    session.type('\x03')
    await session.shows('got 2.')
    session.type('\r')
    await session.shows('all 2.')
    await session.ended
  })

  it('finds it as a shell leaves it', async () => {
    const cwd = folderOf({
      ...filesOf,
      'look.sh': '(stty -a; for i in 0 1 2; do grep flags /proc/$$/fdinfo/$i; done) > $1\n',
    })
    const ours = line(cwd, ['sh', 'look.sh', 'ours'])
    const theirs = terminalSession(['sh', 'look.sh', 'theirs'], { cwd })
    expect([await ours.ended, await theirs.ended]).toEqual([0, 0])
    // Node opens the terminal anew, with O_LARGEFILE.
    const [found, expected] = ['ours', 'theirs'].map((file) =>
      readFileSync(join(cwd, file), 'utf8').replaceAll('0100002', '02'),
    )
    expect(expected).toMatch(/ icanon[^]*flags:\t02\nflags/)
    expect(found).toBe(expected)
  })
})

describe('as process 1', () => {
  const first = (flags: readonly string[], script: string) =>
    shell(`unshare --fork --pid --mount-proc $PREFLIGHT ${[...own, ...eu, ...flags].join(' ')} -- sh -c '${script}'`)

  it.runIf(canBeFirst)('is the program, or says that it cannot reap', async () => {
    const { stdout, stderr, exitCode } = await first([], 'echo $$; exit 6')
    expect({ exitCode, isFirst: stdout === '1\n' }, stderr).toEqual({ exitCode: 6, isFirst: canReplace })
    expect(stderr.includes('preflight is process 1 here, and cannot reap')).toBe(!canReplace)
  })

  it.runIf(canBeFirst)('gives the death of its child as an exit code', async () => {
    const { stderr, exitCode } = await first(['--after-start'], 'kill -TERM $$')
    expect(exitCode, stderr).toBe(143)
    expect(stderr).toContain('preflight is process 1 here, and cannot reap')
  })
})

describe('the program is looked up', () => {
  const script = (text: string, mode = 0o755) => {
    const cwd = folderOf({ ...filesOf, 'here/tool': text, 'path.env': 'REGION=eu\nPATH=nowhere:here\n' })
    chmodSync(join(cwd, 'here/tool'), mode)
    return cwd
  }
  const tool = '#!/bin/sh\necho "tool $0 $*"\n'

  it.each(ways)('on the PATH that is judged, %s', async (_, way) => {
    const cwd = script(tool)
    const flags = ['--env-file', 'path.env', ...way]
    expect((await exec({ flags, words: ['tool', '-x'], cwd })).stdout).toBe('tool here/tool -x\n')
    expect((await exec({ flags, words: ['sh'], cwd })).exitCode).toBe(2)
    expect((await exec({ flags, words: ['./here/tool'], cwd })).stdout).toBe('tool ./here/tool \n')
  })

  it.each(ways)("on preflight's own PATH where that has none, %s", async (_, way) => {
    const cwd = script(tool)
    const environment = { PATH: `${join(cwd, 'here')}:/usr/bin:/bin` }
    writeFileSync(join(cwd, 'none.env'), 'REGION=eu\n')
    const { stdout, stderr } = await exec({
      flags: ['--env-file', 'none.env', ...way],
      words: ['tool'],
      cwd,
      environment,
    })
    expect(stdout, stderr).toBe(`tool ${join(cwd, 'here/tool')} \n`)
  })

  it.each(ways)('also if its name means something to others, %s', async (_, way) => {
    const cwd = folderOf({ ...filesOf, 'A=b/tool': tool, '-x': tool, '-': tool, 'p.env': 'REGION=eu\nPATH=.:/bin\n' })
    for (const name of ['A=b/tool', '-x', '-']) chmodSync(join(cwd, name), 0o755)
    for (const name of ['A=b/tool', '-x', '-']) {
      const { stdout, stderr } = await exec({ flags: ['--env-file', 'p.env', ...way], words: [name, 'y'], cwd })
      expect(stdout, stderr).toMatch(/^tool .* y\n$/)
    }
  })

  it.each([
    ['not found', 'no-such-program', 0o755, /no-such-program not found on the PATH of the environment that is judged/],
    ['no path', './no/such', 0o755, /program \.\/no\/such not found/],
    ['not executable', './here/tool', 0o644, /\.\/here\/tool is not an executable file\nHint: {2}make it one/],
    ['a folder', './here', 0o755, /\.\/here is not an executable file/],
    ['no name', '', 0o755, /the name of the program is empty/],
  ])('and refused before anything is judged: %s', async (_, word, mode, message) => {
    const cwd = script(tool, mode)
    const { exitCode, stderr } = await refused({
      flags: [...eu, '--input', 'program=touch,judged'],
      words: [word],
      cwd,
    })
    expect({ exitCode, judged: existsSync(join(cwd, 'judged')) }).toEqual({ exitCode: 2, judged: false })
    expect(stderr).toMatch(message)
  })

  it('and refused if its interpreter is missing', async () => {
    const missing = await refused({ words: ['here/tool'], cwd: script('#!/no/such/shell -x\n') })
    expect(missing).toMatchObject({ exitCode: 2 })
    expect(missing.stderr).toMatch(/here\/tool cannot be started: its first line names "\/no\/such\/shell", not found/)
    const windows = await refused({ words: ['here/tool'], cwd: script('#!/bin/sh\r\n') })
    expect(windows).toMatchObject({ exitCode: 2 })
    expect(windows.stderr).toMatch(/carriage return/)
  })

  it.each(ways)('and a script without a first line is run by sh, as in a shell, %s', async (_, way) => {
    const { stdout } = await exec({ flags: [...eu, ...way], words: ['here/tool', 'x'], cwd: script('echo plain $1\n') })
    expect(stdout).toBe('plain x\n')
  })

  it.each(ways)('and ends with 126 if the system cannot start it after all, %s', async (_, way) => {
    const cwd = script('\x7fELF nothing of the kind')
    expect((await exec({ flags: [...eu, ...way], words: ['here/tool'], cwd })).exitCode).toBeGreaterThan(125)
  })
})

describe('what cannot be started is refused before it is judged', () => {
  it.each([
    ['no --', [...own, ...eu], /no program is named\nHint: .*preflight exec --env-file prod\.env -- PROGRAM ARGS/],
    ['nothing after it', [...own, ...eu, '--'], /no program is named/],
    ['no environment', [...own, '--', 'true'], /the environment of the program is not named\nHint: .*--env-file/],
    ['no such flag', [...own, ...eu, '--stop', '--', 'true'], /--stop/],
    ['a grace for nothing', [...own, ...eu, '--grace', '1s', '--', 'true'], /--stop-on-no-go/],
    ['stopping without judging', [...own, ...eu, '--stop-on-no-go', '--', 'true'], /--after-start/],
  ])('%s', async (_, words, message) => {
    const { exitCode, stderr } = await preflight(words, { cwd: shared })
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(message)
  })

  it('a value that holds NUL', async () => {
    const cwd = folderOf({
      ...filesOf,
      'pod.yaml':
        'kind: Pod\nmetadata: { name: bus }\nspec: { containers: [{ name: main, env: [{ name: REGION, value: "e\\0u" }] }] }\n',
    })
    const { exitCode, stderr } = await refused({
      flags: ['--env-k8s', 'pod.yaml#bus'],
      words: ['touch', 'marker'],
      cwd,
    })
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/^pod\.yaml:3:\d+: .*NUL/)
    expect(existsSync(join(cwd, 'marker'))).toBe(false)
  })

  it('a variable of its own that is not UTF-8, or an argument', async () => {
    const start = `$PREFLIGHT ${own.join(' ')}`
    const value = await shell(`export REGION=eu BAD="$(printf 'a\\377')"; exec ${start} --inherit-env -- true`)
    expect(value.exitCode, value.stderr).toBe(2)
    expect(value.stderr).toMatch(/BAD of process \d+ is not UTF-8/)
    const fine = await shell(`export REGION=eu GOOD="$(printf '\\357\\277\\275')"; exec ${start} --inherit-env -- true`)
    expect(fine.exitCode, fine.stderr).toBe(0)
    const argument = await shell(`exec ${start} --env-file eu.env -- echo "$(printf 'a\\377')"`)
    expect(argument).toMatchObject({ exitCode: 2, stdout: '' })
    expect(argument.stderr).toMatch(/an argument of the program is not UTF-8/)
  })

  it('more than the system takes', async () => {
    const large = (count: number): string =>
      Array.from({ length: count }, (_, index) => `L${index}=${'x'.repeat(100_000)}`).join('\n')
    const cwd = folderOf({ 'many.env': `REGION=eu\n${large(12)}\n`, 'few.env': `REGION=eu\n${large(3)}\n` })
    // Linux takes a quarter of that, here 1 MiB.
    const line = (file: string) =>
      `ulimit -s 4096; $PREFLIGHT ${own.join(' ')} --env-file ${join(cwd, file)} -- /bin/true`
    const many = await shell(line('many.env'))
    expect(many.exitCode, many.stderr).toBe(2)
    expect(many.stderr).toMatch(/larger than the system takes: 12\d{5} bytes\nHint: +the largest variable is L\d+ \(1/)
    const few = await shell(line('few.env'))
    expect(few.exitCode, few.stderr).toBe(0)
  })
})

describe('--after-start', () => {
  const running = 'echo $$ > pid; trap "echo asked to end.; exit 9" TERM; echo up; while :; do sleep 0.02; done'
  const after = [...eu, '--after-start'] as const
  const red = [...after, '--input', 'wanted=us'] as const
  const pidIn = (cwd: string): number => Number(readFileSync(join(cwd, 'pid'), 'utf8'))

  it('judges the runtime stage with the variables of the running program, and ends as it ends', async () => {
    const cwd = folderOf({ ...filesOf, 'rewrite.sh': 'echo REGION=us > eu.env\n' })
    const flags = [...after, '--input', 'program=sh,rewrite.sh', '--output', 'result.json']
    const started = exec({ flags, words: ['sh', '-c', running], cwd })
    await started.said('1 of 3 checks selected: 1 passed')
    expect(isAlive(pidIn(cwd))).toBe(true)
    const result = () => JSON.parse(readFileSync(join(cwd, 'result.json'), 'utf8')) as ResultDocument
    await until(() => result().state === 'complete')
    expect(result()).toMatchObject({ verdict: 'go', checks: [{ id: 'site/a/running' }] })
    started.child.kill('SIGTERM')
    expect((await started).exitCode).toBe(9)
    expect(isAlive(pidIn(cwd))).toBe(false)
  })

  it('stops the program on no-go with --stop-on-no-go, and ends with the exit code of the verdict', async () => {
    const cwd = folderOf(filesOf)
    // Judged once the program says that it is up.
    const flags = [...red, '--stop-on-no-go', '--input', 'program=sh,-c,true']
    const { exitCode, stderr, stdout } = await exec({ flags, words: ['sh', '-c', running], cwd })
    expect(exitCode, stderr).toBe(1)
    expect(stderr).toMatch(/it runs elsewhere[^]*NO-GO {2}exit 1[^]*no-go after the start: the program is stopped/)
    expect(stdout === '' || stdout.includes('up')).toBe(true)
    if (existsSync(join(cwd, 'pid'))) expect(isAlive(pidIn(cwd))).toBe(false)
  })

  it('kills a program that does not end', async () => {
    const cwd = folderOf({
      ...filesOf,
      // The check before the start finds no file; the one after it waits for the program.
      'wait.sh': '[ ! -e started ] || until [ -s pid ]; do sleep 0.02; done\n',
    })
    const stubborn = 'trap "" TERM; echo > started; echo $$ > pid; while :; do sleep 0.02; done'
    const flags = [...red, '--stop-on-no-go', '--grace', '200ms', '--input', 'program=sh,wait.sh']
    const started = exec({ flags, words: ['sh', '-c', stubborn], cwd })
    expect((await started).exitCode).toBe(1)
    if (existsSync(join(cwd, 'pid'))) expect(isAlive(pidIn(cwd))).toBe(false)
  })

  it('lets it run on a no-go otherwise, and says so', async () => {
    const cwd = folderOf(filesOf)
    const started = exec({ flags: red, words: ['sh', '-c', running], cwd })
    await started.said('the program keeps running (--stop-on-no-go stops it)')
    await until(() => existsSync(join(cwd, 'pid')))
    expect(isAlive(pidIn(cwd))).toBe(true)
    await started.said('up')
    started.child.kill('SIGTERM')
    expect((await started).exitCode).toBe(9)
  })

  it('says so when the program ends before it is judged', async () => {
    const cwd = folderOf({ ...filesOf, 'wait.sh': '[ ! -e started ] || exec sleep 60\n' })
    const started = exec({
      flags: [...after, '--stop-on-no-go', '--input', 'program=sh,wait.sh'],
      words: ['sh', '-c', 'echo > started; read go < fifo; exit 4'],
      cwd,
    })
    expect(spawnSync('mkfifo', [join(cwd, 'fifo')]).status).toBe(0)
    await until(() => existsSync(join(cwd, 'started')))
    writeFileSync(join(cwd, 'fifo'), 'go\n')
    const { exitCode, stderr } = await started
    expect(exitCode, stderr).toBe(4)
    expect(stderr).toMatch(/2 of 3 checks selected[^]*\nthe program ended with exit code 4 before it was judged\n$/)
    expect(stderr).not.toContain('INCOMPLETE')
  })

  it('refuses before the start what keeps the second judgement from being made', async () => {
    const cwd = folderOf(filesOf)
    const { exitCode, stderr } = await refused({
      flags: [...after, '--skip', 'site/a/running'],
      words: ['touch', 'marker'],
      cwd,
    })
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/no check is selected/)
    expect(existsSync(join(cwd, 'marker'))).toBe(false)
  })

  it.runIf(hasSetpriv)('ends the program when preflight is killed', async () => {
    const cwd = folderOf(filesOf)
    const started = exec({ flags: after, words: ['sh', '-c', running], cwd })
    await started.said('up')
    await started.said('1 of 3 checks selected: 1 passed')
    started.child.kill('SIGKILL')
    await until(() => !isAlive(pidIn(cwd)))
    expect((await started).stdout).toContain('asked to end.')
  })
})
