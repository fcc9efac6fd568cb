import { spawnSync } from 'node:child_process'
import { chmodSync, closeSync, openSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { program } from '../program.js'
import { folderOf, ownPacks, preflight, regionPack, startProgram } from './preflight.js'

const files = {
  'packs/site/a.yaml': regionPack,
  'eu.env': 'REGION=eu\n',
  'result.json': '{"state":"complete","verdict":"go"}',
}
const args = ['run', ...ownPacks, '--env-file', 'eu.env', '--output', 'result.json']
const stateOf = (folder: string) =>
  (JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as { state: string }).state

describe('a report that is not delivered is not a success', () => {
  it('a full disk behind standard output', async () => {
    const folder = folderOf(files)
    const full = openSync('/dev/full', 'w')
    try {
      const { exitCode, stderr } = await startProgram(args, { cwd: folder, stdio: ['ignore', full, 'pipe'] })
      expect(exitCode).toBe(74)
      expect(stderr).toContain('the report could not be written')
      expect(stateOf(folder)).toBe('incomplete')
    } finally {
      closeSync(full)
    }
  })

  it('a closed pipe', async () => {
    const folder = folderOf(files)
    const run = startProgram(args, { cwd: folder })
    run.child.stdout?.destroy()
    expect((await run).exitCode).toBe(74)
    expect(stateOf(folder)).toBe('incomplete')
  })
})

describe('a result file that cannot be written', () => {
  it('for want of room is exit code 74, and leaves nothing that looks complete', async () => {
    const folder = folderOf(files)
    const { status } = spawnSync(
      'bash',
      ['-c', `ulimit -f 1; exec "${process.execPath}" -- "${program}" ${args.join(' ')}`],
      { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', CI: 'true' } },
    )
    expect(status).toBe(74)
    expect(['incomplete']).toContain(stateOf(folder))
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it.each([
    ['a folder', 'packs'],
    ['in a folder that is not there', 'nowhere/result.json'],
    ['a link', 'link.json'],
    ['a device', '/dev/full'],
  ])('%s', async (_, output) => {
    const folder = folderOf(files)
    symlinkSync('result.json', join(folder, 'link.json'))
    const { exitCode, stdout } = await preflight([...args.slice(0, -1), output], { cwd: folder })
    expect({ exitCode, stdout }).toEqual({ exitCode: 74, stdout: '' })
    expect(stateOf(folder)).toBe('complete')
  })
})

describe('the result file', () => {
  it('can be read by its owner only, and keeps the permissions it has', async () => {
    const folder = folderOf(files)
    chmodSync(join(folder, 'result.json'), 0o640)
    await preflight(args, { cwd: folder })
    expect(statSync(join(folder, 'result.json')).mode & 0o777).toBe(0o640)
    await preflight([...args.slice(0, -1), 'new.json'], { cwd: folder })
    expect(statSync(join(folder, 'new.json')).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['a wrong definition', { 'packs/site/a.yaml': 'stage: nowhere\n' }, 3],
    ['a missing environment file', {}, 2],
  ])('no longer holds the go of yesterday after %s', async (_, changes, exitCode) => {
    const folder = folderOf({ ...files, ...changes })
    const ended = await preflight(
      ['run', ...ownPacks, '--env-file', exitCode === 2 ? 'nowhere.env' : 'eu.env', '--output', 'result.json'],
      { cwd: folder },
    )
    expect(ended.exitCode).toBe(exitCode)
    expect(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'))).not.toMatchObject({ verdict: 'go' })
  })
})

it('colours are off without a terminal, and on when they are forced', async () => {
  const folder = folderOf(files)
  const plain = await preflight(args, { cwd: folder })
  expect(`${plain.stdout}${plain.stderr}`).not.toContain('\u001B')
  expect((await preflight(args, { cwd: folder, environment: { FORCE_COLOR: '1' } })).stdout).toContain('\u001B[')
  expect(
    (await preflight(args, { cwd: folder, environment: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout,
  ).not.toContain('\u001B')
})
