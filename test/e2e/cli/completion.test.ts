import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeAll, describe, expect, it } from 'vitest'
import { program } from '../program.js'
import { folderOf, preflight } from './preflight.js'

const shells = ['bash', 'zsh', 'fish'] as const
let cwd = ''

beforeAll(async () => {
  const scripts = await Promise.all(shells.map((shell) => preflight(['completion', shell])))
  cwd = folderOf({
    ...Object.fromEntries(scripts.map(({ stdout }, at) => [`preflight.${shells[at]!}`, stdout])),
    'bin/preflight': `#!/bin/sh\nexec '${process.execPath}' -- '${program}' "$@"\n`,
  })
  chmodSync(join(cwd, 'bin/preflight'), 0o755)
})

/** What bash offers for the last of these words. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const script =
    'source ./preflight.bash; COMP_WORDS=(preflight "$@"); COMP_CWORD=$#; _preflight; printf "%s\\n" "${COMPREPLY[@]}"'
  return linesOf('bash', ['--norc', '-c', script, 'bash', ...words])
}

/** What fish offers, by its own completion: for a command line up to its end. */
async function offeredByFish(line: string): Promise<readonly string[]> {
  const lines = await linesOf('fish', ['--no-config', '-c', 'source preflight.fish; complete -C $argv', line])
  return lines.map((offer) => offer.split('\t', 1)[0]!)
}

/** What zsh is told to offer, without the editor of its command line that would choose from it. */
async function offeredToZsh(...words: readonly string[]): Promise<readonly string[]> {
  const script = [
    'compdef() { }; _files() { print a file }',
    '_describe() { print -l -- ${(P)2%%:*} }',
    'compadd() { if [[ $1 == -a ]]; then print -l -- ${(P)2}; else shift; print -l -- "$@"; fi }',
    'source ./preflight.zsh; words=(preflight "$@"); CURRENT=$#words; PREFIX=$words[CURRENT]; _preflight',
  ]
  return linesOf('zsh', ['-f', '-c', script.join('\n'), 'zsh', ...words])
}

async function linesOf(shell: string, args: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr } = await execa(shell, args, {
    cwd,
    env: { PATH: `${join(cwd, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: cwd },
    extendEnv: false,
  })
  expect(stderr).toBe('')
  return stdout.split('\n')
}

describe('completion in a real bash', () => {
  it.each([
    [['val'], ['validate']],
    [['runbook', 'pra'], ['practice']],
    [['run', '--forma'], ['--format']],
    [['--profi'], ['--profile']],
    [
      ['list', '--format', ''],
      ['human', 'json'],
    ],
    [['list', '--format', '=', 'j'], ['json']],
    [['completion', '--he'], ['--help']],
    [['run', '--checks', ''], ['']],
    [['nothing', 'val'], ['']],
  ])('%j', async (words, expected) => expect(await offered(...words)).toEqual(expected))

  it('knows topics, ids of checks and runbooks, and kinds of probes', async () => {
    expect(await offered('')).toEqual(expect.arrayContaining(['run', 'runbook', 'probe', 'new']))
    const { stdout } = await preflight(['list', '--format', 'json'])
    const { checks } = JSON.parse(stdout) as { checks: readonly { id: string }[] }
    const first = checks[0]!.id
    for (const command of ['run', 'explain', 'plan']) expect(await offered(command, first)).toContain(first)
    expect(await offered('runbook', 'plan', '')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^[\w-]+\/[\w-]+$/)]),
    )
    expect(await offered('probe', 'tc')).toEqual(['tcp'])
  })
})

describe('completion in a real fish', () => {
  it.each([
    ['preflight val', ['validate']],
    ['preflight runbook pra', ['practice']],
    ['preflight run --forma', ['--format']],
    ['preflight --profi', ['--profile']],
    ['preflight list --format ', ['human', 'json']],
    ['preflight probe tc', ['tcp']],
    ['preflight nothing val', ['']],
  ])('%s', async (line, expected) => expect(await offeredByFish(line)).toEqual(expected))

  it('knows ids of checks and runbooks', async () => {
    expect(await offeredByFish('preflight runbook plan arqonbus/dai')).toEqual(['arqonbus/daily'])
    const { stdout } = await preflight(['list', '--format', 'json'])
    const { checks } = JSON.parse(stdout) as { checks: readonly { id: string }[] }
    expect(await offeredByFish(`preflight explain ${checks[0]!.id}`)).toContain(checks[0]!.id)
  })
})

describe('completion in a real zsh', () => {
  it.each([
    [[''], ['validate', 'runbook', 'run']],
    [
      ['runbook', ''],
      ['practice', 'plan'],
    ],
    [
      ['run', '--f'],
      ['--format', '--help'],
    ],
    [
      ['list', '--format', ''],
      ['human', 'json'],
    ],
    [
      ['probe', ''],
      ['tcp', 'http'],
    ],
    [['runbook', 'plan', ''], ['arqonbus/daily']],
    [['run', '--checks', ''], ['a file']],
  ])('%j', async (words, expected) => expect(await offeredToZsh(...words)).toEqual(expect.arrayContaining(expected)))
})

describe('scripts of shells', () => {
  it.each(shells)('%s reads its own without a complaint', async (shell) => {
    const { stderr } = await execa(shell, ['-n', `preflight.${shell}`], { cwd })
    expect(stderr).toBe('')
  })

  it.each(shells)('%s: names every command and no template of a help text', async (shell) => {
    const { stdout } = await preflight(['completion', shell])
    for (const command of ['runbook plan', 'validate', 'completion']) expect(stdout).toContain(command)
    expect(stdout).not.toContain('<%')
  })

  it('another shell is refused', async () => {
    const { exitCode, stderr } = await preflight(['completion', 'tcsh'])
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/tcsh: expected bash, zsh or fish/)])
  })
})
