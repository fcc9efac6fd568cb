import { execFileSync } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync, chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { folderOf, ownPacks, preflight, regionPack, startProgram, type Ended, type Started } from './preflight.js'

const digest = 'ab'.repeat(32)
const image = `registry.example/bus@sha256:${digest}`

function keyPair(): { readonly pem: string; readonly pub: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    pub: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

const [own, stranger] = [keyPair(), keyPair()]

interface Place {
  readonly cwd: string
  readonly commit: string
  git(...args: readonly string[]): string
  start(...args: readonly string[]): ReturnType<typeof preflight>
  /** A whole run that is attested in `a.json`. */
  attested(...more: readonly string[]): Promise<Ended>
  /** The same in a process of its own. */
  beginAttested(...more: readonly string[]): Started
  verify(...more: readonly string[]): Promise<Ended>
}

const attesting = [
  'run',
  ...ownPacks,
  '--no-keep',
  '--env-file',
  'eu.env',
  '--attest',
  'k.pem',
  '--attestation',
  'a.json',
  '--output',
  'r.json',
] as const

/** A checkout with a pack, clean, and beside what is tracked the keys. */
function place(): Place {
  const cwd = folderOf({
    'packs/site/a.yaml': regionPack,
    'eu.env': 'REGION=eu\n',
    'us.env': 'REGION=us\n',
    '.gitignore': '*.pem\n*.pub\n*.json\n',
    'k.pem': own.pem,
    'k.pub': own.pub,
    'other.pub': stranger.pub,
  })
  chmodSync(join(cwd, 'k.pem'), 0o600)
  const git = (...args: readonly string[]): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false', ...args],
      { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    ).trim()
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '-m', 'first')
  const start = (...args: readonly string[]) => preflight(args, { cwd })
  return {
    cwd,
    commit: git('rev-parse', 'HEAD'),
    git,
    start,
    attested: (...more) => start(...attesting, ...more),
    beginAttested: (...more) => startProgram([...attesting, ...more], { cwd }),
    verify: (...more) => start('verify', 'a.json', '--key', 'k.pub', ...more),
  }
}

interface Envelope {
  readonly payload: string
  readonly signatures: readonly { readonly sig: string }[]
}

function envelope({ cwd }: Place): Envelope {
  return JSON.parse(readFileSync(join(cwd, 'a.json'), 'utf8')) as Envelope
}

function changeResult({ cwd }: Place, run: Partial<ResultDocument['run']>): void {
  const document = JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8')) as ResultDocument
  writeFileSync(join(cwd, 'r.json'), JSON.stringify({ ...document, run: { ...document.run, ...run } }))
}

describe('an attested run', () => {
  it('is verified, is about the commit, and names the very result', async () => {
    const here = place()
    expect(await here.attested('--run-url', 'https://ci.example/1')).toMatchObject({ exitCode: 0 })
    const statement = JSON.parse(Buffer.from(envelope(here).payload, 'base64').toString('utf8')) as {
      subject: unknown
      predicate: { url: string; preflightRun: { resultDigest: string } }
    }
    expect(statement.subject).toEqual([{ digest: { gitCommit: here.commit } }])
    expect(statement.predicate).toMatchObject({
      result: 'PASSED',
      url: 'https://ci.example/1',
      passedTests: ['site/a/region', 'site/a/hint', 'site/a/slow'],
    })
    expect(statement.predicate.preflightRun.resultDigest).toBe(
      createHash('sha256')
        .update(readFileSync(join(here.cwd, 'r.json')))
        .digest('hex'),
    )
    expect(statSync(join(here.cwd, 'a.json')).mode & 0o777).toBe(0o600)
    const [plain, byCommit, json] = await Promise.all([
      here.verify(),
      here.verify('--commit', here.commit, '--max-age', '1h'),
      here.verify('--format', 'json'),
    ])
    expect(plain).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringContaining(`VERIFIED\n  signed: go (PASSED) for commit ${here.commit}`) as string,
    })
    expect(byCommit.exitCode).toBe(0)
    expect(JSON.parse(json.stdout)).toMatchObject({
      verified: true,
      refusals: [],
      statement: { predicate: { result: 'PASSED' } },
    })
  })

  it('of an image is about that, in a checkout or outside', async () => {
    const here = place()
    writeFileSync(join(here.cwd, 'eu.env'), 'REGION=eu\n# changed\n')
    expect(await here.attested('--subject', image, 'site')).toMatchObject({ exitCode: 0 })
    const ended = await Promise.all([
      here.verify('--subject', image),
      here.verify('--subject', `sha256:${digest}`),
      here.verify('--subject', `sha256:${'cd'.repeat(32)}`),
      here.verify('--commit', here.commit),
    ])
    expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0, 3, 3])
    expect([ended[2].stdout, ended[3].stdout]).toEqual([
      expect.stringContaining('other-subject'),
      expect.stringContaining('other-commit'),
    ])
  })

  it('that is a no-go says so, and is one for `verify`', async () => {
    const here = place()
    expect(await here.attested('--env-file', 'us.env')).toMatchObject({ exitCode: 1 })
    expect(await here.verify()).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/REFUSED\n.*no-go\n {4}the verdict is no-go \(exit 1\)/) as string,
    })
  })

  it('is refused with another key, which shows nothing of it', async () => {
    const here = place()
    await here.attested()
    const ended = await here.start('verify', 'a.json', '--key', 'other.pub')
    expect(ended).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('it was signed with another key') as string,
    })
    expect(ended.stdout).not.toContain(here.commit)
    expect(await here.start('verify', 'a.json', '--key', 'other.pub', '--key', 'k.pub')).toMatchObject({ exitCode: 0 })
  })

  it('is refused with one byte changed, in the statement or in the signature', async () => {
    const here = place()
    await here.attested()
    const { payload, signatures } = envelope(here)
    const other = (text: string): string => {
      const bytes = Buffer.from(text, 'base64')
      bytes[20]! ^= 1
      return bytes.toString('base64')
    }
    for (const changed of [
      { payload: other(payload) },
      { signatures: [{ ...signatures[0]!, sig: other(signatures[0]!.sig) }] },
    ]) {
      writeFileSync(join(here.cwd, 'a.json'), JSON.stringify({ ...envelope(here), payload, signatures, ...changed }))
      const ended = await here.verify('--format', 'json')
      expect(ended.exitCode).toBe(3)
      expect(JSON.parse(ended.stdout)).toMatchObject({
        verified: false,
        statement: null,
        refusals: [{ code: 'altered' }],
      })
    }
  })

  it('is refused for another commit, another profile and as a part, each in its own words', async () => {
    const here = place()
    await here.attested('--stage', 'config')
    here.git('commit', '--quiet', '--allow-empty', '-m', 'second')
    const ended = await here.verify('--profile', 'staging')
    expect(ended.exitCode).toBe(3)
    expect([...ended.stdout.matchAll(/✗ (\S+)/g)].map(([, code]) => code)).toEqual([
      'other-profile',
      'part',
      'other-commit',
    ])
    expect(await here.verify('--commit', here.commit, '--allow-part')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('go (WARNED)') as string,
    })
  })

  it('under a lock is one of the locked selection, and of that lock', async () => {
    const here = place()
    expect(await here.start('lock', ...ownPacks, '--stage', 'config')).toMatchObject({ exitCode: 0 })
    here.git('add', 'preflight.lock')
    here.git('commit', '--quiet', '-m', 'lock')
    expect(await here.attested('--stage', 'config')).toMatchObject({ exitCode: 0 })
    const lockDigest = createHash('sha256')
      .update(readFileSync(join(here.cwd, 'preflight.lock')))
      .digest('hex')
    const ended = await Promise.all([
      here.verify('--lock', 'preflight.lock'),
      here.verify('--lock-digest', lockDigest),
      here.verify('--lock-digest', digest),
    ])
    expect(ended.map(({ exitCode, stdout }) => [exitCode, stdout.includes('other-lock')])).toEqual([
      [0, false],
      [0, false],
      [3, true],
    ])
  })
})

describe('a saved result', () => {
  it('is attested as what it is: of its commit, and as old as it is', async () => {
    const here = place()
    await here.attested()
    const attest = () => here.start('attest', 'r.json', '--key', 'k.pem', '--output', 'a.json')
    expect(await attest()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('go (PASSED)') as string })
    expect(await here.verify()).toMatchObject({ exitCode: 0 })
    changeResult(here, {
      startedAt: new Date(Date.now() - 7_300_000).toISOString(),
      finishedAt: new Date(Date.now() - 7_200_000).toISOString(),
    })
    await attest()
    expect(await here.verify('--max-age', '1h')).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('too-old') as string,
    })
    changeResult(here, { finishedAt: new Date(Date.now() + 7_200_000).toISOString() })
    expect(await attest()).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining("ahead of this machine's clock") as string,
    })
    expect(await here.verify()).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('unsigned') as string })
  })

  it('is not attested when its run did not end, or when it contradicts itself', async () => {
    const here = place()
    await here.attested()
    const good = JSON.parse(readFileSync(join(here.cwd, 'r.json'), 'utf8')) as ResultDocument
    for (const [bad, message] of [
      [{ ...good, state: 'incomplete', verdict: null, exitCode: null }, 'did not end'],
      [{ ...good, exitCode: 1 }, 'contradicts itself'],
      [
        { ...good, counts: { ...good.counts, pass: 2 } },
        'its state, verdict, exit code, counts and checks do not match',
      ],
    ] as const) {
      writeFileSync(join(here.cwd, 'r.json'), JSON.stringify(bad))
      expect(await here.start('attest', 'r.json', '--key', 'k.pem', '--output', 'b.json')).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining(message) as string,
      })
    }
    expect(await here.start('verify', 'b.json', '--key', 'k.pub')).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('unsigned') as string,
    })
  })
})

describe('before anything is run', () => {
  it('a changed checkout is refused, unless it is declared; then `verify` must be given it too', async () => {
    const here = place()
    writeFileSync(join(here.cwd, 'eu.env'), 'REGION=eu\n# changed\n')
    expect(await here.attested()).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: expect.stringContaining('differs from its commit') as string,
    })
    expect(JSON.parse(readFileSync(join(here.cwd, 'r.json'), 'utf8'))).toMatchObject({
      verdict: 'no-go',
      exitCode: 3,
      checks: [],
      diagnostics: [{ message: expect.stringContaining('differs from its commit') as string }],
    })
    expect(await here.attested('--allow-dirty')).toMatchObject({ exitCode: 0 })
    expect(await here.verify('--commit', here.commit)).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('✗ dirty') as string,
    })
    expect(await here.verify('--commit', here.commit, '--allow-dirty')).toMatchObject({ exitCode: 0 })
    expect(await here.verify()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--commit') as string })
  })

  it.each([
    ['a key that is not there', ['--attest', 'none.pem', '--attestation', 'a.json'], 2],
    ['an attestation in no folder', ['--attest', 'k.pem', '--attestation', 'none/a.json'], 74],
    ['a place for incidents that is none', ['--capture-on-failure', 'eu.env'], 74],
  ])('no green result of yesterday outlives %s', async (_, more, exitCode) => {
    const here = place()
    const run = (...args: readonly string[]) =>
      here.start(
        'run',
        ...ownPacks,
        '--no-keep',
        '--env-file',
        'eu.env',
        '--output',
        'r.json',
        '--report',
        'tap=r.tap',
        ...args,
      )
    expect((await run()).exitCode).toBe(0)
    expect((await run(...more)).exitCode).toBe(exitCode)
    expect(JSON.parse(readFileSync(join(here.cwd, 'r.json'), 'utf8'))).toMatchObject({
      state: 'incomplete',
      verdict: null,
    })
    expect(readFileSync(join(here.cwd, 'r.tap'), 'utf8')).toContain('INCOMPLETE')
  })

  it('an attestation of yesterday is gone, whatever today becomes', async () => {
    const here = place()
    await here.attested()
    writeFileSync(join(here.cwd, 'packs/site/a.yaml'), 'stage: nowhere\n')
    here.git('commit', '--quiet', '-am', 'broken')
    expect((await here.attested()).exitCode).toBe(3)
    expect(await here.verify()).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('it is not signed: the run is still running, or did not end') as string,
    })
  })

  it.each<[string, readonly string[], number, RegExp]>([
    ['a key without a file to write', ['--attest', 'k.pem'], 2, /--attestation/],
    ['a file without a key', ['--attestation', 'a.json'], 2, /--attest/],
    ['a subject of nothing that is attested', ['--subject', image], 2, /--attest/],
    [
      'a key that is none',
      ['--attest', 'k.pub', '--attestation', 'a.json'],
      2,
      /k\.pub is (readable by other users|a public)/,
    ],
    [
      'a subject without a digest',
      ['--attest', 'k.pem', '--attestation', 'a.json', '--subject', 'bus:latest'],
      2,
      /--subject bus:latest has no digest/,
    ],
    [
      'its own key to write over',
      ['--attest', 'k.pem', '--attestation', './k.pem'],
      2,
      /refusing to overwrite \.\/k\.pem/,
    ],
    [
      'its result to write over',
      ['--attest', 'k.pem', '--attestation', 'r.json', '--output', 'r.json'],
      2,
      /refusing to overwrite r\.json/,
    ],
    [
      'a link with a password',
      ['--attest', 'k.pem', '--attestation', 'a.json', '--run-url', 'https://u:p@ci.example/'],
      2,
      /credentials/,
    ],
    [
      'a folder that is not there',
      ['--attest', 'k.pem', '--attestation', 'none/a.json'],
      74,
      /attestation could not be written/,
    ],
  ])('%s is refused', async (_, more, exitCode, message) => {
    const here = place()
    const ended = await here.start('run', ...ownPacks, '--no-keep', '--env-file', 'eu.env', ...more)
    expect([ended.exitCode, ended.stdout]).toEqual([exitCode, ''])
    expect(ended.stderr.replaceAll(/\s+/g, ' ')).toMatch(message)
    expect(readFileSync(join(here.cwd, 'k.pem'), 'utf8')).toBe(own.pem)
  })
})

it('a run is not attested when another commit was checked out meanwhile', async () => {
  const here = place()
  const ended = await here.attested(
    '--input',
    'program=git,-c,user.name=A,-c,user.email=a@example.org,-c,commit.gpgsign=false,commit,--quiet,--allow-empty,-m,second',
  )
  expect(ended).toMatchObject({
    exitCode: 3,
    stdout: expect.stringContaining('GO') as string,
    stderr: expect.stringContaining('the checkout changed during the run') as string,
  })
  expect(await here.verify()).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('unsigned') as string })
})

it('a run that is interrupted is not attested', async () => {
  const here = place()
  const run = here.beginAttested('--input', 'program=sh,-c,touch begun; exec sleep 30')
  while (!existsSync(join(here.cwd, 'begun'))) await new Promise((resolve) => setTimeout(resolve, 20))
  run.child.kill('SIGTERM')
  expect((await run).exitCode).toBe(143)
  expect(await here.verify()).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('unsigned') as string })
})

it('outside a checkout something must be named', async () => {
  const cwd = folderOf({
    'k.pub': own.pub,
    'a.json': '{"payloadType":"x","payload":"","signatures":[]}',
    'b.json': '[]',
  })
  expect(await preflight(['verify', 'a.json', '--key', 'k.pub'], { cwd })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('unknown what is about to be deployed') as string,
  })
  expect(await preflight(['verify', 'b.json', '--key', 'k.pub', '--subject', image], { cwd })).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('is not an attestation document') as string,
  })
  expect(await preflight(['verify', 'a.json', '--key', 'k.pub', '--commit', 'main'], { cwd })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--commit is not a full commit id') as string,
  })
})
