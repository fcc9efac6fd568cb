import { readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/model/report.js'
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
  it('is written down sorted, for everybody to read, and is the same when written again', async () => {
    const { cwd, locked, lockText, start } = await place()
    expect(locked.stdout).toBe('preflight.lock locks 2 checks for the profile prod.\n')
    const text = lockText()
    expect(JSON.parse(text)).toEqual({
      schemaVersion: 1,
      profile: 'prod',
      selection: { selectors: [], stages: [], skip: [], phase: 'all' },
      definitionsDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      checks: { 'site/a/one': expect.any(String) as string, 'site/a/two': expect.any(String) as string },
    })
    expect(statSync(join(cwd, 'preflight.lock')).mode & 0o777).toBe(0o644)
    await start('lock')
    expect(lockText()).toBe(text)
    expect(await start('lock', '--check')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`sha256 ${digest(text)}`) as string })
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
    ['changed', two.replace('two is so', 'two is otherwise'), [], 'lock-changed', 'packs/site/a.yaml:12:3 is not what was locked'],
    ['weakened', two.replace('    stage: runtime\n', '    stage: runtime\n    severity: advisory\n').replace('two is so\n    severity: high\n', 'two is so\n'), [], 'lock-changed', 'site/a/two'],
    ['read in another way', two.replace('REGION: { exposure: public }', 'REGION: { exposure: public, default: eu }'), [], 'lock-changed', 'site/a/one'],
    ['skipped', two, ['--skip', 'site/a/two'], 'lock-deselected', 'site/a/two is locked and deselected: it is skipped'],
    ['judged by another profile', two, ['--profile', 'dev'], 'lock-profile', 'the lock is for the profile prod, and this is judged by dev'],
    ['of another profile now', two.replace('    stage: runtime\n', '    stage: runtime\n    profiles: [staging]\n'), [], 'lock-deselected', 'it does not belong to the profile prod'],
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
    expect(await bare.run()).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(/site\/a\/one is locked and deselected[^]*site\/a\/two is locked and deselected/) as string })
    rmSync(join(bare.cwd, 'preflight.lock'))
    expect(await bare.run()).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('no check is selected for the profile prod') as string })

    const ofCanary = two.replaceAll('    fix: set REGION\n', '    fix: set REGION\n    profiles: [canary]\n')
    const named = await place(ofCanary, ['--profile', 'canary'])
    named.rewrite(ofCanary.replaceAll('canary', 'kanarie'))
    for (const ended of [await named.run('--profile', 'canary'), await named.start('lock', '--check')]) {
      expect(ended).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('the lock is for the profile canary, which no pack knows any more') as string })
    }
  })

  it('ends with exit code 3 when the deployment file selects less', async () => {
    const { cwd, run, start } = await place()
    writeFileSync(join(cwd, 'preflight.yaml'), 'checks: [packs]\nselect: [site/a/one]\n')
    expect(await run()).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('site/a/two is locked and deselected: nothing selects it') as string })
    expect((await start('lock', '--check')).exitCode).toBe(3)
  })

  it('names what is gone, also where it was locked by its name', async () => {
    const { run, rewrite } = await place(two, ['site/a/one', 'site/a/two'])
    rewrite(`${head}${check('one')}`)
    expect(await run('site/a/two', 'site/a/one')).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('site/a/two is locked and missing') as string })
    expect(await run('site/a/one', 'site/a/tow')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('unknown check site/a/tow') as string })
  })

  it('may grow, which is told', async () => {
    const { run, rewrite, start } = await place()
    rewrite(`${two}${check('three')}`)
    const ended = await run('--format', 'json')
    expect(ended.exitCode).toBe(0)
    expect(documentOf(ended)).toMatchObject({ run: { lock: { state: 'locked' } }, notices: ['1 check is selected and not in preflight.lock: site/a/three'] })
    expect(ended.stderr).toContain('site/a/three')
    expect(await start('lock', '--check')).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/they are unchanged; other definitions are[^]*1 check selected and not locked: site\/a\/three/) as string })
  })

  it.each([[['site/a/one']], [['--stage', 'config']], [['--before-start']]])('is not what %j is, and the run says so', async (args) => {
    const { run } = await place()
    const [json, human] = await Promise.all([run('--format', 'json', ...args), run(...args)])
    expect([json.exitCode, human.exitCode]).toEqual([0, 0])
    expect(documentOf(json).run.lock?.state).toBe('other-selection')
    for (const text of [human.stdout, human.stderr, json.stderr]) expect(text.replace(/\s+/g, ' ')).toContain("this is not the selection that preflight.lock locks (1 of its 2 checks are not judged here as they were locked); it cannot be attested as the release's")
  })

  it('is also what names all of it', async () => {
    const { run } = await place()
    expect(documentOf(await run('--format', 'json', 'site')).run.lock?.state).toBe('locked')
  })

  it('can stand in another file', async () => {
    const { run, start, cwd } = await place()
    expect((await start('lock', '--before-start', '--lock', 'before.lock')).exitCode).toBe(0)
    expect(documentOf(await run('--before-start', '--lock', 'before.lock', '--format', 'json')).run.lock?.state).toBe('locked')
    rmSync(join(cwd, 'preflight.lock'))
    expect(documentOf(await run('--format', 'json')).run.lock).toBeNull()
    for (const ended of [await run('--lock', 'preflight.lock'), await start('lock', '--check')]) expect(ended).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('there is no lock preflight.lock') as string })
  })

  it('is never written over another file that a run reads', async () => {
    const { cwd, start } = await place()
    symlinkSync('preflight.yaml', join(cwd, 'linked.lock'))
    for (const file of ['preflight.yaml', 'linked.lock']) {
      expect(await start('lock', '--lock', file)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`refusing to overwrite ${file}: this command reads or writes it already`) as string })
    }
    expect(readFileSync(join(cwd, 'preflight.yaml'), 'utf8')).toBe('checks: [packs]\n')
  })

  it.each([['nothing', ''], ['a merge', '<<<<<<< ours\n'], ['half of it', undefined]])('that is %s is none', async (_, text) => {
    const { run, start, cwd, lockText } = await place()
    writeFileSync(join(cwd, 'preflight.lock'), text ?? lockText().slice(0, 100))
    for (const ended of [await run(), await start('lock', '--check')]) expect(ended).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('preflight.lock:1:1: error: this is no lock') as string })
    expect((await start('lock')).exitCode).toBe(0)
    expect((await run()).exitCode).toBe(0)
  })

  it('is not chosen by --check', async () => {
    const { start } = await place()
    for (const args of [['site/a/one'], ['--stage', 'config'], ['--profile', 'dev']]) expect((await start('lock', '--check', ...args)).exitCode).toBe(2)
  })
})

describe.concurrent('--min-checks', () => {
  it('is no go when fewer are selected, or fewer observed', async () => {
    const { run, rewrite } = await place(`${two}    when: env.REGION != "eu"\n`)
    const [enough, selected, observed] = await Promise.all([run('--min-checks', '1'), run('--min-checks', '3'), run('--min-checks', '2', '--format', 'json')])
    expect(enough.exitCode).toBe(0)
    expect(selected).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('only 2 checks are selected, and --min-checks asks for 3') as string })
    expect(observed.exitCode).toBe(3)
    expect(documentOf(observed)).toMatchObject({ verdict: 'no-go', exitCode: 3, counts: { pass: 1, notApplicable: 1 }, notices: ['only 1 checks were observed, and --min-checks asks for 2'] })
    expect((await run('--min-checks', '2')).stdout.replace(/\s+/g, ' ')).toContain('NO-GO exit 3: fewer checks were observed than --min-checks asks for')
    rewrite(two)
  })

  it.each(['0', '-1', '1.5', 'all', ''])('refuses %j', async (value) => {
    const { run } = await place()
    expect((await run('--min-checks', value)).exitCode).toBe(2)
  })
})
