import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { dateAhead } from '../../../src/checks/waivers/waiver.js'
import { sign, signersFile, signingKey } from '../../runbooks/actions/support/signing.js'
import { terminalSession } from '../../cli/support/terminal.js'
import { program } from '../program.js'
import { folderOf, preflight, type Ended } from './preflight.js'

const keys = mkdtempSync(join(tmpdir(), 'preflight-keys-'))
afterAll(() => rmSync(keys, { recursive: true, force: true }))

const secret = 'Zx8kQ2mN5vB7cD1fG4hJ6kL9'

const pack = `stage: config
variables:
  REGION: { values: [eu, us], exposure: public }
checks:
  region:
    title: the region is in Europe
    severity: blocker
    class: config
    env: { name: REGION }
    expect:
      - { that: facts.value == "eu", message: "REGION is \${{ facts.value }}" }
    fix: set REGION=eu
  set:
    title: the region is set
    severity: blocker
    class: config
    needs: [site/a/region]
    env: { name: REGION }
    expect: [{ that: facts.set }]
    fix: set REGION
  never:
    title: what can never be waived
    severity: blocker
    class: config
    waivable: false
    env: { name: REGION }
    expect: [{ that: facts.set }]
    fix: set REGION
  silent:
    title: what never answers
    severity: high
    class: code
    stage: runtime
    timeout: 100ms
    command: { argv: [sleep, "30"] }
    expect: [{ that: facts.exitCode == 0 }]
    fix: look at it
`

/** Far enough from both ends of a day that a test that runs past midnight still says the same. */
const day = (ahead: number): string => dateAhead(Date.now(), ahead)

function waivers(...entries: readonly Readonly<Record<string, string>>[]): string {
  const all = entries.map((entry) => ({
    check: 'site/a/region',
    reason: `the key ${secret} is rotated first`,
    owner: 'ops',
    ticket: 'OPS-1',
    expires: day(30),
    profiles: '[prod]',
    ...entry,
  }))
  return `waivers:\n${all
    .map(
      (entry) =>
        `  - ${Object.entries(entry)
          .map(([key, value]) => `${key}: ${value}`)
          .join('\n    ')}\n`,
    )
    .join('')}`
}

/** A deployment whose region is wrong. @param text of the waiver file; null for none */
function place(text: string | null = waivers({}), configuration = 'waivers: { file: waivers.yaml }\n') {
  const files = {
    'packs/site/a.yaml': pack,
    'us.env': `REGION=us\nTOKEN=${secret}\n`,
    'eu.env': 'REGION=eu\n',
    'preflight.yaml': `deployment: eu-1\nchecks: [packs]\nselect: [site/a/region, site/a/set]\n${configuration}`,
  }
  const cwd = folderOf(text === null ? files : { ...files, 'waivers.yaml': text })
  const start = (...args: readonly string[]) => preflight([...args, '--no-builtin'], { cwd })
  return { cwd, start, run: (...args: readonly string[]) => start('run', '--no-keep', '--env-file', 'us.env', ...args) }
}

const documentOf = ({ stdout }: Ended): ResultDocument => JSON.parse(stdout) as ResultDocument
const statusesOf = (ended: Ended): Readonly<Record<string, string>> =>
  Object.fromEntries(documentOf(ended).checks.map(({ id, status }) => [id.split('/')[2]!, status]))

describe.concurrent('a run with a waiver', () => {
  it('passes the failure, runs what needs it, and reports who is responsible for it', async () => {
    const { run } = place(waivers({ expires: day(10) }))
    const [human, json, tap] = await Promise.all([run(), run('--format', 'json'), run('--format', 'tap')])
    expect([human.exitCode, json.exitCode, tap.exitCode]).toEqual([0, 0, 0])
    expect(human.stdout).toMatch(
      /Waived \(1\)\n.*site\/a\/region\n.*REGION is us\n.*waived until .*, 10 days left, by ops \(OPS-1\): the key/,
    )
    expect(human.stdout).toMatch(
      /Notices \(1\)\n {2}the waiver of site\/a\/region ends on .*, in 10 days \(OPS-1, ops\)/,
    )
    expect(human.stderr).toContain('ends on')
    expect(statusesOf(json)).toEqual({ region: 'waived', set: 'pass' })
    expect(documentOf(json)).toMatchObject({
      verdict: 'go',
      counts: { waived: 1, fail: 0 },
      notices: [expect.stringContaining('in 10 days')],
    })
    expect(documentOf(json).checks[0]?.waiver).toMatchObject({
      owner: 'ops',
      ticket: 'OPS-1',
      expires: day(10),
      daysLeft: 10,
    })
    expect(tap.stdout).toMatch(/^ok 1 .*# SKIP waived/m)
    for (const { stdout, stderr } of [human, json, tap]) expect(stdout + stderr).not.toContain(secret.slice(0, 10))
  })

  it.each([
    ['that is valid', {}, 0, ''],
    ['on its last day', { expires: day(0) }, 0, 'ends on'],
    ['that has expired', { expires: day(-2) }, 1, 'expired on'],
    ['for another profile', { profiles: '[staging]' }, 1, ''],
    ['for this profile by its other name', { profiles: '[prod, dev]' }, 0, ''],
    ['for this deployment', { deployment: 'eu-1' }, 0, ''],
    ['for another deployment', { deployment: 'eu-2' }, 1, ''],
    ['for what needs it', { check: 'site/a/set' }, 1, ''],
  ] as const)('%s', async (_, over, exitCode, said) => {
    const ended = await place(waivers(over)).run()
    expect(ended.exitCode).toBe(exitCode)
    expect(ended.stderr).toContain(said)
  })

  it('keeps to the day in UTC, whatever the time zone here', async () => {
    const { cwd } = place(waivers({ expires: day(0) }))
    for (const TZ of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kathmandu']) {
      const ended = await preflight(['run', '--no-builtin', '--no-keep', '--env-file', 'us.env', '--format', 'json'], {
        cwd,
        environment: { TZ },
      })
      expect([ended.exitCode, documentOf(ended).checks[0]?.waiver?.daysLeft]).toEqual([0, 0])
    }
  })

  it('never covers what could not be evaluated', async () => {
    const ended = await place(waivers({}, { check: 'site/a/silent' })).run(
      'site/a/region',
      'site/a/silent',
      '--format',
      'json',
    )
    expect(ended.exitCode).toBe(4)
    expect(statusesOf(ended)).toEqual({ region: 'waived', silent: 'timeout' })
  })

  it('says that it was not used, where the whole selection ran', async () => {
    const { start } = place()
    const [whole, part] = await Promise.all([
      start('run', '--no-keep', '--env-file', 'eu.env'),
      start('run', '--no-keep', '--env-file', 'eu.env', 'site/a/region'),
    ])
    expect([whole.exitCode, part.exitCode]).toEqual([0, 0])
    expect(whole.stderr).toContain('the waiver of site/a/region was not used: the check passed (OPS-1, ops)')
    expect(whole.stdout).toContain('was not used')
    expect(part.stdout + part.stderr).not.toContain('was not used')
  })

  it.each([
    ['91 days ahead', waivers({ expires: day(92) }), 'too-far-ahead'],
    ['on a leap day that is none', waivers({ expires: '2027-02-29' }), 'must be an existing day, such as 2026-03-01'],
    ['with a misspelt key', waivers({}).replace('expires:', 'expire:'), 'unknown key expire'],
    ['of an unknown id', waivers({ check: 'site/a/regoin' }), 'did you mean site/a/region?'],
    ['of what can never be waived', waivers({ check: 'site/a/never' }), 'never-waivable'],
    ['that is there twice', waivers({}, {}), 'duplicate-waiver'],
    ['in an empty file', '', 'empty-file'],
  ])('%s makes the whole file invalid', async (_, text, said) => {
    const { run, cwd } = place(text)
    const ended = await run('--format', 'json', '--output', 'result.json')
    expect(ended).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(said) as string })
    expect(ended.stderr).toMatch(/^waivers\.yaml:\d+:\d+: error: /m)
    expect(documentOf(ended)).toMatchObject({ verdict: 'no-go', exitCode: 3, checks: [] })
    expect(JSON.parse(readFileSync(join(cwd, 'result.json'), 'utf8'))).toMatchObject({ exitCode: 3 })
  })

  it('is looked for only where it is named', async () => {
    const unnamed = place(waivers({}), '')
    const [none, named, missing] = await Promise.all([
      unnamed.run(),
      unnamed.run('--waivers', 'waivers.yaml'),
      unnamed.run('--waivers', 'waiver.yaml'),
    ])
    expect(none).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('waivers.yaml is not read: name it with --waivers') as string,
    })
    expect(named.exitCode).toBe(0)
    expect(missing).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('waiver file waiver.yaml not found') as string,
    })
    expect(await place(null).run()).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining(
        'waivers.yaml:1:1: error: the waiver file that the deployment file names does not exist',
      ) as string,
    })
  })
})

describe.concurrent('a deployment that demands a signature', () => {
  const [grace, stranger] = [signingKey(keys), signingKey(keys)]
  const configuration = 'waivers: { file: waivers.yaml, signers: signers }\n'

  function signedPlace(options?: string) {
    const there = place(waivers({}), configuration)
    writeFileSync(
      join(there.cwd, 'signers'),
      readFileSync(
        signersFile(keys, options === undefined ? ['grace@example.org', grace] : ['grace@example.org', grace, options]),
      ),
    )
    return { ...there, file: join(there.cwd, 'waivers.yaml') }
  }

  it('takes a signed file, and says who signed it', async () => {
    const { file, run, start } = signedPlace()
    sign(file, grace, 'preflight-waivers')
    expect(await run()).toMatchObject({ exitCode: 0 })
    expect(await start('waiver', 'verify')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        /is valid: 1 of 1 waiver is in force today\.\nSigned by grace@example\.org \(SHA256:/,
      ) as string,
    })
  })

  it.each([
    ['unsigned', () => undefined, 'the waivers are not signed: waivers.yaml.sig not found'],
    [
      'altered after signing',
      (file: string) => (sign(file, grace, 'preflight-waivers'), appendFileSync(file, '# later\n')),
      'the waivers changed after they were signed',
    ],
    [
      'signed by a stranger',
      (file: string) => sign(file, stranger, 'preflight-waivers'),
      'the waivers are not signed by a signer that signers allows',
    ],
  ] as const)('refuses a file that is %s', async (_, prepare, said) => {
    const { file, run, start } = signedPlace()
    prepare(file)
    const [ended, verified, listed] = await Promise.all([
      run('--waivers', 'waivers.yaml'),
      start('waiver', 'verify'),
      start('waiver', 'list'),
    ])
    for (const each of [ended, verified])
      expect(each).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(said) as string })
    expect(ended.stdout).not.toContain('GO')
    expect(listed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('No run takes it') as string })
  })

  it('refuses a key that has expired', async () => {
    const { file, run } = signedPlace('valid-before="20200101"')
    sign(file, grace, 'preflight-waivers')
    expect(await run()).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('key has expired') as string })
  })

  it('says that what was added must be signed again', async () => {
    const { file, run, start, cwd } = signedPlace()
    sign(file, grace, 'preflight-waivers')
    const added = await start(
      'waiver',
      'add',
      'site/a/set',
      '--reason',
      'r',
      '--owner',
      'o',
      '--ticket',
      't',
      '--expires',
      day(3),
      '--profile',
      'prod',
    )
    expect(added).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('ssh-keygen -Y sign -n preflight-waivers -f KEY waivers.yaml') as string,
    })
    expect((await run()).exitCode).toBe(3)
    rmSync(`${file}.sig`)
    execFileSync('ssh-keygen', ['-Y', 'sign', '-n', 'preflight-waivers', '-f', grace.path, 'waivers.yaml'], {
      cwd,
      stdio: 'ignore',
    })
    expect((await run()).exitCode).toBe(0)
  })
})

describe.concurrent('a lock that says which waivers count', () => {
  const [grace, stranger] = [signingKey(keys), signingKey(keys)]
  const uncounted = 'REGION is us; its waiver (OPS-1, ops) does not count: '

  /** A deployment with signed waivers, locked. */
  async function lockedPlace(configuration = 'waivers: { file: waivers.yaml, signers: signers }\n') {
    const there = place(waivers({}), configuration)
    const file = (name: string): string => join(there.cwd, name)
    writeFileSync(
      file('signers'),
      `# who approves\n\n${readFileSync(signersFile(keys, ['grace@example.org', grace]), 'utf8')}`,
    )
    sign(file('waivers.yaml'), grace, 'preflight-waivers')
    expect(await there.start('lock')).toMatchObject({ exitCode: 0, stderr: '' })
    const other = (over: string): void =>
      writeFileSync(
        file('other.yaml'),
        `deployment: eu-1\nchecks: [packs]\nselect: [site/a/region, site/a/set]\n${over}`,
      )
    writeFileSync(file('own.yaml'), waivers({}))
    return { ...there, file, other }
  }

  it('lets count what one of its signers signed, and the result names him', async () => {
    const { run, file, start } = await lockedPlace()
    expect((JSON.parse(readFileSync(file('preflight.lock'), 'utf8')) as { waivers: unknown }).waivers).toEqual({
      signers: [`grace@example.org ${grace.publicKey}`],
    })
    const ended = await run('--format', 'json')
    expect(ended.exitCode).toBe(0)
    expect(documentOf(ended).checks[0]?.waiver?.signer).toEqual({
      principal: 'grace@example.org',
      key: expect.stringMatching(/^SHA256:/) as string,
    })
    expect(await start('waiver', 'verify')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Signed by grace@example.org') as string,
    })
    // Another file counts as well, when it is signed.
    sign(file('own.yaml'), grace, 'preflight-waivers')
    expect((await run('--waivers', 'own.yaml')).exitCode).toBe(0)
  })

  it.each([
    [
      'a deployment file that demands no signature',
      'waivers: { file: own.yaml }\n',
      undefined,
      [],
      'preflight.lock names who must sign them, but own.yaml.sig does not exist',
    ],
    [
      'waivers beside a deployment file that demands no signature',
      '',
      undefined,
      ['--waivers', 'own.yaml'],
      'preflight.lock names who must sign them, but own.yaml.sig does not exist',
    ],
    [
      'signers of its own',
      'waivers: { file: own.yaml, signers: strangers }\n',
      stranger,
      [],
      'own.yaml.sig is not a signature by one of the signers that preflight.lock names',
    ],
    [
      'a signature without a signer',
      'waivers: { file: own.yaml }\n',
      stranger,
      [],
      'own.yaml.sig is not a signature by one of the signers that preflight.lock names',
    ],
  ] as const)('is not got around by %s', async (_, over, signer, args, why) => {
    const { run, file, other, start } = await lockedPlace()
    writeFileSync(file('strangers'), readFileSync(signersFile(keys, ['grace@example.org', stranger])))
    if (signer !== undefined) sign(file('own.yaml'), signer, 'preflight-waivers')
    other(over)
    const under = ['--config', 'other.yaml', ...args] as const
    const [ended, human, verified, listed] = await Promise.all([
      run(...under, '--format', 'json'),
      run(...under),
      start('waiver', 'verify', ...under),
      start('waiver', 'list', ...under),
    ])
    expect([ended.exitCode, human.exitCode, verified.exitCode, listed.exitCode]).toEqual([1, 1, 3, 0])
    expect(statusesOf(ended)).toEqual({ region: 'fail', set: 'blocked' })
    expect(documentOf(ended).checks[0]?.message).toContain(uncounted + why)
    expect(documentOf(ended).notices).toEqual([
      expect.stringContaining(`the waiver of own.yaml does not count: ${why}`),
    ])
    expect(ended.stderr).toContain(`the waiver of own.yaml does not count: ${why}`)
    expect(human.stdout.replace(/\s+/g, ' ')).toContain('does not count: ')
    expect(verified.stderr).toContain(`the waivers do not count: ${why}`)
    expect(listed.stdout).toContain(`No run takes it: ${why}`)
  })

  it('is not got around by another name of the deployment', async () => {
    const { run, other } = await lockedPlace()
    other('waivers: { file: waivers.yaml, signers: signers }\n')
    expect((await run('--config', 'other.yaml')).exitCode).toBe(0)
    const { file } = await lockedPlace()
    writeFileSync(file('preflight.yaml'), readFileSync(file('preflight.yaml'), 'utf8').replace('eu-1', 'eu-2'))
    expect(
      await preflight(['run', '--no-builtin', '--no-keep', '--env-file', 'us.env'], { cwd: dirname(file('x')) }),
    ).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('the lock is for the deployment eu-1; this is the deployment eu-2') as string,
    })
  })

  it('still refuses what the deployment itself refuses', async () => {
    const { run, file } = await lockedPlace()
    rmSync(file('waivers.yaml.sig'))
    expect(await run()).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('the waivers are not signed: waivers.yaml.sig not found') as string,
    })
  })

  it('names the one file, where no signature is demanded', async () => {
    const { run, file, start } = await lockedPlace('waivers: { file: waivers.yaml }\n')
    expect((JSON.parse(readFileSync(file('preflight.lock'), 'utf8')) as { waivers: unknown }).waivers).toEqual({
      unsigned: true,
      file: 'waivers.yaml',
    })
    expect((await run()).exitCode).toBe(0)
    expect((await run('--waivers', './waivers.yaml')).exitCode).toBe(0)
    const why = 'preflight.lock names the waiver file waivers.yaml, but these are from own.yaml'
    expect(await run('--waivers', 'own.yaml')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`the waiver of own.yaml does not count: ${why}`) as string,
    })
    expect((await start('lock', '--update', '--waivers', 'own.yaml')).stdout).toContain('which waivers count: changed')
    expect((await run('--waivers', 'own.yaml')).exitCode).toBe(0)
    expect((await run()).exitCode).toBe(1)
  })

  it('names no file where there was none', async () => {
    const { run } = await lockedPlace('')
    expect(await run('--waivers', 'own.yaml')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('preflight.lock names no waiver file') as string,
    })
  })

  it('is not written with signers that cannot be read, or that name no one', async () => {
    const { start, file } = await lockedPlace()
    writeFileSync(file('signers'), '# nobody yet\n')
    expect(await start('lock')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('the signers file signers contains no signer') as string,
    })
    rmSync(file('signers'))
    expect(await start('lock')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('the signers file cannot be read (ENOENT)') as string,
    })
  })

  it('holds for the checks of a runbook too', async () => {
    const { cwd, file, other } = await lockedPlace()
    mkdirSync(file('books/site'), { recursive: true })
    writeFileSync(
      file('books/site/go.yaml'),
      'title: go\ntarget: waivers\nsteps:\n  - id: guard\n    title: all is well\n    check: { select: [site/a/region, site/a/set] }\n',
    )
    other('waivers: { file: own.yaml }\n')
    const go = (...args: readonly string[]) =>
      preflight(
        [
          'runbook',
          'run',
          'site/go',
          '--runbooks',
          'books',
          '--no-builtin',
          '--env-file',
          'us.env',
          '--state',
          'state',
          ...args,
        ],
        { cwd },
      )
    expect(await go()).toMatchObject({ exitCode: 0 })
    expect(await go('--config', 'other.yaml')).toMatchObject({
      exitCode: 20,
      stderr: expect.stringContaining('does not count: preflight.lock names who must sign') as string,
    })
  })
})

describe.concurrent('the commands', () => {
  it('list what there is, for people and for programs', async () => {
    const { start } = place(waivers({ expires: day(-3) }, { check: 'site/a/set', deployment: 'eu-2' }))
    const [text, json] = await Promise.all([start('waiver', 'list'), start('waiver', 'list', '--format', 'json')])
    expect(text.stdout).toMatch(
      /site\/a\/region {2}expired on [^]*site\/a\/set {2}until .*, 30 days left\n.*ops \(OPS-1\); prod, only eu-2[^]*2 waivers in waivers\.yaml, 1 of them expired/,
    )
    expect(JSON.parse(json.stdout)).toMatchObject({
      file: 'waivers.yaml',
      signature: null,
      waivers: [
        { check: 'site/a/region', daysLeft: -3, expired: true, deployment: null, line: 2 },
        { daysLeft: 30, deployment: 'eu-2' },
      ],
    })
    expect(await start('waiver', 'verify')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('1 of 2 waivers are in force today') as string,
    })
  })

  it('add one without a terminal only when everything is said', async () => {
    const { start, cwd, run } = place(null)
    expect(await start('waiver', 'add', '--owner', 'ops')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('the id of the check must be given') as string,
    })
    const refused = await start('waiver', 'add', 'site/a/region', '--owner', 'ops')
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--reason, --ticket, --expires, --profile must be given') as string,
    })
    expect(existsSync(join(cwd, 'waivers.yaml'))).toBe(false)
    const said = [
      '--reason',
      'mended soon',
      '--owner',
      'ops',
      '--ticket',
      'OPS-2',
      '--expires',
      day(40),
      '--profile',
      'production',
    ] as const
    expect(await start('waiver', 'add', 'site/a/never', ...said)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('can never be waived') as string,
    })
    expect(await start('waiver', 'add', 'site/a/regoin', ...said)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('did you mean site/a/region?') as string,
    })
    expect(await start('waiver', 'add', 'site/a/region', ...said.slice(0, -1), 'prod')).toMatchObject({ exitCode: 0 })
    expect((await run()).exitCode).toBe(0)
  })

  it('ask at a terminal for what is missing', async () => {
    const { cwd, run } = place('# ours\nwaivers: []\n')
    const session = terminalSession(
      [process.execPath, '--', program, 'waiver', 'add', '--no-builtin', '--owner', 'ops', '--profile', 'prod'],
      { cwd, environment: { HOME: cwd } },
    )
    for (const [question, answer] of [
      ['Which check', 'site/a/region'],
      ['Why may it fail', 'mended in March'],
      ['Which ticket approves it', 'OPS-9'],
      ['Until which day', day(20)],
    ] as const) {
      await session.shows(question)
      // What is typed before a question is shown does not answer it.
      await new Promise((resolve) => setTimeout(resolve, 300))
      session.type(`${answer}\r`)
    }
    expect(await session.ended).toBe(0)
    expect(readFileSync(join(cwd, 'waivers.yaml'), 'utf8')).toMatch(
      /^# ours\nwaivers:\n {2}- check: site\/a\/region\n {4}reason: mended in March\n {4}owner: ops\n {4}ticket: OPS-9\n/,
    )
    expect((await run()).exitCode).toBe(0)
  })

  it('begin a file at a terminal where none is named, and have the deployment file name it', async () => {
    const { cwd, run } = place(null, '')
    const session = terminalSession(
      [
        ...[process.execPath, '--', program, 'waiver', 'add', 'site/a/region', '--no-builtin', '--owner', 'ops'],
        ...['--profile', 'prod', '--reason', 'mended soon', '--ticket', 'OPS-3', '--expires', day(20)],
      ],
      { cwd, environment: { HOME: cwd }, size: { columns: 80, rows: 24 } },
    )
    await session.shows('Write waivers.yaml beside preflight.yaml?')
    await new Promise((resolve) => setTimeout(resolve, 300))
    session.type('\r')
    expect(await session.ended).toBe(0)
    expect(session.screen()).toContain('preflight.yaml names it: every run reads it.')
    expect(readFileSync(join(cwd, 'preflight.yaml'), 'utf8')).toMatch(/\nwaivers: \{ file: waivers\.yaml \}\n$/)
    expect((await run()).exitCode).toBe(0)
  })

  it('leave the file as it was when the question is interrupted', async () => {
    const { cwd } = place('waivers: []\n')
    const session = terminalSession(
      [process.execPath, '--', program, 'waiver', 'add', 'site/a/region', '--no-builtin'],
      { cwd, environment: { HOME: cwd } },
    )
    await session.shows('Why may it fail')
    await new Promise((resolve) => setTimeout(resolve, 300))
    session.type('\u0003')
    expect(await session.ended).toBe(130)
    expect(readFileSync(join(cwd, 'waivers.yaml'), 'utf8')).toBe('waivers: []\n')
  })

  it('are compiled by `validate` too, signed or not', async () => {
    const { start, cwd } = place('waivers: []\n')
    expect(await start('validate')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(', 0 waivers') as string,
    })
    writeFileSync(join(cwd, 'waivers.yaml'), 'waivers:\n  - chek: site/a/region\n')
    expect(await start('validate')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('waivers.yaml:2:5: error: unknown key chek') as string,
    })
  })

  it.each([
    [['waiver', 'list'], 'no waiver file given'],
    [['waiver', 'verify', '--waivers', 'none.yaml'], 'waiver file none.yaml not found'],
  ])('%j need a file', async (args, said) => {
    expect(await place(null, '').start(...args)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(said) as string,
    })
  })
})

describe('a guard of a runbook', () => {
  it('takes the waivers of the deployment too', async () => {
    const { cwd } = place()
    mkdirSync(join(cwd, 'books/site'), { recursive: true })
    writeFileSync(
      join(cwd, 'books/site/go.yaml'),
      'title: go\ntarget: waivers\nsteps:\n  - id: guard\n    title: all is well\n    check: { select: [site/a/region, site/a/set] }\n',
    )
    const run = () =>
      preflight(
        [
          'runbook',
          'run',
          'site/go',
          '--runbooks',
          'books',
          '--no-builtin',
          '--env-file',
          'us.env',
          '--state',
          'state',
        ],
        { cwd },
      )
    expect(await run()).toMatchObject({ exitCode: 0 })
    writeFileSync(join(cwd, 'waivers.yaml'), 'waivers: []\n')
    expect(await run()).toMatchObject({ exitCode: 20, stderr: expect.stringContaining('REGION is us') as string })
  })
})
