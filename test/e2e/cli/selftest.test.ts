import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { probeRegistry } from '../../../src/engine/folder-registry.js'
import { folderOf, preflight, startProgram } from './preflight.js'

interface Report {
  readonly trusted: boolean
  readonly interrupted: boolean
  readonly kinds: readonly { readonly kind: string; readonly trusted: boolean; readonly cases: readonly unknown[] }[]
}

const environmentIn = (folder: string) => ({ TMPDIR: folder })

describe('preflight selftest', { timeout: 180_000 }, () => {
  it('has a line for every kind, is green, and leaves nothing behind', async () => {
    const folder = folderOf({})
    // No server and no tool is on this PATH.
    const { exitCode, stdout, stderr } = await preflight(['selftest'], {
      environment: { ...environmentIn(folder), PATH: '/nowhere' },
    })
    expect({ exitCode, stderr }, stdout).toEqual({ exitCode: 0, stderr: '' })
    for (const kind of probeRegistry.names())
      expect(stdout).toMatch(
        new RegExp(`^ok {3}${kind} +passes (\\d) of \\1, fails (\\d) of \\2, no answer (\\d) of \\3$`, 'm'),
      )
    expect(stdout).toContain(`all ${probeRegistry.names().length} probe kinds`)
    expect(readdirSync(folder)).toEqual([])
  })

  it('gives the same as JSON', async () => {
    const { exitCode, stdout } = await preflight(['selftest', '--format', 'json'])
    const report = JSON.parse(stdout) as Report
    expect({ exitCode, trusted: report.trusted, interrupted: report.interrupted }).toEqual({
      exitCode: 0,
      trusted: true,
      interrupted: false,
    })
    expect(report.kinds.map(({ kind }) => kind)).toEqual(probeRegistry.names())
    expect(report.kinds.every(({ trusted, cases }) => trusted && cases.length >= 3)).toBe(true)
  })

  it('is not a success when its time is over: exit code 70', async () => {
    const { exitCode, stdout } = await preflight(['selftest', '--deadline', '1s'])
    expect({ exitCode, says: stdout.includes('do not trust this installation with') }).toEqual({
      exitCode: 70,
      says: true,
    })
  })

  it('clears away when it is interrupted: exit code 130', async () => {
    const folder = folderOf({})
    const run = startProgram(['selftest'], { environment: environmentIn(folder) })
    while (!readdirSync(folder).some((name) => name.startsWith('preflight-selftest-')))
      await new Promise((resolve) => setTimeout(resolve, 10))
    run.child.kill('SIGINT')
    const { exitCode, stdout } = await run
    expect({ exitCode, last: stdout.trim().split('\n').at(-1) }).toEqual({ exitCode: 130, last: 'interrupted' })
    expect(readdirSync(folder)).toEqual([])
  })

  it('refuses arguments and unknown formats: exit code 2', async () => {
    expect((await preflight(['selftest', 'redis'])).exitCode).toBe(2)
    expect((await preflight(['selftest', '--format', 'junit'])).exitCode).toBe(2)
  })
})
