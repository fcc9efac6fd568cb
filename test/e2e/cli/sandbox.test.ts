import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { folderOf, preflight, startProgram, type Started } from './preflight.js'

/** A sandbox that is up in a process of its own, and what it printed: the second terminal of the README. */
let sandbox: Started
let environmentFile: string
let inputs: readonly string[]

beforeAll(async () => {
  let printed = ''
  sandbox = startProgram(['sandbox', 'up'])
  sandbox.child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString('utf8')))
  await sandbox.said('Ctrl-C ends it')
  environmentFile = /--env-file (\S+)/.exec(printed)![1]!
  inputs = [...printed.matchAll(/--input (\S+)/g)].flatMap((match) => ['--input', match[1]!])
})
afterAll(async () => {
  sandbox.child.kill('SIGKILL')
  await sandbox
})

async function run(...args: string[]): Promise<{ exitCode: number | null; document: ResultDocument; stderr: string }> {
  // A process of its own: time limits are those of a start that loads everything, as a user's is.
  const { exitCode, stdout, stderr } = await startProgram([
    'run',
    '--env-file',
    environmentFile,
    '--format',
    'json',
    ...args,
  ])
  return { exitCode, document: JSON.parse(stdout) as ResultDocument, stderr }
}

function without(name: string): readonly string[] {
  const at = inputs.findIndex((each) => each.startsWith(`${name}=`))
  return inputs.filter((_, index) => index !== at && index !== at - 1)
}

describe('a run against a sandbox that is up', () => {
  it('with its printed environment and inputs is a go of everything, and keeps to the shipped schema', async () => {
    const { exitCode, document } = await run(...inputs)
    expect(document.checks.filter((check) => !['pass', 'not-applicable'].includes(check.status))).toEqual([])
    expect({ exitCode, verdict: document.verdict, deselected: document.run.selection.deselectedIds }).toEqual({
      exitCode: 0,
      verdict: 'go',
      deselected: [],
    })
    const schema = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../schemas/result-1.schema.json'), 'utf8'),
    ) as object
    const validate = new Ajv2020({ strict: false }).compile(schema)
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true)
    const { declared, deselected, selected, elsewhere, ...byStatus } = document.counts
    expect(selected + deselected).toBe(declared)
    expect(elsewhere).toBeUndefined()
    expect(Object.values(byStatus).reduce((sum, count) => sum + count, 0)).toBe(selected)
    expect(document.checks.length).toBe(selected)
  })

  it('without the repository is exit code 3, naming it', async () => {
    const { exitCode, document, stderr } = await run(...without('arqonbus.repository'))
    expect(exitCode).toBe(3)
    expect(document.diagnostics?.some(({ message }) => message.includes('repository'))).toBe(true)
    expect(stderr).toContain('repository')
  })

  it('with toolchain and gates skipped needs none, is a go, and says what was skipped', async () => {
    const { exitCode, document } = await run(
      ...without('arqonbus.repository'),
      '--skip',
      'arqonbus/toolchain',
      '--skip',
      'arqonbus/gates',
    )
    expect(exitCode).toBe(0)
    expect(document.run.selection.skipped).toContain('arqonbus/gates/install')
    expect(document.run.selection.deselectedIds).toContain('arqonbus/gates/python-env')
    const human = await preflight([
      'run',
      '--env-file',
      environmentFile,
      ...without('arqonbus.repository'),
      '--skip',
      'arqonbus/toolchain',
      '--skip',
      'arqonbus/gates',
    ])
    expect(human.exitCode).toBe(0)
    expect(human.stdout).toContain('arqonbus/gates: test-database, install')
    expect(human.stdout).toContain('GO FOR A PART ONLY')
  })

  it('gives reports that `redact --check` lets pass, whatever they end with, and none with a secret in it', async () => {
    const planted = 'change-me-hunter2-Zk3pQm8v'
    const lines = readFileSync(environmentFile, 'utf8').replace(
      /^(JWT_SECRET|ARQONBUS_AUTH_JWT_SECRET)=.*/gm,
      `$1=${planted}`,
    )
    const files = { green: environmentFile, red: join(folderOf({ 'red.env': lines }), 'red.env') }
    const given = [...without('arqonbus.repository'), '--no-gates', '--skip', 'arqonbus/toolchain']
    for (const [name, file] of Object.entries(files)) {
      const folder = folderOf({})
      const reports = readdirSync(join(import.meta.dirname, '../../../src/reports'))
        .filter((each) => each.endsWith('.ts'))
        .map((each) => join(folder, each.replace('.ts', '')))
      const ended = await preflight([
        'run',
        '--env-file',
        file,
        ...given,
        '--verbose',
        ...reports.flatMap((report) => ['--report', `${basename(report)}=${report}`]),
      ])
      expect(ended.exitCode, ended.stdout).toBe(name === 'green' ? 0 : 1)
      const check = (report: string) => preflight(['redact', '--check', report, '--env-file', file])
      for (const report of reports) {
        const { exitCode, stderr } = await check(report)
        expect(exitCode, `${basename(report)} of a ${name} run: ${stderr}`).toBe(0)
      }
      const [json = ''] = reports.filter((report) => report.endsWith('/json'))
      const secret = /^JWT_SECRET=(.*)$/m.exec(readFileSync(file, 'utf8'))![1]!
      writeFileSync(json, readFileSync(json, 'utf8').replace('"title": "', `"title": "${secret}`))
      expect((await check(json)).exitCode).toBe(1)
    }
  })

  it('may have another launcher and another storage', async () => {
    const { exitCode, stdout } = await preflight([
      'sandbox',
      'run',
      'arqonbus/runtime',
      '--launcher',
      'bare-backend',
      '--backend',
      'postgres',
      '--format',
      'json',
    ])
    const { checks } = JSON.parse(stdout) as ResultDocument
    const statusOf = (name: string) => checks.find(({ id }) => id === `arqonbus/runtime/${name}`)?.status
    expect([exitCode, statusOf('storage'), statusOf('configuration-matches'), statusOf('status')]).toEqual([
      0,
      'not-applicable',
      'pass',
      'pass',
    ])
    expect((await preflight(['sandbox', 'run', '--launcher', 'none'])).exitCode).toBe(2)
  })

  it('ends with SIGINT, its processes and its folder gone', async () => {
    const folder = dirname(environmentFile)
    expect(existsSync(folder)).toBe(true)
    sandbox.child.kill('SIGINT')
    expect((await sandbox).exitCode).toBe(130)
    expect(existsSync(folder)).toBe(false)
    const { document } = await run(
      'shield/runtime/reachable',
      '--input',
      inputs.find((each) => each.startsWith('shield.shield_url='))!,
    ).catch(() => ({ document: undefined }))
    expect(document?.verdict ?? 'no-go').toBe('no-go')
  })
})
