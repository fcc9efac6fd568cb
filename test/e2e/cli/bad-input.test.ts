import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf, ownPacks, preflight, regionPack } from './preflight.js'

const fifteenMistakes = `stage: confg
variables:
  A: { reads: [python-trimm], exposure: public }
inputs:
  Bad-Name: { type: string, description: x, default: y }
checks:
  one:
    titel: misspelt
    severity: blocker
    class: config
    env: { name: A }
    expect: [{ that: facts.set }]
    fix: x
  two:
    title: x
    severity: fatal
    class: config
    env: { name: A }
    expect: []
    fix: x
  three:
    title: x
    severity: high
    class: network
    env: { nam: A }
    expect: [{ that: facts.sett }]
    fix: x
  four:
    title: x
    severity: high
    class: config
    timeout: 5
    env: { name: A }
    expect: [{ that: facts.value == 3 }]
    fix: x
  five:
    title: x
    severity: high
    class: config
    needs: [site/bad/nowhere]
    command: { argv: [touch, MARKER] }
    expect: [{ that: facts.exitCode }]
    fix: x
  five:
    title: x
    severity: high
    class: config
    env: { name: A }
    expect: [{ that: "facts.set &&" }]
    fix: x
`

const folder = folderOf({
  'packs/site/a.yaml': regionPack,
  'eu.env': 'REGION=eu\n',
  'bad.env': 'REGION=eu\nthis is hunter2-hunter2\n',
  'binary.env': Buffer.from([0x41, 0x3d, 0xff, 0xfe, 0x0a]),
  'wrong.yaml': 'deployment: x\nprofil: prod\nconcurrency: 0\n',
})
const run = (...args: string[]) => preflight(['run', ...ownPacks, '--env-file', 'eu.env', ...args], { cwd: folder })

describe('a definition file that is wrong in fifteen ways', () => {
  it('gets fifteen errors with positions, exit code 3, and no probe runs', async () => {
    const wrong = folderOf({
      'packs/site/bad.yaml': fifteenMistakes.replace('MARKER', join(folder, 'touched')),
      'packs/site/a.yaml': regionPack,
      'eu.env': 'REGION=eu\n',
    })
    const { exitCode, stderr } = await preflight(['run', ...ownPacks, '--env-file', 'eu.env'], { cwd: wrong })
    const positions = stderr.split('\n').filter((line) => /^packs\/site\/bad\.yaml:\d+:\d+: error: /.test(line))
    expect(positions.length, stderr).toBeGreaterThanOrEqual(15)
    expect(exitCode).toBe(3)
    expect(existsSync(join(folder, 'touched'))).toBe(false)
  })

  it('gives a document with every problem under --format json, and no verdict but no-go', async () => {
    const wrong = folderOf({ 'packs/site/bad.yaml': fifteenMistakes, 'result.json': '{"verdict":"go"}' })
    const { exitCode, stdout } = await preflight(['run', ...ownPacks, '--format', 'json', '--output', 'result.json'], {
      cwd: wrong,
    })
    const document = JSON.parse(stdout) as {
      verdict: string
      exitCode: number
      diagnostics: { file: string; line: number }[]
    }
    expect(exitCode).toBe(3)
    expect(document).toMatchObject({ verdict: 'no-go', exitCode: 3, checks: [] })
    expect(document.diagnostics.length).toBeGreaterThanOrEqual(15)
    expect(JSON.parse(readFileSync(join(wrong, 'result.json'), 'utf8'))).toMatchObject({
      verdict: 'no-go',
      exitCode: 3,
    })
  })
})

describe('what does not exist is exit code 2, with a suggestion', () => {
  it.each([
    ['id', ['site/a/regoin'], 'site/a/region'],
    ['stage', ['--stage', 'confg'], 'config'],
    ['profile', ['--profile', 'prd'], 'prod'],
    ['flag', ['--fomat', 'json'], '--format'],
    ['format', ['--format', 'jsn'], 'json'],
    ['skip selector', ['--skip', 'site/a/hnt'], 'site/a/hint'],
    ['input', ['--input', 'wantd=eu'], 'wanted'],
  ])('%s', async (_, args, suggestion) => {
    const { exitCode, stdout, stderr } = await run(...args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(`did you mean ${suggestion}?`)
  })

  it.each([
    ['command', ['runn'], 'run'],
    ['fault', ['sandbox', 'run', '--fault', 'redis-pausd'], 'redis-paused'],
    ['id to explain', ['explain', 'shield/secrets/jwt-secrt'], 'shield/secrets/jwt-secret'],
  ])('%s', async (_, args, suggestion) => {
    const { exitCode, stderr } = await preflight(args)
    expect(exitCode).toBe(2)
    expect(stderr).toContain(`did you mean ${suggestion}`)
  })
})

it('a deployment file that is a link to nowhere is not an absent one', async () => {
  const place = folderOf({ 'packs/site/a.yaml': regionPack, 'eu.env': 'REGION=eu\n' })
  symlinkSync('gone.yaml', join(place, 'preflight.yaml'))
  const { exitCode, stderr } = await preflight(['run', ...ownPacks, '--env-file', 'eu.env', '--no-keep'], {
    cwd: place,
  })
  expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringContaining('preflight.yaml:1:1') as string })
})

describe('an environment file', () => {
  it.each([
    ['that is missing', 'nowhere.env', 2, 'nowhere.env does not exist'],
    ['that is a folder', 'packs', 2, 'packs is a directory'],
    ['with a line that is not an assignment', 'bad.env', 3, 'bad.env:2:1'],
    ['that is not UTF-8', 'binary.env', 3, 'binary.env:1:3'],
  ])('%s', async (_, file, exitCode, words) => {
    const ended = await preflight(['run', ...ownPacks, '--env-file', file], { cwd: folder })
    expect(ended.exitCode).toBe(exitCode)
    expect(ended.stderr).toContain(words)
    expect(ended.stderr).not.toContain('hunter2')
  })
})

describe('wrong values of flags are exit code 2', () => {
  it.each([
    ['--concurrency', '0'],
    ['--concurrency', '-1'],
    ['--concurrency', 'NaN'],
    ['--concurrency', '513'],
    ['--timeout', '5'],
    ['--timeout', '0s'],
    ['--timeout', '2d'],
    ['--deadline', '-1s'],
    ['--env-pid', '0'],
    ['--env-pid', '4194304'],
    ['--input', 'wanted'],
    ['--known-secrets', 'nowhere.txt'],
    ['--config', 'nowhere.yaml'],
  ])('%s %s', async (flag, value) => {
    const { exitCode, stdout } = await run(flag, value)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  })

  it('two that contradict each other', async () => {
    expect((await run('--before-start', '--after-start')).exitCode).toBe(2)
  })

  it('no packs at all', async () => {
    expect((await preflight(['run', '--no-builtin'], { cwd: folder })).exitCode).toBe(2)
  })
})

it('a wrong deployment file is exit code 3, with positions', async () => {
  const { exitCode, stderr } = await run('--config', 'wrong.yaml')
  expect(exitCode).toBe(3)
  expect(stderr).toContain('wrong.yaml:2:1')
  expect(stderr).toContain('wrong.yaml:3:')
})

it('a selection that leaves nothing is exit code 3, never a go', async () => {
  const { exitCode, stderr } = await run('site/a/region', '--skip', 'site')
  expect(exitCode).toBe(3)
  expect(stderr).toContain('no check is selected')
})
