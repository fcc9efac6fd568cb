import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'preflight-package-'))
const environment = { PATH: `${join(folder, 'prefix/bin')}:${process.env['PATH'] ?? ''}`, HOME: folder }

/** @param env npm needs this machine's own settings to reach its registry; preflight gets none of them */
function shell(command: string, cwd: string, env: NodeJS.ProcessEnv = environment) {
  const { status, stdout, stderr } = spawnSync('/bin/bash', ['-c', command], { cwd, encoding: 'utf8', env, timeout: 240_000 })
  return { status, stdout, stderr }
}

beforeAll(() => {
  // Packed from a copy, so that its build does not pull dist/ from under the other tests.
  const copy = join(folder, 'copy')
  mkdirSync(copy)
  for (const name of readdirSync(root).filter((each) => !['node_modules', '.git', 'dist', 'coverage'].includes(each))) cpSync(join(root, name), join(copy, name), { recursive: true })
  const packed = shell(`ln -s "${join(root, 'node_modules')}" node_modules && npm pack --pack-destination "${folder}"`, copy, process.env)
  expect(packed.status, packed.stderr).toBe(0)
  const installed = shell(`npm install --global --prefix "${join(folder, 'prefix')}" --no-audit --no-fund "${folder}"/preflight-*.tgz`, folder, process.env)
  expect(installed.status, installed.stderr).toBe(0)
  mkdirSync(join(folder, 'elsewhere'))
  writeFileSync(join(folder, 'elsewhere/prod.env'), 'ARQONBUS_ENVIRONMENT=production\n')
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the packed program, installed globally into an empty prefix', () => {
  const elsewhere = join(folder, 'elsewhere')

  it('helps and finds its packs from another folder', () => {
    expect(shell('preflight --help', elsewhere)).toMatchObject({ status: 0 })
    expect(shell('preflight list --format json', elsewhere).stdout).toContain('shield/runtime/relays-valid-envelope')
  })

  it('runs, with --env-file reaching the program and not Node', () => {
    expect(shell('preflight run arqonbus/config/environment --env-file prod.env', elsewhere)).toMatchObject({ status: 0 })
    expect(shell('preflight run arqonbus/config --env-file prod.env', elsewhere)).toMatchObject({ status: 1 })
    const missing = shell('preflight run --env-file nowhere.env', elsewhere)
    expect(missing.status).toBe(2)
    expect(missing.stderr).toContain('nowhere.env does not exist')
  })

  it('tries itself out where no server and no tool is installed', () => {
    const node = join(folder, 'node-only')
    mkdirSync(node)
    symlinkSync(process.execPath, join(node, 'node'))
    const { status, stdout, stderr } = shell('preflight selftest', elsewhere, { PATH: `${join(folder, 'prefix/bin')}:${node}`, HOME: folder })
    expect(status, stdout + stderr).toBe(0)
    expect(stdout).toContain('can pass, fail and be unable to tell')
  })

  it('brings its sandbox along', () => {
    const { status, stdout, stderr } = shell('preflight sandbox run', elsewhere)
    expect(status, stdout + stderr).toBe(0)
    expect(stdout).toContain('GO  exit 0')
  })
})
