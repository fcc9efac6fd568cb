import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../../src/checks/result/render-result.js'
import { resultDocumentSchema, type ResultDocument } from '../../../src/checks/result/report.js'
import { reporterRegistry } from '../../../src/checks/result/reporter.js'
import { folderOf, ownPacks, preflight, regionPack, startProgram } from './preflight.js'
import { program } from '../program.js'

const files = {
  'packs/site/a.yaml': regionPack,
  'eu.env': 'REGION=eu\n',
  'us.env': '# the region\nREGION=us\n',
  'wrong/other/b.yaml': 'stage: nowhere\n',
}
const formats = reporterRegistry.names()
const reports = (folder = ''): string[] =>
  formats.flatMap((format) => ['--report', `${format}=${folder}${format}.report`])
const run = (environment: string, ...args: string[]): string[] => [
  'run',
  ...ownPacks,
  '--no-keep',
  '--env-file',
  environment,
  ...args,
]
const read = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8')

describe('every format in one run, and again from its result', () => {
  it.each([
    ['a go', 'eu.env', [], 0],
    ['a go for a part', 'eu.env', ['--skip', 'site/a/slow'], 0],
    ['a failure', 'us.env', [], 1],
    ['a time-out', 'eu.env', ['--input', 'program=sleep,20', '--timeout', '300ms'], 4],
    ['a warning that counts', 'us.env', ['--input', 'wanted=us', '--fail-on-warn'], 5],
    ['nothing that runs', 'eu.env', ['--checks', 'wrong'], 3],
  ] as const)('%s: the bytes are the same', async (_, environment, args, exitCode) => {
    const folder = folderOf(files)
    const ran = await preflight(
      run(environment, ...args, ...reports(), '--format', 'short', '--output', 'result.json'),
      { cwd: folder },
    )
    expect(ran.exitCode, ran.stderr).toBe(exitCode)
    mkdirSync(join(folder, 'again'))
    const again = await preflight(['report', 'result.json', ...reports('again/'), '--format', 'short'], { cwd: folder })
    expect(again.exitCode, again.stderr).toBe(0)
    for (const format of formats)
      expect(read(folder, `again/${format}.report`), format).toBe(read(folder, `${format}.report`))
    expect(again.stdout).toBe(ran.stdout)
    expect(again.stdout).toBe(read(folder, 'short.report'))
    expect(read(folder, 'json.report')).toBe(read(folder, 'result.json'))
    expect((await preflight(['report', 'result.json', '--exit-code'], { cwd: folder })).exitCode).toBe(exitCode)
  })

  it('what is printed is what was written, in every format', async () => {
    const folder = folderOf(files)
    await preflight(run('us.env', ...reports(), '--output', 'result.json'), { cwd: folder })
    const printed = await Promise.all(
      formats.map(
        async (format) => (await preflight(['report', 'result.json', '--format', format], { cwd: folder })).stdout,
      ),
    )
    formats.forEach((format, index) => expect(printed[index], format).toBe(read(folder, `${format}.report`)))
  })

  it('names the line of the environment file and of the definition', async () => {
    const folder = folderOf(files)
    await preflight(run('us.env', ...reports()), { cwd: folder })
    const { checks } = JSON.parse(read(folder, 'json.report')) as { checks: unknown[] }
    expect(checks[0]).toMatchObject({
      id: 'site/a/region',
      definition: { file: 'packs/site/a.yaml', line: 9 },
      subject: { file: 'us.env', line: 2, variable: 'REGION' },
    })
    expect(read(folder, 'github.report')).toContain(
      '::error file=us.env,line=2,title=site/a/region (fail)::REGION is us',
    )
    expect(read(folder, 'human.report')).toContain('set in   us.env:2 (REGION)')
  })
})

describe('reports that do not come about', () => {
  it('a run that is killed leaves none that looks complete, and none of yesterday', async () => {
    const folder = folderOf({ ...files, 'junit.report': 'yesterday, all green' })
    const started = startProgram(
      run('eu.env', ...reports(), '--output', 'result.json', '--input', 'program=sleep,60', '--format', 'short'),
      { cwd: folder },
    )
    await started.said('site/a/slow')
    started.child.kill('SIGKILL')
    await started
    for (const format of formats.filter((each) => !['gitlab', 'json', 'prometheus', 'sarif', 'html'].includes(each)))
      expect(read(folder, `${format}.report`), format).toContain('INCOMPLETE')
    expect(read(folder, 'prometheus.report')).toContain('preflight_complete 0\n')
    expect(JSON.parse(read(folder, 'result.json'))).toMatchObject({ state: 'incomplete', verdict: null })
    const again = await preflight(['report', 'result.json', '--exit-code'], { cwd: folder })
    expect([again.exitCode, again.stdout.includes('INCOMPLETE')]).toEqual([4, true])
  })

  it('an interrupted one says so in every format, with its exit code', async () => {
    const folder = folderOf(files)
    const started = startProgram(run('eu.env', ...reports(), '--input', 'program=sleep,60'), { cwd: folder })
    await started.said('site/a/slow')
    started.child.kill('SIGTERM')
    expect((await started).exitCode).toBe(143)
    expect(read(folder, 'junit.report')).toContain('INCOMPLETE (exit 143)')
    expect((await preflight(['report', 'json.report', '--exit-code'], { cwd: folder })).exitCode).toBe(143)
  })

  it('for want of room: exit code 74, and no complete-looking file', () => {
    const folder = folderOf(files)
    const { status } = spawnSync(
      'bash',
      [
        '-c',
        `ulimit -f 1; exec "${process.execPath}" -- "${program}" ${run('eu.env', '--format', 'short', '--report', 'json=big.json', '--report', 'short=small.txt').join(' ')}`,
      ],
      { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', CI: 'true' } },
    )
    expect(status).toBe(74)
    expect(JSON.parse(read(folder, 'big.json'))).toMatchObject({ state: 'incomplete' })
    expect(read(folder, 'small.txt')).toContain('GO (exit 0)')
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('a closed pipe and a full disk behind standard output: the others are written, the exit code is 74', async () => {
    const folder = folderOf(files)
    const full = openSync('/dev/full', 'w')
    const ended = await startProgram(run('eu.env', '--report', 'tap=a.tap', '--output', 'r.json'), {
      cwd: folder,
      stdio: ['ignore', full, 'pipe'],
    })
    closeSync(full)
    expect([
      ended.exitCode,
      read(folder, 'a.tap').includes('verdict: GO'),
      read(folder, 'r.json').includes('"incomplete"'),
    ]).toEqual([74, true, true])
    const started = startProgram(['report', 'r.json'], { cwd: folder })
    started.child.stdout?.destroy()
    expect((await started).exitCode).toBe(74)
  })

  it('a reporter that throws: exit code 70, and its file says nothing', async () => {
    const folder = folderOf(files)
    const copy = folderOf({})
    for (const part of ['bin', 'commands', 'sandbox', 'src', 'package.json', 'tsconfig.json', 'schemas', 'checks'])
      cpSync(join(import.meta.dirname, '../../..', part), join(copy, part), { recursive: true })
    symlinkSync(join(import.meta.dirname, '../../../node_modules'), join(copy, 'node_modules'))
    writeFileSync(
      join(copy, 'src/reports/broken.ts'),
      "export const reporter = { format: 'broken', title: '', render(document: { state: string }) { if (document.state === 'complete') throw new Error('hunter2'); return 'incomplete' } }\n",
    )
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        '--',
        join(copy, 'bin/dev.js'),
        ...run(
          'eu.env',
          '--report',
          'broken=b.txt',
          '--report',
          'tap=a.tap',
          '--format',
          'short',
          '--output',
          'r.json',
        ),
      ],
      { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', CI: 'true' } },
    )
    expect(status, stderr).toBe(70)
    expect(stdout).toContain('GO (exit 0)')
    expect(stderr).toContain('the broken report could not be made (Error)')
    expect(stderr).not.toContain('hunter2')
    expect([
      read(folder, 'b.txt'),
      read(folder, 'a.tap').includes('verdict: GO'),
      read(folder, 'r.json').includes('"incomplete"'),
    ]).toEqual(['incomplete', true, true])
  })
})

describe('wrong usage is reported before anything is touched', () => {
  it.each([
    ['no equals sign', ['--report', 'junit'], '--report junit is not FORMAT=FILE'],
    ['no file', ['--report', 'junit='], '--report junit= is not FORMAT=FILE'],
    ['no format', ['--report', '=x.xml'], '--report =x.xml is not FORMAT=FILE'],
    ['an unknown format', ['--report', 'junti=x.xml'], 'did you mean junit?'],
    ['an unknown printed format', ['--format', 'junti'], 'did you mean junit?'],
    ['the same file twice', ['--report', 'junit=kept', '--report', 'tap=./kept'], 'named twice'],
    ['the file of the result', ['--report', 'junit=kept', '--output', 'kept'], 'named twice'],
  ])('%s', async (_, args, message) => {
    const folder = folderOf({ ...files, kept: 'yesterday' })
    const { exitCode, stderr, stdout } = await preflight(run('eu.env', ...args), { cwd: folder })
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(read(folder, 'kept')).toBe('yesterday')
  })

  it.each([
    ['the environment file', ['--output', './eu.env'], 'eu.env'],
    ['a manifest of the environment', ['--env-k8s', 'bus.yaml#bus', '--report', 'tap=bus.yaml'], 'bus.yaml'],
    ['the leaked secrets', ['--known-secrets', 'leaked.txt', '--report', 'short=leaked.txt'], 'leaked.txt'],
    ['the waivers', ['--waivers', 'w.yaml', '--report', 'short=w.yaml'], 'w.yaml'],
    ['the lock', ['--report', 'short=preflight.lock'], 'preflight.lock'],
    ['the deployment file', ['--output', 'preflight.yaml'], 'preflight.yaml'],
    ['a definition', ['--output', 'packs/site/a.yaml'], 'packs/site/a.yaml'],
    [
      'what the deployment file names',
      ['--config', 'other.yaml', '--report', 'junit=secret/prod.env'],
      'secret/prod.env',
    ],
    [
      'the signing key',
      [
        '--attest',
        'key.pem',
        '--attestation',
        'a.json',
        '--subject',
        `site@sha256:${'0'.repeat(64)}`,
        '--report',
        'junit=key.pem',
      ],
      'key.pem',
    ],
  ])('%s is not written over', async (_, args, name) => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const inputs = {
      'bus.yaml': 'kept',
      'leaked.txt': 'kept',
      'w.yaml': 'kept',
      'preflight.lock': 'kept',
      'preflight.yaml': 'deployment: kept\n',
      'secret/prod.env': 'REGION=eu\n',
      'other.yaml': 'environment: [secret/prod.env]\n',
      'key.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }),
    }
    const folder = folderOf({ ...files, ...inputs })
    chmodSync(join(folder, 'key.pem'), 0o600)
    const before = read(folder, name)
    const { exitCode, stderr } = await preflight(
      [
        ...(args.includes('--config')
          ? run('eu.env').filter((word) => !['--env-file', 'eu.env'].includes(word))
          : run('eu.env')),
        ...args,
      ],
      { cwd: folder },
    )
    expect([exitCode, new RegExp(`refusing to (?:over)?write (?:\\./)?${name}`).test(stderr)], stderr).toEqual([
      2,
      true,
    ])
    expect(read(folder, name)).toBe(before)
  })

  it('a selector after --report is a selector', async () => {
    const folder = folderOf(files)
    expect((await preflight(run('eu.env', '--report', 'json=r.json', 'site/a/region'), { cwd: folder })).exitCode).toBe(
      0,
    )
    expect(JSON.parse(read(folder, 'r.json'))).toMatchObject({ counts: { selected: 1 } })
  })
})

it.each([
  ['the result', ['--output', 'r.json'], ['--output', './r.json']],
  ['a report', ['--report', 'tap=r.json'], ['--output', 'r.json']],
])('two runs that name one file do not mix: the second is refused (%s)', async (_, one, other) => {
  const folder = folderOf(files)
  const first = startProgram(run('eu.env', '--input', 'program=sh,-c,touch begun; exec sleep 60', ...one), {
    cwd: folder,
  })
  while (!existsSync(join(folder, 'begun'))) await new Promise((resolve) => setTimeout(resolve, 50))
  const before = read(folder, 'r.json')
  const second = await preflight(run('eu.env', ...other), { cwd: folder })
  expect(second).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringMatching(
      new RegExp(
        `refusing to write a file that another run writes: .*r\\.json is held by run [0-9a-f-]{36} .*process\\s${first.child.pid} `,
      ),
    ) as string,
  })
  expect(read(folder, 'r.json')).toBe(before)
  first.child.kill('SIGKILL')
  await first
  // The lock went with its process.
  expect(await preflight(run('eu.env', ...other), { cwd: folder })).toMatchObject({ exitCode: 0 })
})

describe('a result that is none', () => {
  const good = async (): Promise<{ folder: string; document: Record<string, unknown> }> => {
    const folder = folderOf(files)
    await preflight(run('us.env', '--output', 'r.json'), { cwd: folder })
    return { folder, document: JSON.parse(read(folder, 'r.json')) as Record<string, unknown> }
  }

  it('is refused, whatever is wrong with it, and never green', async () => {
    const { folder, document } = await good()
    const damaged: Readonly<Record<string, string>> = {
      'empty.json': '',
      'half.json': JSON.stringify(document).slice(0, 500),
      'other.json': JSON.stringify({ ...document, schemaVersion: 2 }),
      'more.json': JSON.stringify({ ...document, extra: true }),
      'green.json': JSON.stringify({ ...document, verdict: 'go', exitCode: 0 }),
      'wrapped.json': JSON.stringify({ ...document, exitCode: 256 }),
      'torn.json': JSON.stringify({ ...document, state: 'incomplete', verdict: 'go', exitCode: 0 }),
    }
    for (const [name, text] of Object.entries(damaged)) {
      writeFileSync(join(folder, name), text)
      const { exitCode, stdout } = await preflight(['report', name, '--report', 'short=s.txt', '--exit-code'], {
        cwd: folder,
      })
      expect({ name, exitCode, stdout }).toEqual({ name, exitCode: 3, stdout: '' })
    }
    expect(readdirSync(folder)).not.toContain('s.txt')
    expect((await preflight(['report', 'nowhere.json'], { cwd: folder })).exitCode).toBe(3)
    expect((await preflight(['report', folder], { cwd: folder })).exitCode).toBe(3)
  })

  it('is refused as a go that its counts and checks do not bear out', async () => {
    const folder = folderOf(files)
    expect(
      (await preflight(run('eu.env', '--skip', 'site/a/slow', '--output', 'go.json'), { cwd: folder })).exitCode,
    ).toBe(0)
    const go = resultDocumentSchema.parse(JSON.parse(read(folder, 'go.json')))
    expect(exitCodeOf(go, 'go.json')).toBe(0)
    const [first] = go.checks
    const none = { pass: 0, selected: 0, declared: go.counts.deselected }
    const damaged: Readonly<Record<string, ResultDocument>> = {
      'no checks': { ...go, checks: [] },
      'a check fewer': { ...go, checks: go.checks.slice(1) },
      'a check twice': { ...go, checks: go.checks.map(() => first!) },
      'a failure that is only counted': { ...go, counts: { ...go.counts, fail: 1 } },
      'fewer declared': { ...go, counts: { ...go.counts, declared: go.counts.selected } },
      'as if of everything': { ...go, counts: { ...go.counts, declared: go.counts.selected, deselected: 0 } },
      'nothing at all': { ...go, checks: [], counts: { ...go.counts, ...none } },
      'nothing applicable': {
        ...go,
        checks: go.checks.map((check) => ({ ...check, status: 'not-applicable' })),
        counts: { ...go.counts, pass: 0, notApplicable: go.checks.length },
      },
      'an exit code that a process ends with as 0': { ...go, verdict: 'no-go', exitCode: 256 },
      'a failure that is recorded twice': {
        ...go,
        verdict: 'no-go',
        exitCode: 1,
        checks: [...go.checks, { ...first!, status: 'fail' }],
        counts: { ...go.counts, fail: 1 },
      },
      'with problems': {
        ...go,
        diagnostics: [{ file: 'a.yaml', line: 1, column: 1, code: 'unknown-key', message: 'unknown key' }],
      },
    }
    for (const [name, document] of Object.entries(damaged))
      expect(() => exitCodeOf(document, name), name).toThrow('contradicts itself')
    writeFileSync(join(folder, 'bad.json'), JSON.stringify(damaged['no checks']))
    expect((await preflight(['report', 'bad.json', '--exit-code'], { cwd: folder })).exitCode).toBe(3)
  })

  it('is never written over by its own report', async () => {
    const { folder } = await good()
    const before = read(folder, 'r.json')
    expect((await preflight(['report', 'r.json', '--report', 'short=./r.json'], { cwd: folder })).exitCode).toBe(2)
    expect(read(folder, 'r.json')).toBe(before)
  })
})

describe('in a GitHub workflow', () => {
  it('the annotations are printed and the Markdown goes to the summary of the step', async () => {
    const folder = folderOf({ ...files, 'summary.md': 'before\n' })
    const environment = { GITHUB_STEP_SUMMARY: join(folder, 'summary.md') }
    const { exitCode, stdout } = await preflight(run('us.env', '--format', 'github', '--report', 'markdown=m.md'), {
      cwd: folder,
      environment,
    })
    expect(exitCode).toBe(1)
    expect(stdout).toContain('::error title=preflight%3A NO-GO::')
    expect(read(folder, 'summary.md')).toBe(`before\n\n\n${read(folder, 'm.md')}`)
    await preflight(run('us.env', '--format', 'json'), { cwd: folder, environment })
    expect(read(folder, 'summary.md')).toBe(`before\n\n\n${read(folder, 'm.md')}`)
  })

  it('a summary that cannot be written is exit code 74', async () => {
    const folder = folderOf(files)
    expect(
      (
        await preflight(run('eu.env', '--format', 'github'), {
          cwd: folder,
          environment: { GITHUB_STEP_SUMMARY: join(folder, 'nowhere/s.md') },
        })
      ).exitCode,
    ).toBe(74)
    spawnSync('mkfifo', [join(folder, 'pipe')])
    expect(
      (
        await preflight(run('eu.env', '--format', 'github'), {
          cwd: folder,
          environment: { GITHUB_STEP_SUMMARY: join(folder, 'pipe') },
        })
      ).exitCode,
    ).toBe(74)
  })
})

it('report --help has examples and says what the exit code is', async () => {
  const { exitCode, stdout } = await preflight(['report', '--help'])
  expect(exitCode).toBe(0)
  for (const word of ['EXAMPLES', 'prometheus', '0 rendered, with any verdict']) expect(stdout).toContain(word)
})
