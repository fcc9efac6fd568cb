import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openReports } from '../../../src/checks/result/report-outputs.js'
import { resultDocumentSchema, type ResultDocument } from '../../../src/checks/result/report.js'
import { type Reporter, reporterRegistry } from '../../../src/checks/result/reporter.js'
import { asNobody } from '../../as-nobody.js'
import { program } from '../program.js'
import { folderOf, ownPacks, preflight, regionPack, startProgram, type Ended } from './preflight.js'

const formats = reporterRegistry.names()
const files = { 'packs/site/a.yaml': regionPack, 'eu.env': 'REGION=eu\n' }
const args = ['run', ...ownPacks, '--no-keep', '--env-file', 'eu.env'] as const
const reports = (folder = ''): string[] =>
  formats.flatMap((format) => ['--report', `${format}=${join(folder, `${format}.report`)}`])
const yesterday = 'yesterday, and all of it was green: GO (exit 0)'

let made: Promise<{ readonly go: ResultDocument; readonly incomplete: ResultDocument }> | undefined
const documents = () => (made ??= makeDocuments())

/** The result of a run that is a go, and of one that was killed in the middle. */
async function makeDocuments(): Promise<{ readonly go: ResultDocument; readonly incomplete: ResultDocument }> {
  const folder = folderOf(files)
  expect((await preflight([...args, '--output', 'go.json'], { cwd: folder })).exitCode).toBe(0)
  const started = startProgram([...args, '--output', 'cut.json', '--input', 'program=sleep,60'], { cwd: folder })
  await started.said('site/a/region')
  started.child.kill('SIGKILL')
  await started
  const read = (name: string): ResultDocument =>
    resultDocumentSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')))
  return { go: read('go.json'), incomplete: read('cut.json') }
}

/** Formats for which a process of its own gets the broken output; the others get the same error from their stream. */
const inProcesses: readonly string[] = ['human']

describe.each(formats)('%s on standard output', (format) => {
  it('into a closed pipe is exit code 74', async () => {
    const folder = folderOf(files)
    expect(await intoClosedPipe([...args, '--format', format, '--output', 'result.json'], folder)).toBe(74)
    expect(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'))).toMatchObject({ state: 'incomplete' })
  })

  it('onto a full disk is exit code 74, after a run and from its result', async () => {
    const folder = folderOf({ ...files, 'good.json': JSON.stringify((await documents()).go) })
    for (const command of [
      [...args, '--output', 'result.json'],
      ['report', 'good.json'],
    ]) {
      const { exitCode, stderr } = await ontoFullDisk([...command, '--format', format], folder)
      expect(exitCode, command[0]).toBe(74)
      expect(stderr).toContain('could not be written')
    }
    expect(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'))).toMatchObject({ state: 'incomplete' })
  })

  async function intoClosedPipe(command: readonly string[], cwd: string): Promise<number | null> {
    if (!inProcesses.includes(format)) return (await preflight(command, { cwd, outputError: 'EPIPE' })).exitCode
    const run = startProgram(command, { cwd })
    run.child.stdout?.destroy()
    return (await run).exitCode
  }

  async function ontoFullDisk(command: readonly string[], cwd: string): Promise<Ended> {
    if (!inProcesses.includes(format)) return preflight(command, { cwd, outputError: 'ENOSPC' })
    const full = openSync('/dev/full', 'w')
    try {
      return await startProgram(command, { cwd, stdio: ['ignore', full, 'pipe'] })
    } finally {
      closeSync(full)
    }
  }
})

describe('files in every format at once', () => {
  it('on a disk that takes nothing more: exit code 74, and none of yesterday stays', () => {
    const folder = folderOf({
      ...files,
      'result.json': '{"state":"complete","verdict":"go"}',
      ...Object.fromEntries(formats.map((format) => [`${format}.report`, yesterday])),
    })
    const command = [...args, '--format', 'short', '--output', 'result.json', ...reports()]
    const { status, stdout } = spawnSync(
      'bash',
      ['-c', 'ulimit -f 0; exec "$@"', '-', process.execPath, '--', program, ...command],
      { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', CI: 'true' } },
    )
    expect({ status, stdout }).toEqual({ status: 74, stdout: '' })
    expect(readdirSync(folder).filter((name) => name !== 'packs' && name !== 'eu.env')).toEqual([])
  })

  it('in a folder that is not there, or is a file: exit code 74, and nothing is run', async () => {
    const folder = folderOf({ ...files, plain: '' })
    for (const place of ['nowhere', 'plain']) {
      const { exitCode, stdout, stderr } = await preflight([...args, ...reports(place)], { cwd: folder })
      expect({ exitCode, stdout }).toEqual({ exitCode: 74, stdout: '' })
      expect(stderr).not.toContain('site/a/slow')
    }
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  })

  it('a result rendered again onto a disk that takes nothing more: exit code 74, and none of yesterday stays', async () => {
    const folder = folderOf({
      ...files,
      ...Object.fromEntries(formats.map((format) => [`${format}.report`, yesterday])),
    })
    await preflight([...args, '--output', 'good.json'], { cwd: folder })
    const { status } = spawnSync(
      'bash',
      ['-c', 'ulimit -f 0; exec "$@"', '-', process.execPath, '--', program, 'report', 'good.json', ...reports()],
      { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', CI: 'true' } },
    )
    expect(status).toBe(74)
    expect(readdirSync(folder).filter((name) => name.endsWith('.report') || name.endsWith('.tmp'))).toEqual([])
  })
})

describe('each format, at the end of a run', () => {
  const terminal = { writeReport: async () => undefined, reportStyle: { colour: false, width: 100 } }
  const short: Reporter = { format: 'short', title: '', render: ({ state }) => state }

  it('that throws: exit code 70, and its file says what it said before', async () => {
    const { go, incomplete } = await documents()
    for (const format of formats) {
      const folder = folderOf({ report: yesterday })
      const file = join(folder, 'report')
      const reporter = await reporterRegistry.load(format)
      const breaking: Reporter = {
        ...reporter,
        render(document, style) {
          if (document.state === 'complete') throw new Error('hunter2')
          return reporter.render(document, style)
        },
      }
      const outputs = await openReports(
        { printed: short, reports: [{ reporter: breaking, file }], outputFile: join(folder, 'result.json'), terminal },
        incomplete,
      )
      const before = readFileSync(file, 'utf8')
      expect(before, format).toBe(
        reporter.render(JSON.parse(JSON.stringify(incomplete)) as ResultDocument, { colour: false, width: 100 }),
      )
      await expect(outputs.publish(go), format).rejects.toMatchObject({ exitCode: 70 })
      expect(readFileSync(file, 'utf8'), format).toBe(before)
      expect(before, format).not.toBe(reporter.render(go, { colour: false, width: 100 }))
      expect(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')), format).toMatchObject({
        state: 'incomplete',
      })
    }
  })

  it('in a folder that can no longer be written to: exit code 74, and its file says what it said before', async () => {
    const { go, incomplete } = await documents()
    for (const format of formats) {
      const folder = folderOf({})
      chmodSync(folder, 0o755)
      const place = join(folder, 'reports')
      mkdirSync(place)
      chmodSync(place, 0o777)
      await asNobody(async () => {
        const reporter = await reporterRegistry.load(format)
        const outputs = await openReports(
          { printed: short, reports: [{ reporter, file: join(place, 'report') }], outputFile: undefined, terminal },
          incomplete,
        )
        const before = readFileSync(join(place, 'report'), 'utf8')
        outside(() => chmodSync(place, 0o555))
        await expect(outputs.publish(go), format).rejects.toMatchObject({ exitCode: 74 })
        expect(readFileSync(join(place, 'report'), 'utf8'), format).toBe(before)
        expect(readdirSync(place)).toEqual(['report'])
      })
    }
  })

  it('in a read-only folder from the start: exit code 74, and what an earlier run left there is emptied', async () => {
    const { incomplete } = await documents()
    const folder = folderOf({})
    chmodSync(folder, 0o755)
    for (const format of formats) {
      const place = join(folder, format)
      mkdirSync(place)
      writeFileSync(join(place, 'report'), yesterday)
      chmodSync(join(place, 'report'), 0o666)
      chmodSync(place, 0o555)
      await asNobody(async () => {
        const reporter = await reporterRegistry.load(format)
        await expect(
          openReports(
            { printed: short, reports: [{ reporter, file: join(place, 'report') }], outputFile: undefined, terminal },
            incomplete,
          ),
          format,
        ).rejects.toMatchObject({ exitCode: 74 })
      })
      expect(readFileSync(join(place, 'report'), 'utf8'), format).toBe('')
      chmodSync(place, 0o755)
    }
  })
})

/** Takes the rights of root back for one act. */
function outside(act: () => void): void {
  const effective = process.geteuid?.()
  if (process.getuid?.() === 0) process.seteuid?.(0)
  try {
    act()
  } finally {
    if (effective !== undefined && process.getuid?.() === 0) process.seteuid?.(effective)
  }
}
