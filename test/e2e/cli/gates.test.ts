import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { folderOf, preflight } from './preflight.js'

const check = (title: string, more = '') =>
  `{ title: ${title}, severity: high, class: config, command: { argv: ['true'] }, expect: [facts.exitCode == 0], fix: x${more} }`

const pack = `stage: config
checks:
  set: ${check('it is set')}
  compiler: ${check('the compiler is there', ', stage: toolchain')}
  build: ${check('it builds', ', stage: gates, needs: [site/a/compiler]')}
`

const deployment = (gates: string) =>
  folderOf({ 'preflight.yaml': `packs: []\nchecks: [packs]\n${gates}`, 'packs/site/a.yaml': pack })

async function run(cwd: string, ...args: string[]): Promise<ResultDocument> {
  const { stdout, stderr } = await preflight(['run', '--env-file', '/dev/null', '--format', 'json', ...args], { cwd })
  expect(stdout, stderr).not.toBe('')
  return JSON.parse(stdout) as ResultDocument
}

const ids = ({ checks }: ResultDocument) => checks.map(({ id }) => id.split('/').at(-1)!)

describe('gates: false in preflight.yaml', () => {
  const cwd = deployment('gates: false\n')

  it('leaves out the gates with what only they need, and the report says where that is written', async () => {
    const document = await run(cwd)
    expect(ids(document)).toEqual(['set'])
    expect(document.run.selection.gatesLeftOut).toEqual({
      by: 'gates: false, preflight.yaml:3',
      ids: ['site/a/compiler', 'site/a/build'],
    })
    const said = 'the gates were left out (gates: false, preflight.yaml:3)'
    for (const args of [['run', '--env-file', '/dev/null'], ['plan', '--env-file', '/dev/null'], ['list']]) {
      const { stdout } = await preflight([...args], { cwd })
      expect(stdout.replace(/\s+/g, ' '), args[0]).toContain(said)
    }
  })

  it('gives way to --gates, to a selector and to --stage', async () => {
    expect(ids(await run(cwd, '--gates'))).toEqual(['compiler', 'set', 'build'])
    expect(ids(await run(cwd, 'site/a/build'))).toEqual(['build'])
    expect(ids(await run(cwd, '--stage', 'gates'))).toEqual(['build'])
  })

  it('does not go under a lock that holds the gates', async () => {
    const folder = deployment('')
    expect((await preflight(['lock'], { cwd: folder })).exitCode).toBe(0)
    writeFileSync(join(folder, 'preflight.yaml'), 'packs: []\nchecks: [packs]\ngates: false\n')
    const document = await run(folder)
    expect(document.exitCode).toBe(3)
    expect(document.diagnostics!.map(({ code, message }) => [code, message])).toEqual([
      [
        'lock-deselected',
        'site/a/build is locked and deselected: the gates were left out (gates: false, preflight.yaml:3)',
      ],
      [
        'lock-deselected',
        'site/a/compiler is locked and deselected: the gates were left out (gates: false, preflight.yaml:3)',
      ],
    ])
  })
})

describe('--no-gates', () => {
  it('leaves them out, whatever the file says', async () => {
    const document = await run(deployment('gates: true\n'), '--no-gates')
    expect(ids(document)).toEqual(['set'])
    expect(document.run.selection.gatesLeftOut).toMatchObject({ by: '--no-gates' })
  })

  it('makes the inputs of the gates of the packs that ship unneeded', async () => {
    const cwd = folderOf({})
    expect((await preflight(['plan', 'arqonbus', '--env-file', '/dev/null', '--no-gates'], { cwd })).exitCode).toBe(0)
    expect((await preflight(['plan', 'arqonbus', '--env-file', '/dev/null'], { cwd })).exitCode).toBe(3)
  })

  it('is kept by the lock', async () => {
    const cwd = deployment('')
    for (const args of [
      ['lock', '--no-gates'],
      ['lock', '--update'],
      ['lock', '--check'],
    ]) {
      const { exitCode, stderr } = await preflight(args, { cwd })
      expect(exitCode, stderr).toBe(0)
    }
    const document = await run(cwd, '--no-gates')
    expect(document.run.lock).toMatchObject({ state: 'locked' })
    expect(document.notices ?? []).toEqual([])
    expect((await preflight(['lock', '--check', '--no-gates'], { cwd })).exitCode).toBe(2)
  })
})
