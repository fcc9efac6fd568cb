import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { execa, execaSync } from 'execa'
import { beforeAll, describe, expect, it } from 'vitest'
import { program } from '../program.js'
import { folderOf, preflight } from './preflight.js'

const shells = ['bash', 'zsh', 'fish'] as const
const isInstalled = (shell: string): boolean => execaSync(shell, ['-c', 'true'], { reject: false }).exitCode === 0

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
  const { stdout } = await execa('bash', ['--norc', '-c', script, 'bash', ...words], {
    cwd,
    env: { PATH: `${join(cwd, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: cwd },
    extendEnv: false,
  })
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

describe('scripts of shells', () => {
  it.each(shells.filter(isInstalled))('%s reads its own without a complaint', async (shell) => {
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
