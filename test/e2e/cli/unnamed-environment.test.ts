import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { terminalSession } from '../../cli/support/terminal.js'
import { program } from '../program.js'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { folderOf, ownPacks, preflight, regionPack } from './preflight.js'

/** What the journals of the runs in a state folder say. */
const journalIn = (state: string): string =>
  readdirSync(join(state, 'runs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')

const steps = (environment: string): string => `title: look
target: the place of unnamed environments
steps:
  - id: look
    title: the region is right
    check: { select: [site/a/region]${environment} }
  - id: wait
    title: a command ends
    check: site/a/slow
`
const files = {
  'packs/site/a.yaml': regionPack,
  'own/site/quiet.yaml': steps(''),
  'own/site/named.yaml': steps(', env-files: [../../.env]'),
  'own/site/slow.yaml':
    'title: look\ntarget: the place of unnamed environments\nsteps:\n  - { id: wait, title: a command ends, check: site/a/slow }\n',
  '.env': 'REGION=eu\n',
  '.env.us': 'REGION=us\n',
  '.env.example': 'REGION=\n',
  'named.yaml': 'environment: [.env]\n',
  'own.yaml': 'environment: [{ this-shell: true }]\n',
}
const cwd = folderOf(files)
const surroundings = { REGION: 'eu', SECRET_OF_THE_SHELL: 'q8Zr-this-is-not-judged' }
const read = '1 variable (REGION) is read by site/a/region'
const said = `no environment was named, and ${read}`
const ways = /--env-file FILE, --env-pid PID of a running process, or --env-shell .* environment: in preflight\.yaml/

const run = (...args: readonly string[]) =>
  preflight(['run', ...ownPacks, '--no-keep', ...args], { cwd, environment: surroundings })
const own = ['--runbooks', 'own', ...ownPacks] as const

describe('a run that reads a variable of an environment that nobody named', () => {
  it('ends with 2 and says what is read, by what, and how to name it; the surroundings are not judged', async () => {
    const { exitCode, stdout, stderr } = await run('site/a/region')
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(said)
    expect(stderr).toMatch(ways)
    expect((await run()).stderr).toContain('1 variable (REGION) is read by site/a/region, site/a/hint')
  })

  it('writes nothing over a file that might have been picked', async () => {
    const { exitCode, stderr } = await run('site/a/slow', '--output', '.env')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('.env')
    expect(readFileSync(join(cwd, '.env'), 'utf8')).toBe('REGION=eu\n')
  })

  it('does so in every format', async () => {
    for (const format of ['json', 'junit', 'github'])
      expect(await run('site/a/region', '--format', format)).toMatchObject({ exitCode: 2, stdout: '' })
  })

  it.each([
    ['--env-file', ['--env-file', '.env'], ['.env'], 1],
    ['the deployment file', ['--config', 'named.yaml'], ['.env'], 1],
    ['--env-shell', ['--env-shell'], ['this shell'], undefined],
    ['this-shell of the deployment file', ['--config', 'own.yaml'], ['this shell'], undefined],
    ['--inherit-env', ['--inherit-env'], ['this shell (--inherit-env)'], undefined],
    [
      '--env-dotenv and --env-shell',
      ['--env-dotenv', '.env.us', '--env-shell'],
      ['.env.us (dotenv)', 'this shell'],
      undefined,
    ],
  ] as const)('goes on with %s, and names it in the result', async (_, args, sources, variables) => {
    const { exitCode, stdout, stderr } = await run('site/a/region', '--format', 'json', ...args)
    expect(exitCode, stderr).toBe(0)
    const { environment } = (JSON.parse(stdout) as ResultDocument).run
    expect(environment?.sources).toEqual(sources)
    if (variables !== undefined) expect(environment?.variables).toBe(variables)
    else expect(environment?.variables).toBeGreaterThan(1)
    expect(stdout).not.toContain(surroundings.SECRET_OF_THE_SHELL)
  })
})

describe('where nothing that is selected reads a variable', () => {
  it('no environment is needed and none is read', async () => {
    const { exitCode, stdout } = await run('site/a/slow', '--format', 'json')
    expect(exitCode).toBe(0)
    expect((JSON.parse(stdout) as ResultDocument).run.environment).toEqual({ sources: [], variables: 0 })
  })

  it.each(['human', 'markdown', 'html', 'junit', 'short', 'tap', 'github', 'prometheus'])(
    'the header in %s says so, and otherwise names the source',
    async (format) => {
      const text = (stdout: string): string => stdout.replace(/\s+/g, ' ')
      expect(text((await run('site/a/slow', '--format', format)).stdout)).toMatch(/nvironment\b.{0,30}none needed/)
      const named = await run('site/a/region', '--env-file', '.env.us', '--format', format)
      expect(text(named.stdout)).toMatch(/nvironment\b.{0,30}\.env\.us, 1 variable\b/)
    },
  )
})

describe('--env-shell takes no file', () => {
  it.each([
    ['run', ['run', ...ownPacks, '--env-shell', '.env']],
    ['plan', ['plan', ...ownPacks, '--env-shell', '/etc/profile.d/bus.sh']],
    ['snapshot', ['snapshot', ...ownPacks, '--env-shell', '.env']],
    ['runbook plan', ['runbook', 'plan', 'site/slow', ...own, '--env-shell', '.env']],
  ])('and %s says which flag does', async (_, args) => {
    const { exitCode, stderr } = await preflight(args, { cwd })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('--env-shell takes no file')
    expect(stderr).toContain('--env-sourced FILE')
  })

  it('a selector after it stays one', async () => {
    expect(await run('--env-shell', 'site/a/region')).toMatchObject({ exitCode: 0 })
    expect((await run('--env-shell', 'site/a/regoin')).stderr).toContain('did you mean site/a/region?')
  })
})

describe('other commands', () => {
  it.each([
    ['snapshot', ['snapshot', ...ownPacks], 'a snapshot shows the variables of an environment'],
    ['redact', ['redact', 'packs/site/a.yaml', ...ownPacks], 'the secrets of an environment are what is masked'],
    ['incident capture', ['incident', 'capture', 'site/a/region', ...ownPacks], read],
    ['runbook run', ['runbook', 'run', 'site/quiet', ...own], '1 variable (REGION) is read by the step look'],
    ['runbook plan', ['runbook', 'plan', 'site/quiet', ...own], '1 variable (REGION) is read by the step look'],
  ])('%s asks for it as well', async (_, args, what) => {
    const { exitCode, stderr } = await preflight(args, { cwd, environment: surroundings })
    expect(exitCode, stderr).toBe(2)
    expect(stderr).toContain(`no environment was named, and ${what}`)
    expect(stderr).toMatch(ways)
  })

  it('a result of checks that read none is captured without one, another is not', async () => {
    const results = folderOf(files)
    const kept = async (...args: readonly string[]) =>
      preflight(['run', ...ownPacks, '--no-keep', '--output', 'result.json', ...args], { cwd: results })
    const capture = () =>
      preflight(['incident', 'capture', '--result', 'result.json', ...ownPacks, '--output', 'bundles'], {
        cwd: results,
      })
    expect(await kept('site/a/slow', '--input', 'program=["false"]')).toMatchObject({ exitCode: 1 })
    expect(await capture()).toMatchObject({ exitCode: 0 })
    expect(await kept('site/a/region', '--env-file', '.env.us')).toMatchObject({ exitCode: 1 })
    expect(await capture()).toMatchObject({ exitCode: 2 })
  })

  it('a runbook whose steps name one, or read none, needs no other', async () => {
    for (const id of ['site/named', 'site/slow'])
      expect(await preflight(['runbook', 'run', id, ...own, '--state', 'state'], { cwd })).toMatchObject({
        exitCode: 0,
      })
  })

  it('practice needs none', async () => {
    const { exitCode, stderr } = await preflight(['runbook', 'practice', 'site/quiet', ...own], { cwd })
    expect(exitCode, stderr).toBe(0)
  })

  it('the journal of a run keeps --env-shell for the commands that follow', async () => {
    const state = folderOf({})
    const options = { cwd, environment: { REGION: 'us' } }
    const failed = await preflight(['runbook', 'run', 'site/quiet', ...own, '--env-shell', '--state', state], options)
    expect(failed.exitCode).toBe(20)
    expect(journalIn(state)).toContain('"environment":["--env-shell"]')
  })
})

describe('plan', () => {
  const pack = `stage: runtime
variables:
  HOST: { exposure: public, default: elsewhere }
checks:
  known: { title: known, severity: high, class: config, websocket: { url: "ws://127.0.0.1:9/x", token: { value: "\${{ env.TOKEN }}" } }, expect: [facts.upgraded], fix: mend }
  unknown: { title: unknown, severity: high, class: config, tcp: { host: "\${{ vars.HOST }}", port: 80 }, expect: [facts.open], fix: mend }
  chosen: { title: chosen, severity: high, class: config, tcp: { host: "\${{ has(env.HOST) ? 'a' : 'b' }}", port: 80 }, expect: [facts.open], fix: mend }
  maybe: { title: maybe, severity: high, class: config, when: has(env.HOST), tcp: { host: 127.0.0.1, port: 81 }, expect: [facts.open], fix: mend }
`
  const folder = folderOf({ 'packs/site/a.yaml': pack, '.env': 'HOST=db\n' })
  const plan = (...args: readonly string[]) =>
    preflight(['plan', ...ownPacks, ...args], { cwd: folder, environment: { HOST: 'of-the-shell', TOKEN: 'x' } })

  it('shows what is known without an environment, and takes neither the shell nor a default for one', async () => {
    const { exitCode, stdout, stderr } = await plan()
    expect(exitCode).toBe(0)
    expect(stderr).toContain('no environment was named, and 2 variables (TOKEN, HOST) are read by')
    expect(stdout).toContain('contacts ws://127.0.0.1:9/x')
    expect(stdout).toContain('contacts 127.0.0.1:81')
    expect(stdout).toContain('contacts unknown: vars.HOST is unknown: no environment was named')
    expect(stdout).toContain('contacts unknown: env.HOST is unknown: no environment was named')
    expect(stdout).toContain('Addresses (2)')
    expect(stdout).not.toMatch(/elsewhere|of-the-shell|contacts [ab]:80/)
  })

  it('knows an address for which only a token is missing', async () => {
    const { stdout, stderr } = await plan('--env-file', '.env')
    expect(stderr).not.toContain('no environment')
    expect(stdout).toContain('contacts ws://127.0.0.1:9/x')
    expect(stdout).toContain('contacts db:80')
    expect(stdout).not.toContain('unknown:')
  })
})

describe('at a terminal', () => {
  const asked = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    terminalSession([process.execPath, '--', program, ...args], {
      cwd,
      environment: { HOME: folderOf({}), REGION: 'eu', ...environment },
    })
  const judgedEnvironment = (file: string) =>
    (JSON.parse(readFileSync(join(cwd, file), 'utf8')) as ResultDocument).run.environment
  const down = '\u001B[B'

  it('offers the files that lie there, and judges the one that is picked', async () => {
    const session = asked([
      'run',
      ...ownPacks,
      'site/a/region',
      '--no-keep',
      '--no-offer',
      '--output',
      join(cwd, 'picked.json'),
    ])
    await session.shows('none of these')
    expect(session.screen()).toContain('.env.us')
    expect(session.screen()).not.toContain('.env.example')
    expect(session.screen().replace(/\s+/g, ' ')).toContain(said.slice(1))
    session.type(`${down}\r`)
    expect(await session.ended).toBe(1)
    expect(judgedEnvironment('picked.json')).toEqual({ sources: ['.env.us'], variables: 1 })
  })

  it("judges this shell's own when that is picked", async () => {
    const session = asked(['run', ...ownPacks, 'site/a/region', '--no-keep', '--output', join(cwd, 'own.json')])
    await session.shows('none of these')
    session.type(`${down}${down}\r`)
    expect(await session.ended).toBe(0)
    expect(judgedEnvironment('own.json')?.sources).toEqual(['this shell'])
  })

  it('ends with 2 at none of these, and with 130 at Ctrl-C', async () => {
    const session = asked(['run', ...ownPacks, 'site/a/region', '--no-keep'])
    await session.shows('none of these')
    session.type(`${down}${down}${down}\r`)
    expect(await session.ended).toBe(2)
    const interrupted = asked(['run', ...ownPacks, 'site/a/region', '--no-keep'])
    await interrupted.shows('none of these')
    interrupted.type('\u0003')
    expect(await interrupted.ended).toBe(130)
  })

  it('asks nobody in CI', async () => {
    const session = asked(['run', ...ownPacks, 'site/a/region', '--no-keep'], { CI: 'true' })
    expect(await session.ended).toBe(2)
    expect(session.screen()).not.toContain('none of these')
  })

  it('asks for a runbook before anything is done, and keeps the answer for the commands that follow', async () => {
    const state = folderOf({})
    const session = asked(['runbook', 'run', 'site/quiet', ...own, '--state', state, '--plain'])
    await session.shows('none of these')
    session.type(`${down}\r`)
    expect(await session.ended).toBe(20)
    expect(journalIn(state)).toContain(`"environment":["--env-file","${join(cwd, '.env.us')}"]`)
  })
})
