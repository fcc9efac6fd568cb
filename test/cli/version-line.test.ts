import { Config, type Interfaces } from '@oclif/core'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { versionLine } from '../../src/cli/version-line.js'
import { program } from '../e2e/program.js'

it("is what oclif's own answer would be", async () => {
  const { version } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
  ) as Interfaces.PJSON
  const { userAgent } = await Config.load({ root: tmpdir(), pjson: { name: 'preflight', version, oclif: {} } })
  expect(versionLine()).toBe(`${userAgent}\n`)
})

it.each([['--version'], ['-v'], ['--version', '--help'], ['-v', 'run']])('answers %s', (...words) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--', program, ...words], { encoding: 'utf8' })
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: versionLine(), stderr: '' })
})

it('is not the answer to a flag further on', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--', program, 'list', '--version'], { encoding: 'utf8' })
  expect(status).toBe(2)
  expect(stderr).toContain('--version')
})
