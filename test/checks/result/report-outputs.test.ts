import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  openOutputs,
  openReports,
  type OutputRequest,
  type ReportTerminal,
} from '../../../src/checks/result/report-outputs.js'
import { OutputError, UsageError } from '../../../src/base/errors.js'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import type { Reporter } from '../../../src/checks/result/reporter.js'
import { specs } from '../../golden/specs.js'

let folder: string
let printed: string
let go: ResultDocument
let incomplete: ResultDocument
const at = (name: string): string => join(folder, name)
const read = (name: string): string => readFileSync(at(name), 'utf8')
const terminal = (overrides: Partial<ReportTerminal> = {}): ReportTerminal => ({
  writeReport: async (text) => void (printed += text),
  reportStyle: { colour: false, width: 100 },
  ...overrides,
})
const request = (overrides: Partial<OutputRequest> = {}): OutputRequest => ({
  format: 'short',
  reports: [],
  outputFile: undefined,
  terminal: terminal(),
  ...overrides,
})

/** What keeps other runs from the files is tested apart. */
async function opened(given: OutputRequest, readFrom: readonly string[] = []) {
  const outputs = await openOutputs(given, readFrom, incomplete)
  await outputs.release()
  return outputs
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-outputs-'))
  printed = ''
  go = await specs['go']!()
  incomplete = await specs['killed']!()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('any number of reports of one run', () => {
  it('each say incomplete before, and the verdict after', async () => {
    const outputs = await opened(
      request({
        reports: [
          { format: 'markdown', file: at('a.md') },
          { format: 'human', file: at('b.txt') },
        ],
        outputFile: at('r.json'),
      }),
    )
    for (const name of ['a.md', 'b.txt']) expect(read(name)).toContain('INCOMPLETE')
    expect(JSON.parse(read('r.json'))).toMatchObject({ state: 'incomplete' })
    expect(printed).toBe('')
    await outputs.publish(go)
    expect(
      [printed, read('a.md'), read('b.txt'), read('r.json')].map((text) => /GO|"verdict": "go"/.test(text)),
    ).toEqual([true, true, true, true])
    expect(readdirSync(folder).toSorted()).toEqual(['a.md', 'b.txt', 'r.json'])
  })

  it('are made of what a saved result holds, whatever else the document in memory does', async () => {
    const [first, ...others] = go.checks
    const document: ResultDocument = {
      ...go,
      checks: [{ ...first!, facts: { gone: undefined, at: new Date(0), least: -0 } }, ...others],
    }
    const outputs = await opened(
      request({ format: 'html', reports: [{ format: 'html', file: at('a.html') }], outputFile: at('r.json') }),
    )
    await outputs.publish(document)
    const { reporter } = await import('../../../src/reports/html.js')
    const again = reporter.render(JSON.parse(read('r.json')) as ResultDocument, { colour: false, width: 100 })
    expect([printed === again, read('a.html') === again]).toEqual([true, true])
  })

  it.each<[string, () => Partial<OutputRequest> & { readonly readFrom?: readonly string[] }]>([
    ['the result', () => ({ reports: [{ format: 'json', file: at('r.json') }], outputFile: at('r.json') })],
    [
      'another report, by another way',
      () => ({
        reports: [
          { format: 'json', file: at('x/../r.json') },
          { format: 'tap', file: at('r.json') },
        ],
      }),
    ],
    [
      'another report, through a link',
      () => ({
        reports: [
          { format: 'json', file: at('link/r.json') },
          { format: 'tap', file: at('real/r.json') },
        ],
      }),
    ],
    ['what is read', () => ({ reports: [{ format: 'json', file: at('r.json') }], readFrom: [at('r.json')] })],
    [
      'what is read, by a link to it',
      () => ({ reports: [{ format: 'tap', file: at('r.json') }], readFrom: [at('link.json')] }),
    ],
    [
      'what is read, in a folder that a link leads to',
      () => ({ reports: [], outputFile: at('real/r.json'), readFrom: [at('link/r.json')] }),
    ],
  ])('a file that is also that of %s is refused before any is touched', async (_, options) => {
    mkdirSync(at('real'))
    symlinkSync('real', at('link'))
    symlinkSync('r.json', at('link.json'))
    writeFileSync(at('r.json'), 'yesterday')
    const { readFrom = [], ...named } = options()
    await expect(opened(request(named), readFrom)).rejects.toThrow(UsageError)
    expect(read('r.json')).toBe('yesterday')
  })

  it('an unknown format is refused with a suggestion before any file is touched', async () => {
    const opening = opened(
      request({
        reports: [
          { format: 'tap', file: at('a.tap') },
          { format: 'junti', file: at('b.xml') },
        ],
      }),
    )
    await expect(opening).rejects.toMatchObject({ exitCode: 2, hint: 'did you mean junit?' })
    expect(readdirSync(folder)).toEqual([])
  })
})

it('files are kept from other runs until they are released, and not where opening them fails', async () => {
  const named = request({ outputFile: at('r.json') })
  await expect(opened({ ...named, format: 'junti' })).rejects.toThrow(UsageError)
  const outputs = await openOutputs(named, [], incomplete)
  await expect(openOutputs(named, [], incomplete)).rejects.toThrow(/^refusing to write a file that another run writes/)
  await outputs.release()
  await opened(named)
})

describe('one that cannot be handed over', () => {
  it('keeps none of the others from it, and the result file says incomplete', async () => {
    const outputs = await opened(
      request({
        reports: [
          { format: 'tap', file: at('gone/a.tap') },
          { format: 'short', file: at('b.txt') },
        ],
        outputFile: at('r.json'),
      }),
    ).catch((error: unknown) => error)
    expect(outputs).toBeInstanceOf(OutputError)
    expect(read('b.txt')).toContain('INCOMPLETE')
    expect(JSON.parse(read('r.json'))).toMatchObject({ state: 'incomplete' })
  })

  it('at the end: the others are whole, it is not, and the result file is not', async () => {
    mkdirSync(at('gone'))
    const outputs = await opened(
      request({
        reports: [
          { format: 'tap', file: at('gone/a.tap') },
          { format: 'short', file: at('b.txt') },
        ],
        outputFile: at('r.json'),
      }),
    )
    rmSync(at('gone'), { recursive: true })
    await expect(outputs.publish(go)).rejects.toMatchObject({ exitCode: 74 })
    expect(read('b.txt')).toContain('GO')
    expect(printed).toContain('GO')
    expect(existsSync(at('gone'))).toBe(false)
    expect(JSON.parse(read('r.json'))).toMatchObject({ state: 'incomplete' })
  })

  it('standard output: the reports in files are whole, the result file is not', async () => {
    const closed = terminal({ writeReport: async () => Promise.reject(new OutputError('the pipe is closed')) })
    const outputs = await opened(
      request({ reports: [{ format: 'short', file: at('b.txt') }], outputFile: at('r.json'), terminal: closed }),
    )
    await expect(outputs.publish(go)).rejects.toMatchObject({ exitCode: 74, message: 'the pipe is closed' })
    expect(read('b.txt')).toContain('GO')
    expect(JSON.parse(read('r.json'))).toMatchObject({ state: 'incomplete' })
  })

  it('several are reported together, and a defect of ours weighs more than a full disk', async () => {
    const short: Reporter = { format: 'short', title: '', render: (document) => `${document.state}\n` }
    const throws: Reporter = {
      format: 'broken',
      title: '',
      render: ({ state }) =>
        (state === 'incomplete' ? 'incomplete\n' : JSON.parse('{ "password": hunter2 }')) as string,
    }
    mkdirSync(at('gone'))
    const outputs = await openReports(
      {
        printed: short,
        reports: [
          { reporter: short, file: at('gone/a') },
          { reporter: throws, file: at('b') },
          { reporter: short, file: at('c') },
        ],
        outputFile: at('r.json'),
        terminal: terminal(),
      },
      incomplete,
    )
    rmSync(at('gone'), { recursive: true })
    const error = await outputs.publish(go).catch((thrown: unknown) => thrown as Error)
    expect(error).toMatchObject({
      exitCode: 70,
      message: expect.stringMatching(
        /^2 reports could not be written: the short report could not be written.*; the broken report could not be made \(SyntaxError\)$/,
      ) as string,
    })
    expect((error as Error).message).not.toContain('hunter2')
    expect([read('b'), read('c'), printed]).toEqual(['incomplete\n', 'complete\n', 'complete\n'])
    expect(JSON.parse(read('r.json'))).toMatchObject({ state: 'incomplete' })
  })
})

describe('the summary of a workflow step', () => {
  const open = (path: string | undefined, format = 'github') =>
    opened(request({ format, outputFile: at('r.json'), terminal: terminal({ stepSummary: path }) }))

  it('gets the Markdown report after what already exists, once, and only from the github format', async () => {
    writeFileSync(at('summary.md'), 'from an earlier command')
    await (await open(at('summary.md'), 'short')).publish(go)
    expect(read('summary.md')).toBe('from an earlier command')
    await (await open(at('summary.md'))).publish(go)
    expect(read('summary.md')).toMatch(/^from an earlier command\n\n## ✔ preflight: GO\n/)
    expect(read('summary.md').match(/^## /gm)).toHaveLength(1)
    const asReport = await opened(
      request({
        reports: [{ format: 'github', file: at('g.txt') }],
        terminal: terminal({ stepSummary: at('new.md') }),
      }),
    )
    await asReport.publish(go)
    expect(read('new.md')).toMatch(/^## ✔ preflight: GO\n/)
  })

  it('is shortened where a step has no more room, and is an error where there is none at all', async () => {
    writeFileSync(at('summary.md'), 'x'.repeat(1024 * 1024 - 300))
    await (await open(at('summary.md'))).publish(go)
    const text = read('summary.md')
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024)
    expect(text).toMatch(/x\n\n```text\npreflight: GO/)
    await expect((await open(at('summary.md'))).publish(go)).rejects.toMatchObject({
      exitCode: 74,
      message: 'the step summary is full: GitHub accepts 1 MiB per step',
    })
    expect(read('summary.md')).toBe(text)
    expect(JSON.parse(read('r.json'))).toMatchObject({ state: 'incomplete' })
  })

  it('that cannot be written is known before anything is run', async () => {
    await expect(open(at('nowhere/summary.md'))).rejects.toMatchObject({ exitCode: 74 })
    await expect(open(folder)).rejects.toThrow(OutputError)
    await expect((await open('/dev/full')).publish(go)).rejects.toMatchObject({ exitCode: 74 })
  })
})
