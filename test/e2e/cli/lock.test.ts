import { cpSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { reporterRegistry } from '../../../src/checks/result/reporter.js'
import { folderOf, preflight, type Ended } from './preflight.js'

const check = (name: string, over = ''): string => `  ${name}:
    title: ${name} is so
    severity: high
    class: config
    env: { name: REGION }
    expect: [{ that: facts.set }]
    fix: set REGION
${over}`

const head = 'stage: config\nvariables: { REGION: { exposure: public } }\nprofiles: { canary: {} }\nchecks:\n'
const two = `${head}${check('one')}${check('two', '    stage: runtime\n')}`
const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A deployment whose bare selection is locked. */
async function place(pack = two, args: readonly string[] = []) {
  const cwd = folderOf({ 'packs/site/a.yaml': pack, 'a.env': 'REGION=eu\n', 'preflight.yaml': 'checks: [packs]\n' })
  const start = (...more: readonly string[]) => preflight([...more, '--no-builtin'], { cwd })
  const locked = await start('lock', ...args)
  expect(locked).toMatchObject({ exitCode: 0, stderr: '' })
  return {
    cwd,
    locked,
    start,
    run: (...more: readonly string[]) => start('run', '--no-keep', '--env-file', 'a.env', ...more),
    rewrite: (text: string) => writeFileSync(join(cwd, 'packs/site/a.yaml'), text),
    lockText: () => readFileSync(join(cwd, 'preflight.lock'), 'utf8'),
  }
}

const documentOf = ({ stdout }: Ended): ResultDocument => JSON.parse(stdout) as ResultDocument

describe.concurrent('a locked selection', () => {
  it('of a file of its own is named in the command that updates it', async () => {
    const { start, run, rewrite } = await place()
    expect(await start('lock', '--lock', 'my lock')).toMatchObject({ exitCode: 0 })
    rewrite(`${head}${check('one')}`)
    expect(await run('--lock', 'my lock')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining("`preflight lock --update --lock 'my lock'`") as string,
    })
  })

  it('is written down sorted, for everybody to read, and is the same when written again', async () => {
    const { cwd, locked, lockText, start } = await place()
    expect(locked.stdout).toBe('preflight.lock locks 2 checks for the profile prod.\n')
    const text = lockText()
    expect(JSON.parse(text)).toEqual({
      schemaVersion: 2,
      profile: 'prod',
      deployment: null,
      selection: { selectors: [], stages: [], skip: [], phase: 'all' },
      definitionsDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      waivers: { unsigned: true, file: null },
      inputs: {},
      checks: { 'site/a/one': expect.any(String) as string, 'site/a/two': expect.any(String) as string },
    })
    expect(statSync(join(cwd, 'preflight.lock')).mode & 0o777).toBe(0o644)
    await start('lock')
    expect(lockText()).toBe(text)
    expect(await start('lock', '--check')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`sha256 ${digest(text)}`) as string,
    })
  })

  it('is run as ever, and the result names the lock', async () => {
    const { run, lockText } = await place()
    const ended = await run('--format', 'json')
    expect(ended).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('lock') as string })
    expect(documentOf(ended).run.lock).toEqual({ digest: digest(lockText()), state: 'locked' })
    expect(documentOf(ended)).not.toHaveProperty('notices')
  })

  it.each([
    ['deleted', `${head}${check('one')}`, [], 'lock-missing', 'site/a/two is locked and missing'],
    ['renamed', two.replace('  two:', '  deux:'), [], 'lock-missing', 'site/a/two is locked and missing'],
    [
      'changed',
      two.replace('two is so', 'two is otherwise'),
      [],
      'lock-changed',
      'packs/site/a.yaml:12:3 differs from the locked definition',
    ],
    [
      'weakened',
      two
        .replace('    stage: runtime\n', '    stage: runtime\n    severity: advisory\n')
        .replace('two is so\n    severity: high\n', 'two is so\n'),
      [],
      'lock-changed',
      'site/a/two',
    ],
    [
      'read in another way',
      two.replace('REGION: { exposure: public }', 'REGION: { exposure: public, default: eu }'),
      [],
      'lock-changed',
      'site/a/one',
    ],
    ['skipped', two, ['--skip', 'site/a/two'], 'lock-deselected', 'site/a/two is locked and deselected: it is skipped'],
    [
      'judged by another profile',
      two,
      ['--profile', 'dev'],
      'lock-profile',
      'the lock is for the profile prod; this run uses dev',
    ],
    [
      'of another profile now',
      two.replace('    stage: runtime\n', '    stage: runtime\n    profiles: [staging]\n'),
      [],
      'lock-deselected',
      'it does not belong to the profile prod',
    ],
  ] as const)('ends with exit code 3 when a check is %s', async (_, pack, args, code, said) => {
    const { run, rewrite, cwd } = await place()
    rewrite(pack)
    const ended = await run('--format', 'json', '--output', 'result.json', ...args)
    expect(ended).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(said) as string })
    expect(ended.stderr).toMatch(/^preflight\.lock:\d+:\d+: error: /m)
    expect(documentOf(ended)).toMatchObject({ verdict: 'no-go', exitCode: 3, checks: [] })
    expect(documentOf(ended).diagnostics?.map((diagnostic) => diagnostic.code)).toContain(code)
    expect(JSON.parse(readFileSync(join(cwd, 'result.json'), 'utf8'))).toMatchObject({ exitCode: 3 })
  })

  it('ends with exit code 3 when a profile is renamed so that nothing is selected', async () => {
    const ofProd = two.replaceAll('    fix: set REGION\n', '    fix: set REGION\n    profiles: [prod]\n')
    const bare = await place(ofProd)
    bare.rewrite(ofProd.replaceAll('[prod]', '[canary]'))
    expect(await bare.run()).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(
        /site\/a\/one is locked and deselected[^]*site\/a\/two is locked and deselected/,
      ) as string,
    })
    rmSync(join(bare.cwd, 'preflight.lock'))
    expect(await bare.run()).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('no check is selected for the profile prod') as string,
    })

    const ofCanary = two.replaceAll('    fix: set REGION\n', '    fix: set REGION\n    profiles: [canary]\n')
    const named = await place(ofCanary, ['--profile', 'canary'])
    named.rewrite(ofCanary.replaceAll('canary', 'kanarie'))
    for (const ended of [await named.run('--profile', 'canary'), await named.start('lock', '--check')]) {
      expect(ended).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining('the lock is for the profile canary, which no pack defines any more') as string,
      })
    }
  })

  it('ends with exit code 3 when the deployment file selects less', async () => {
    const { cwd, run, start } = await place()
    writeFileSync(join(cwd, 'preflight.yaml'), 'checks: [packs]\nselect: [site/a/one]\n')
    expect(await run()).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('site/a/two is locked and deselected: nothing selects it') as string,
    })
    expect((await start('lock', '--check')).exitCode).toBe(3)
  })

  it('names what is gone, also where it was locked by its name', async () => {
    const { run, rewrite } = await place(two, ['site/a/one', 'site/a/two'])
    rewrite(`${head}${check('one')}`)
    expect(await run('site/a/two', 'site/a/one')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('site/a/two is locked and missing') as string,
    })
    expect(await run('site/a/one', 'site/a/tow')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('unknown check site/a/tow') as string,
    })
  })

  it('may grow, which is reported', async () => {
    const { run, rewrite, start } = await place()
    rewrite(`${two}${check('three')}`)
    const ended = await run('--format', 'json')
    expect(ended.exitCode).toBe(0)
    expect(documentOf(ended)).toMatchObject({
      run: { lock: { state: 'locked' } },
      notices: ['1 check is selected and not in preflight.lock: site/a/three'],
    })
    expect(ended.stderr).toContain('site/a/three')
    expect(await start('lock', '--check')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        /they are unchanged; other definitions changed[^]*1 check selected and not locked: site\/a\/three/,
      ) as string,
    })
  })

  it.each([[['site/a/one']], [['--stage', 'config']], [['--before-start']]])(
    'is not what %j is, and the run says so',
    async (args) => {
      const { run } = await place()
      const [json, human] = await Promise.all([run('--format', 'json', ...args), run(...args)])
      expect([json.exitCode, human.exitCode]).toEqual([0, 0])
      expect(documentOf(json).run.lock?.state).toBe('other-selection')
      for (const text of [human.stdout, human.stderr, json.stderr])
        expect(text.replace(/\s+/g, ' ')).toContain(
          'this is not the selection that preflight.lock locks (1 of its 2 checks are not judged here as locked); it cannot be attested for the release',
        )
    },
  )

  it('is also what names all of it', async () => {
    const { run } = await place()
    expect(documentOf(await run('--format', 'json', 'site')).run.lock?.state).toBe('locked')
  })

  it('can be in another file', async () => {
    const { run, start, cwd } = await place()
    expect((await start('lock', '--before-start', '--lock', 'before.lock')).exitCode).toBe(0)
    expect(documentOf(await run('--before-start', '--lock', 'before.lock', '--format', 'json')).run.lock?.state).toBe(
      'locked',
    )
    rmSync(join(cwd, 'preflight.lock'))
    expect(documentOf(await run('--format', 'json')).run.lock).toBeNull()
    for (const ended of [await run('--lock', 'preflight.lock'), await start('lock', '--check')])
      expect(ended).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('lock preflight.lock not found') as string,
      })
  })

  it('is never written over another file that a run reads', async () => {
    const { cwd, start } = await place()
    symlinkSync('preflight.yaml', join(cwd, 'linked.lock'))
    for (const file of ['preflight.yaml', 'linked.lock']) {
      expect(await start('lock', '--lock', file)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining(
          `refusing to overwrite ${file}: this command reads or writes it already`,
        ) as string,
      })
    }
    expect(readFileSync(join(cwd, 'preflight.yaml'), 'utf8')).toBe('checks: [packs]\n')
  })

  it.each([
    ['nothing', ''],
    ['a merge', '<<<<<<< ours\n'],
    ['half of it', undefined],
  ])('that is %s is none', async (_, text) => {
    const { run, start, cwd, lockText } = await place()
    writeFileSync(join(cwd, 'preflight.lock'), text ?? lockText().slice(0, 100))
    for (const ended of [await run(), await start('lock', '--check')])
      expect(ended).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining('preflight.lock:1:1: error: this is not a lock') as string,
      })
    expect((await start('lock')).exitCode).toBe(0)
    expect((await run()).exitCode).toBe(0)
  })

  it('is not chosen by --check', async () => {
    const { start } = await place()
    for (const args of [['site/a/one'], ['--stage', 'config'], ['--profile', 'dev']])
      expect((await start('lock', '--check', ...args)).exitCode).toBe(2)
  })
})

const inputs = `inputs:
  limit: { type: integer, description: how many there may be, default: 10 }
  bus_url: { type: url, description: where the bus is }
  ask: { type: boolean, description: whether to ask, default: true }
  token: { type: string, secret: true, description: how to ask, default: "" }
  hosts: { type: list, description: where to look, default: "\${{ [inputs.bus_url] }}" }
  region: { type: string, description: where it runs, default: "\${{ env.REGION }}" }
  unread: { type: string, description: what no check reads, default: x }
`
const reading = `stage: config\nvariables: { REGION: { exposure: public } }\n${inputs}checks:
${check('few').replace('[{ that: facts.set }]', '[{ that: facts.set && inputs.limit <= 10 && inputs.bus_url != "" && size(inputs.hosts) > 0 }]')}
${check('asked', '    when: inputs.ask && inputs.token != "x"\n')}
${check('there', '    when: inputs.region != "x"\n')}
`
const credential = 'hV7qPz2mXw9sKd4L'
const busUrl = `https://me:${credential}@bus.internal:8443/health`

describe.concurrent('the inputs of a locked selection', () => {
  const given = ['--input', `bus_url=${busUrl}`, '--input', `token=${credential}`] as const

  it('are held by value, without a credential, or as what their pack says', async () => {
    const { cwd, lockText, run, start } = await place(reading, given)
    expect((JSON.parse(lockText()) as { inputs: unknown }).inputs).toEqual({
      'site.ask': { default: true },
      'site.bus_url': { value: 'https://[redacted]@bus.internal:8443/health' },
      'site.hosts': { default: true },
      'site.limit': { default: true },
      'site.region': { default: true },
      'site.token': { secret: 'set' },
    })
    expect(lockText()).not.toContain(credential.slice(0, 6))
    // Another credential is not another address, and the environment under test is what is judged.
    const rotated = await run(
      '--input',
      'bus_url=https://you:nC3tRk8yBf6jWq1G@bus.internal:8443/health',
      '--input',
      'token=nC3tRk8yBf6jWq1G',
      '--format',
      'json',
    )
    expect(documentOf(rotated)).toMatchObject({ verdict: 'go', run: { lock: { state: 'locked' } } })
    writeFileSync(join(cwd, 'a.env'), 'REGION=us\n')
    expect((await run(...given)).exitCode).toBe(0)
    expect(await start('lock', '--check', ...given)).toMatchObject({ exitCode: 0 })
  })

  it.each([
    ['a threshold', ['--input', 'limit=1000000'], 'the input site.limit is locked as not given, found "1000000"'],
    ['what a when reads', ['--input', 'ask=false'], 'the input site.ask is locked as not given, found "false"'],
    [
      'a list',
      ['--input', 'hosts=evil.example'],
      'the input site.hosts is locked as not given, found ["evil.example"]',
    ],
    [
      'a default that reads the environment',
      ['--input', 'region=x'],
      'the input site.region is locked as not given, found "x"',
    ],
    [
      'an address',
      ['--input', 'bus_url=https://me:pw@evil.example/health'],
      'the input site.bus_url is locked as "https://[redacted]@bus.internal:8443/health", found "https://[redacted]@evil.example/health"',
    ],
    [
      'an address that looks like the same',
      ['--input', 'bus_url=https://evil.example\\@bus.internal:8443/health'],
      'found "[redacted] ambiguous"',
    ],
    [
      'a secret that is empty',
      ['--input', 'token='],
      'the input site.token is locked as secret (set), found secret (empty)',
    ],
    [
      'a secret that names a server',
      ['--input', `token=nats://${credential}@evil.example`],
      'found secret (set, for nats://evil.example)',
    ],
  ])('ends with exit code 3 where %s differs from the locked definition', async (_, changed, said) => {
    const { run, start, cwd } = await place(reading, given)
    const name = changed[1]!.split('=')[0]!
    const others = given
      .filter((each) => each.includes('=') && !each.startsWith(`${name}=`))
      .flatMap((each) => ['--input', each])
    const [ended, checked] = await Promise.all([
      run(...others, ...changed, '--format', 'json', '--output', 'result.json'),
      start('lock', '--check', ...others, ...changed),
    ])
    for (const each of [ended, checked])
      expect(each).toMatchObject({
        exitCode: 3,
        stderr: expect.stringMatching(/^preflight\.lock:\d+:5: error: the input .*\[lock-input\]$/m) as string,
      })
    for (const text of [ended.stderr, checked.stderr]) expect(text).toContain(said)
    expect(documentOf(ended)).toMatchObject({
      verdict: 'no-go',
      exitCode: 3,
      checks: [],
      diagnostics: [{ code: 'lock-input' }],
    })
    for (const text of [ended.stdout, ended.stderr, checked.stderr, readFileSync(join(cwd, 'result.json'), 'utf8')])
      expect(text).not.toContain(credential.slice(0, 6))
  })

  it('count as given in another deployment file, too', async () => {
    const { cwd, run } = await place(reading, given)
    writeFileSync(join(cwd, 'other.yaml'), 'checks: [packs]\ninputs: { limit: 1000000 }\n')
    expect(await run(...given, '--config', 'other.yaml')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('the input site.limit is locked as not given, found "1000000"') as string,
    })
    writeFileSync(join(cwd, 'other.yaml'), 'deployment: eu-2\nchecks: [packs]\n')
    expect(await run(...given, '--config', 'other.yaml')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining(
        'preflight.lock:4:3: error: the lock is for a deployment without a name; this is the deployment eu-2',
      ) as string,
    })
  })

  it('show no value of the environment where they are refused', async () => {
    const { cwd, run } = await place(reading, given)
    writeFileSync(join(cwd, 'a.env'), `REGION=eu\nTOKEN=${credential}\n`)
    const ended = await run(...given, '--input', `region=${credential}`, '--format', 'json')
    expect(ended).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('the input site.region is locked as not given, found "[redacted]"') as string,
    })
    expect(ended.stdout).not.toContain(credential.slice(0, 6))
  })

  it('may vary by a rule', async () => {
    const { run } = await place(reading, ['--input-rule', 'bus_url=https://*.internal', '--input-rule', 'token=*'])
    const at = (url: string, ...more: readonly string[]) => run('--input', `bus_url=${url}`, ...more)
    expect((await at('https://eu.internal', '--input', 'token=x1')).exitCode).toBe(0)
    expect((await at('https://us.internal')).exitCode).toBe(0)
    expect(await at('https://evil.example/x.internal')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining(
        'the input site.bus_url is locked with the rule "https://*.internal", found "https://evil.example/x.internal"',
      ) as string,
    })
    expect(await run()).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('bus_url') as string })
  })

  it('keep their rules with --update', async () => {
    const { cwd, lockText, run, start } = await place(reading, [
      '--input-rule',
      'bus_url=https://*.internal',
      '--input-rule',
      'token=*',
    ])
    const at = (url: string) => run('--input', `bus_url=${url}`)
    writeFileSync(join(cwd, 'preflight.yaml'), 'checks: [packs]\ninputs: { limit: 5 }\n')
    expect(await at('https://eu.internal')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('`preflight lock --update` locks it') as string,
    })
    expect(await start('lock', '--update')).toMatchObject({
      exitCode: 0,
      stdout: 'preflight.lock locks 3 checks for the profile prod.\n  input site.limit: changed\n',
    })
    expect((JSON.parse(lockText()) as { inputs: unknown }).inputs).toMatchObject({
      'site.bus_url': { rule: 'https://*.internal' },
      'site.limit': { value: '5' },
      'site.token': { rule: '*' },
    })
    expect((await at('https://eu.internal')).exitCode).toBe(0)
    expect((await start('lock', '--update')).stdout).toContain('Nothing changed.')
  })

  it('are reported where something else was asked for', async () => {
    const { run } = await place(reading, given)
    const ended = await run('site/a/few', ...given, '--input', 'limit=5', '--format', 'json')
    expect(ended.exitCode).toBe(0)
    expect(documentOf(ended)).toMatchObject({
      run: { lock: { state: 'other-selection' } },
      notices: [expect.stringContaining('the input site.limit is locked as not given, found "5"')],
    })
  })

  it.each([
    ['one that is required and not given', [], 3, 'the input site.bus_url (where the bus is) is required'],
    ['one that no check reads', [...given, '--input-rule', 'unread=*'], 2, 'no selected check reads the input unread'],
    [
      'one that does not match its rule',
      [...given, '--input-rule', 'bus_url=https://*.example'],
      2,
      'the input site.bus_url does not match its rule https://*.example',
    ],
    ['a rule without a name', [...given, '--input-rule', '=*'], 2, '--input-rule takes name=rule'],
    [
      'an address that programs read in different ways',
      ['--input', 'bus_url=https://me:p@w@bus.internal'],
      2,
      'the input site.bus_url is an address with credentials that programs read in different ways',
    ],
    ['an empty rule', [...given, '--input-rule', 'bus_url='], 2, 'the rule of --input-rule bus_url must not be empty'],
    ['one that is unknown', ['--input', 'bus_uri=x'], 2, 'unknown input bus_uri'],
  ])('are not locked with %s', async (_, args, exitCode, said) => {
    const cwd = folderOf({ 'packs/site/a.yaml': reading, 'preflight.yaml': 'checks: [packs]\n' })
    expect(await preflight(['lock', '--no-builtin', ...args], { cwd })).toMatchObject({
      exitCode,
      stderr: expect.stringContaining(said) as string,
    })
  })
})

describe.concurrent('a lock that an earlier version wrote', () => {
  const fixture = fileURLToPath(new URL('../../fixtures/lock-1', import.meta.url))
  const former =
    'preflight.lock has the format of an earlier version: it does not say who may sign waivers or which inputs are allowed, so any signer and any input counts; `preflight lock --update` adds that'

  function place() {
    const cwd = folderOf({ 'eu.env': 'REGION=eu\n' })
    cpSync(fixture, cwd, { recursive: true })
    return { cwd, start: (...args: readonly string[]) => preflight([...args, '--no-builtin'], { cwd }) }
  }

  it('still holds, lets every input and every waiver count, and says so in every report', async () => {
    const { cwd, start } = place()
    writeFileSync(join(cwd, 'us.env'), 'REGION=us\n')
    const run = await start(
      'run',
      '--no-keep',
      '--env-file',
      'us.env',
      '--input',
      'region=us',
      '--output',
      'result.json',
    )
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(former) as string })
    const document = JSON.parse(readFileSync(join(cwd, 'result.json'), 'utf8')) as ResultDocument
    expect(document).toMatchObject({ run: { lock: { state: 'locked' } }, notices: [former] })
    const style = { colour: false, width: 2000 }
    for (const format of reporterRegistry.names()) {
      const text = (await reporterRegistry.load(format)).render(document, style).replace(/&#96;|&#x60;|\\`/g, '`')
      if (format === 'prometheus') expect(text).toContain('\npreflight_notices 1\n')
      else expect(text, format).toContain('has the format of an earlier version')
    }
    expect(await start('lock', '--check')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(former) as string,
    })
  })

  it('is brought up to date by --update', async () => {
    const { cwd, start } = place()
    expect(await start('lock', '--update')).toMatchObject({
      exitCode: 0,
      stdout:
        'preflight.lock locks 1 check for the profile prod.\n  input site.region: added\n  which waivers count: changed\n',
    })
    expect(JSON.parse(readFileSync(join(cwd, 'preflight.lock'), 'utf8'))).toMatchObject({
      schemaVersion: 2,
      deployment: 'eu-1',
      waivers: { unsigned: true, file: 'waivers.yaml' },
      inputs: { 'site.region': { default: true } },
    })
    const [run, other] = await Promise.all([
      start('run', '--no-keep', '--env-file', 'eu.env', '--format', 'json'),
      start('run', '--no-keep', '--env-file', 'eu.env', '--input', 'region=eu'),
    ])
    expect(documentOf(run)).not.toHaveProperty('notices')
    expect(other.exitCode).toBe(3)
    rmSync(join(cwd, 'preflight.lock'))
    expect(await start('lock', '--update')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('lock preflight.lock not found') as string,
    })
    expect(await start('lock', '--update', 'site')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--update does not take a selection') as string,
    })
  })
})

describe.concurrent('--min-checks', () => {
  it('is not a go when fewer are selected, or fewer observed', async () => {
    const { run, rewrite } = await place(`${two}    when: env.REGION != "eu"\n`)
    const [enough, selected, observed] = await Promise.all([
      run('--min-checks', '1'),
      run('--min-checks', '3'),
      run('--min-checks', '2', '--format', 'json'),
    ])
    expect(enough.exitCode).toBe(0)
    expect(selected).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('only 2 checks selected, and --min-checks asks for 3') as string,
    })
    expect(observed.exitCode).toBe(3)
    expect(documentOf(observed)).toMatchObject({
      verdict: 'no-go',
      exitCode: 3,
      counts: { pass: 1, notApplicable: 1 },
      notices: ['only 1 check observed, and --min-checks asks for 2'],
    })
    expect((await run('--min-checks', '2')).stdout.replace(/\s+/g, ' ')).toContain(
      'NO-GO exit 3: fewer checks were observed than --min-checks requires',
    )
    rewrite(two)
  })

  it.each(['0', '-1', '1.5', 'all', ''])('refuses %j', async (value) => {
    const { run } = await place()
    expect((await run('--min-checks', value)).exitCode).toBe(2)
  })
})
