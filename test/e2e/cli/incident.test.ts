import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { terminalSession } from '../../cli/support/terminal.js'
import { program } from '../program.js'
import { folderOf, ownPacks, preflight, regionPack, startProgram, type Ended, type Started } from './preflight.js'

const secret = 'Zk3qP9xV7tR2mW8yB4nL6cD1fG5hJ0sA'

const deployment = (commands = ''): string => `deployment: eu-west
environment: [prod.env]
incident:
  logs: [bus.log]
  commands:
    - { name: greet, run: [echo, "the token is ${secret}"], timeout: 10s }
${commands}`

const files = {
  'packs/site/a.yaml': regionPack,
  'prod.env': `REGION=mars\nTOKEN=${secret}\n`,
  'good.env': `REGION=eu\nTOKEN=${secret}\n`,
  'preflight.yaml': deployment(),
  'bus.log': `one\n\u001B[2Jtwo token=${secret}\nthree\n`,
}

interface Place {
  readonly folder: string
  preflight(...args: string[]): Promise<Ended>
  begin(...args: string[]): Started
  incidents(): readonly string[]
}

function place(more: Readonly<Record<string, string>> = {}): Place {
  const folder = folderOf({ ...files, ...more })
  const environment = { XDG_STATE_HOME: join(folder, 'state') }
  return {
    folder,
    preflight: (...args) => preflight(args, { cwd: folder, environment }),
    begin: (...args) => startProgram(args, { cwd: folder, environment }),
    incidents: () => (existsSync(join(folder, 'out')) ? readdirSync(join(folder, 'out')).sort() : []),
  }
}

const capture = ['incident', 'capture', ...ownPacks, '--output', 'out'] as const

/** Captured once: most tests only read. */
const captured = (async () => {
  const here = place()
  const ended = await here.preflight(...capture)
  return {
    ...here,
    ended,
    archive: join(here.folder, 'out', here.incidents().find((name) => name.endsWith('.tar.gz')) ?? 'none'),
  }
})()

function everythingBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')
}

describe('a captured incident', () => {
  it('is a folder and an archive that only their owner can read, and says what and where', async () => {
    const { folder, ended, incidents } = await captured
    expect(ended.exitCode).toBe(0)
    const [name = ''] = incidents()
    expect(incidents()).toEqual([name, `${name}.tar.gz`])
    expect(ended.stdout).toContain('blocker, most likely config')
    expect(ended.stdout).toContain(join(folder, 'out', name))
    expect(ended.stderr).toContain('evidence 3 of 3')
    expect(statSync(join(folder, 'out', name)).mode & 0o777).toBe(0o700)
    for (const file of [
      'incident.json',
      'summary.md',
      'result.json',
      'report.html',
      'snapshot.json',
      'manifest.json',
    ]) {
      expect(statSync(join(folder, 'out', name, file)).mode & 0o777, file).toBe(0o600)
    }
    expect(statSync(join(folder, 'out', `${name}.tar.gz`)).mode & 0o777).toBe(0o600)
  })

  it('holds the log and the output of the commands that the deployment names, without the secret in them', async () => {
    const { folder, incidents } = await captured
    const bundle = join(folder, 'out', incidents()[0]!)
    expect(readFileSync(join(bundle, 'evidence/deployment-log-bus-log.txt'), 'utf8')).toBe(
      'one\n\\e[2Jtwo token=[redacted]\nthree\n',
    )
    expect(readFileSync(join(bundle, 'evidence/deployment-command-greet.json'), 'utf8')).toContain(
      'the token is [redacted]',
    )
    expect(everythingBelow(join(folder, 'out'))).not.toContain(secret)
  })

  it('is shown, verified with the environment, and compared with itself', async () => {
    const here = await captured
    const shown = await here.preflight('incident', 'show', here.archive)
    expect(shown).toMatchObject({ exitCode: 0 })
    expect(shown.stdout).toContain('✖ site/a/region  fail, blocker, config')
    expect(shown.stdout).toContain('found: REGION is mars')
    const log = await here.preflight('incident', 'show', here.archive, '--file', 'evidence/deployment-log-bus-log.txt')
    expect(log).toMatchObject({ exitCode: 0, stdout: 'one\n\\e[2Jtwo token=[redacted]\nthree\n' })
    expect(await here.preflight('incident', 'show', here.archive, '--file', 'sumary.md')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('did you mean summary.md?') as string,
    })
    expect(
      JSON.parse((await here.preflight('incident', 'show', here.archive, '--format', 'json')).stdout),
    ).toMatchObject({ classification: { class: 'config', severity: 'blocker' }, problems: [] })

    const verified = await here.preflight('incident', 'verify', here.archive, ...ownPacks, '--env-file', 'prod.env')
    expect(verified).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('none found') as string })
    const same = await here.preflight('incident', 'diff', here.archive, here.archive)
    expect(same).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Still failing (1)') as string })
    expect(same.stdout).not.toContain('Newly failing')
  })

  it('does not verify when a byte is another one, a file is gone or a secret is in it', async () => {
    const here = place()
    await here.preflight(...capture)
    const bundle = join(here.folder, 'out', here.incidents()[0]!)
    const summary = readFileSync(join(bundle, 'summary.md'), 'utf8')
    writeFileSync(join(bundle, 'summary.md'), `${summary}\nthe token is ${secret}\n`)
    const verified = await here.preflight('incident', 'verify', bundle, ...ownPacks, '--env-file', 'prod.env')
    expect(verified.exitCode).toBe(28)
    expect(verified.stdout).toContain('summary.md has')
    expect(verified.stdout).toContain('summary.md shows TOKEN')
    expect(verified.stdout).not.toContain(secret)
    expect(await here.preflight('incident', 'show', bundle)).toMatchObject({
      exitCode: 28,
      stdout: expect.stringContaining('changed after the capture: summary.md has ') as string,
    })
    expect(await here.preflight('incident', 'show', bundle, '--file', 'summary.md')).toMatchObject({
      exitCode: 28,
      stderr: expect.stringContaining('changed after the capture: summary.md has ') as string,
    })
    expect(await here.preflight('incident', 'diff', bundle, bundle)).toMatchObject({
      exitCode: 28,
      stdout: expect.stringContaining('was changed after the capture: summary.md has ') as string,
    })
  })

  it('says so when the environment to search for is not named', async () => {
    const here = await captured
    const verified = await preflight(
      ['incident', 'verify', here.archive, '--no-builtin', '--checks', join(here.folder, 'packs')],
      { cwd: '/' },
    )
    expect(verified).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Not searched for secrets') as string,
    })
  })
})

describe('what is captured', () => {
  it('is nothing where all is green', async () => {
    const here = place()
    const ended = await here.preflight(...capture, '--env-file', 'good.env')
    expect(ended).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('nothing to capture') as string })
    expect(here.incidents()).toEqual([])
  })

  it('comes from an earlier run as well, which is compared with the last good one', async () => {
    const here = place()
    expect((await here.preflight('run', ...ownPacks, '--env-file', 'good.env')).exitCode).toBe(0)
    expect((await here.preflight('run', ...ownPacks, '--output', 'bad.json')).exitCode).toBe(1)
    for (const from of [
      ['--run', 'last'],
      ['--result', 'bad.json'],
    ]) {
      const ended = await here.preflight(...capture, ...from, '--format', 'json')
      expect(ended.exitCode).toBe(0)
      const { incident } = JSON.parse(ended.stdout) as { incident: { failures: unknown[]; lastGood: unknown } }
      expect(incident.failures[0]).toMatchObject({
        id: 'site/a/region',
        changes: expect.arrayContaining([{ fact: 'value', was: 'eu', is: 'mars' }]) as unknown,
      })
      expect(incident.lastGood).not.toBeNull()
    }
  })

  it('shows nothing of a secret that became known after the result was written', async () => {
    const here = place()
    await here.preflight('run', ...ownPacks, '--output', 'bad.json')
    const text = readFileSync(join(here.folder, 'bad.json'), 'utf8').replace(
      'REGION is mars',
      `REGION is mars, not ${secret}`,
    )
    expect(text).toContain(secret)
    writeFileSync(join(here.folder, 'bad.json'), text)
    expect((await here.preflight(...capture, '--result', 'bad.json')).exitCode).toBe(0)
    expect(everythingBelow(join(here.folder, 'out'))).not.toContain(secret.slice(4, 14))
  })

  it('is a bundle also where variables that no pack declares hold what every bundle says', async () => {
    const here = place()
    const env = [
      'REGION=mars',
      `TOKEN=${secret}`,
      'KIND=deployment',
      'LEVEL=advisory',
      'WORD=not-applicable',
      'FONT=sans-serif',
      'WHERE=repository',
      'NAME_OF_IT=eu-west',
      `APP_ROOT=${here.folder}`,
      'EVIDENCE=fingerprint',
    ]
    writeFileSync(join(here.folder, 'prod.env'), `${env.join('\n')}\n`)
    const ended = await here.preflight(...capture)
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 })
    const archive = join(here.folder, 'out', here.incidents().at(-1)!)
    expect(await here.preflight('incident', 'verify', archive, ...ownPacks, '--env-file', 'prod.env')).toMatchObject({
      exitCode: 0,
    })
  })

  it('shows nothing of a value that a later source replaced, for the logs may hold it', async () => {
    const here = place({
      'old.env': 'TOKEN=qW7eR2tY9uI4oP1aS6dF3gH8\n',
      'bus.log': 'old qW7eR2tY9uI4oP1aS6dF3gH8 here\n',
    })
    expect((await here.preflight(...capture, '--env-file', 'old.env', '--env-file', 'prod.env')).exitCode).toBe(0)
    expect(everythingBelow(join(here.folder, 'out'))).toContain('old [redacted] here')
  })

  it('is not called green where the run did not end', async () => {
    const here = place()
    await here.preflight('run', ...ownPacks, '--env-file', 'good.env', '--output', 'cut.json')
    const cut = {
      ...(JSON.parse(readFileSync(join(here.folder, 'cut.json'), 'utf8')) as object),
      state: 'incomplete',
      verdict: null,
      exitCode: null,
    }
    writeFileSync(join(here.folder, 'cut.json'), JSON.stringify(cut))
    expect(await here.preflight(...capture, '--result', 'cut.json')).toMatchObject({
      exitCode: 4,
      stdout: '',
      stderr: expect.stringContaining('did not end') as string,
    })
  })

  it('comes from a failing run with that option, whose exit code stays', async () => {
    const here = place()
    const bad = await here.preflight('run', ...ownPacks, '--capture-on-failure', 'out', '--format', 'json')
    expect(bad.exitCode).toBe(1)
    expect(JSON.parse(bad.stdout)).toMatchObject({ verdict: 'no-go' })
    expect(bad.stderr).toContain('Archive')
    expect(here.incidents()).toHaveLength(2)
    const good = await here.preflight('run', ...ownPacks, '--capture-on-failure', 'fine', '--env-file', 'good.env')
    expect(good.exitCode).toBe(0)
    expect(readdirSync(join(here.folder, 'fine'))).toEqual([])
  })

  it('does not depend on a collector', async () => {
    const here = place({
      'preflight.yaml': deployment(
        '    - { name: absent, run: [/no/such/program], timeout: 1s }\n    - { name: slow, run: [sleep, "30"], timeout: 200ms }\n',
      ),
    })
    const ended = await here.preflight(...capture, '--format', 'json')
    expect(ended.exitCode).toBe(0)
    const { incident } = JSON.parse(ended.stdout) as {
      incident: { evidence: { name: string; state: string; message: string }[] }
    }
    const states = Object.fromEntries(incident.evidence.map(({ name, state }) => [name, state]))
    expect(states).toMatchObject({ 'deployment-command-greet': 'gathered', 'deployment-command-absent': 'failed' })
    expect(incident.evidence.find(({ name }) => name === 'deployment-command-slow')?.message).toContain('200ms')
  })
})

describe('a capture that cannot be finished', () => {
  const slow = { 'preflight.yaml': deployment('    - { name: slow, run: [sleep, "60"], timeout: 1m }\n') }

  it('killed in the middle, leaves no bundle', async () => {
    const here = place(slow)
    const run = here.begin(...capture)
    await run.said('evidence 3 of 4')
    run.child.kill('SIGKILL')
    await run
    expect(here.incidents().filter((name) => !name.startsWith('.'))).toEqual([])
    writeFileSync(join(here.folder, 'preflight.yaml'), deployment())
    expect((await here.preflight(...capture)).exitCode).toBe(0)
    expect(here.incidents()).toHaveLength(2)
  })

  it('interrupted, ends at once with the exit code of the signal and leaves nothing', async () => {
    const here = place(slow)
    const run = here.begin(...capture)
    await run.said('evidence 3 of 4')
    run.child.kill('SIGINT')
    expect((await run).exitCode).toBe(130)
    expect(here.incidents()).toEqual([])
  })

  it('for want of room, is an error and no half bundle', () => {
    const here = place()
    const line = `ulimit -f 8; exec "${process.execPath}" -- "${program}" ${capture.join(' ')}`
    const { status, stderr } = spawnSync('bash', ['-c', line], {
      cwd: here.folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', XDG_STATE_HOME: join(here.folder, 'state'), CI: 'true' },
    })
    expect(status, stderr).toBe(74)
    expect(here.incidents()).toEqual([])
  })

  it('because the folder is a link, is refused before anything is judged', async () => {
    const here = place()
    mkdirSync(join(here.folder, 'elsewhere'))
    symlinkSync('elsewhere', join(here.folder, 'out'))
    const ended = await here.preflight(...capture)
    expect(ended).toMatchObject({ exitCode: 74, stderr: expect.stringContaining('it is a symbolic link') as string })
    expect(ended.stderr).not.toContain('judging')
    expect(readdirSync(join(here.folder, 'elsewhere'))).toEqual([])
  })

  it.each([
    ['a result that is none', ['--result', 'preflight.yaml'], 3, 'is not JSON'],
    ['a run that was not kept', ['--run', 'last'], 2, 'no results in '],
    ['both', ['--run', 'last', '--result', 'x'], 2, '--result'],
    ['a selection of an earlier result', ['--result', 'x', 'site/a'], 2, 'no checks can be selected'],
    ['a key that others can read', ['--key-file', 'bus.log'], 2, 'is readable by other users'],
  ])('%s', async (_what, args, exitCode, message) => {
    expect(await place().preflight(...capture, ...args)).toMatchObject({
      exitCode,
      stderr: expect.stringContaining(message) as string,
    })
  })
})

it.each([
  ['no for the answer that comes first', '\r', false],
  ['yes', '\u001B[B\r', true],
])('a failed run at a terminal offers it, and takes %s', async (_answer, keys, isCaptured) => {
  const here = place()
  const session = terminalSession([process.execPath, '--', program, 'run', ...ownPacks], {
    cwd: here.folder,
    environment: { XDG_STATE_HOME: join(here.folder, 'state') },
  })
  await session.shows('Make an incident bundle for an engineer?')
  session.type(keys)
  expect(await session.ended).toBe(1)
  expect(existsSync(join(here.folder, 'state/preflight/incidents'))).toBe(isCaptured)
})

describe('incidents that are kept', () => {
  it('are listed, the latest first, and named by `last` or a part of their name', async () => {
    const { preflight } = place()
    expect((await preflight('incident', 'list')).stdout).toContain('No incidents are kept')
    expect((await preflight('incident', 'show', 'last')).stderr).toMatch(/^Error: no incidents in .*\/incidents$/m)
    expect((await preflight('incident', 'capture', ...ownPacks)).exitCode).toBe(0)
    expect((await preflight('incident', 'capture', ...ownPacks)).exitCode).toBe(0)
    const { stdout } = await preflight('incident', 'list', '--format', 'json')
    const { incidents } = JSON.parse(stdout) as { incidents: readonly { name: string; archive: string }[] }
    expect(incidents).toHaveLength(2)
    expect(incidents.map(({ name }) => name)).toEqual(
      incidents
        .map(({ name }) => name)
        .sort()
        .reverse(),
    )
    const [latest, first] = incidents
    const listed = await preflight('incident', 'list')
    expect(listed.stdout).toMatch(new RegExp(`^${latest!.name}  .*eu-west, profile prod\n`))
    expect(listed.stdout).toContain(latest!.archive)
    const shown = await preflight('incident', 'show', 'last')
    expect(shown.stdout).toBe((await preflight('incident', 'show', latest!.archive)).stdout)
    expect(shown.exitCode).toBe(0)
    expect((await preflight('incident', 'verify', first!.name.slice(-6))).exitCode).toBe(0)
    expect((await preflight('incident', 'diff', first!.name, 'last')).exitCode).toBe(0)
    expect((await preflight('incident', 'show', 'incident')).stderr).toContain('incident matches 2 incidents')
  })
})
