import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OutputError } from '../../../src/base/errors.js'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { createResultFile } from '../../../src/checks/result/report-outputs.js'
import { startedDocument, type RunMeta } from '../../../src/checks/result/result.js'
import { plan } from '../run/builders.js'

const meta: RunMeta = {
  toolVersion: '1',
  runId: 'r',
  startedAt: '',
  deployment: null,
  host: 'h',
  definitionsDigest: '',
  git: null,
}
const incomplete = startedDocument(meta, plan([]))
const complete: ResultDocument = { ...incomplete, state: 'complete', verdict: 'go', exitCode: 0 }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-result-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as ResultDocument
const modeOf = (path: string) => statSync(path).mode & 0o777

describe('a result file', () => {
  it('is incomplete from its creation, readable by its owner only, and then holds the result', async () => {
    const path = join(folder, 'r.json')
    const file = await createResultFile(path, incomplete)
    expect([read(path).state, modeOf(path)]).toEqual(['incomplete', 0o600])
    await file.replace(complete)
    expect([read(path), modeOf(path), readdirSync(folder)]).toEqual([complete, 0o600, ['r.json']])
    expect(readFileSync(path, 'utf8').endsWith('}\n')).toBe(true)
  })

  it("replaces yesterday's result at once, and keeps the permissions it had", async () => {
    const path = join(folder, 'r.json')
    writeFileSync(path, JSON.stringify(complete))
    chmodSync(path, 0o640)
    await createResultFile(path, incomplete)
    expect([read(path).state, modeOf(path)]).toEqual(['incomplete', 0o640])
  })

  it('refuses a folder, a link and a pipe, and touches nothing', async () => {
    const target = join(folder, 'target.json')
    writeFileSync(target, 'precious')
    symlinkSync(target, join(folder, 'link'))
    mkdirSync(join(folder, 'folder'))
    execFileSync('mkfifo', [join(folder, 'pipe')])
    for (const name of ['folder', 'link', 'pipe']) {
      await expect(createResultFile(join(folder, name), incomplete)).rejects.toThrow(OutputError)
    }
    expect(readFileSync(target, 'utf8')).toBe('precious')
    expect(readdirSync(folder).toSorted()).toEqual(['folder', 'link', 'pipe', 'target.json'])
  })

  it('that cannot be created is exit 74, and says what to do about a missing folder', async () => {
    await expect(createResultFile(join(folder, 'absent', 'r.json'), incomplete)).rejects.toMatchObject({
      exitCode: 74,
      hint: 'create the folder, or name another file',
    })
    writeFileSync(join(folder, 'file'), '')
    await expect(createResultFile(join(folder, 'file', 'r.json'), incomplete)).rejects.toMatchObject({ exitCode: 74 })
  })

  it('stays incomplete when a link took its place meanwhile, and the target of the link stays as it was', async () => {
    const path = join(folder, 'r.json')
    const file = await createResultFile(path, incomplete)
    const target = join(folder, 'target.json')
    writeFileSync(target, 'precious')
    rmSync(path)
    symlinkSync(target, path)
    await expect(file.replace(complete)).rejects.toThrow(OutputError)
    expect(readFileSync(target, 'utf8')).toBe('precious')
  })

  it('stays incomplete when the disk is full', () => {
    const path = join(folder, 'r.json')
    const script = join(folder, 'write.mjs')
    const source = new URL('../../../src/checks/result/report-outputs.ts', import.meta.url).pathname
    const large = { ...complete, run: { ...complete.run, host: 'x'.repeat(200_000) } }
    writeFileSync(join(folder, 'documents.json'), JSON.stringify([incomplete, large]))
    writeFileSync(
      script,
      `
      import { readFileSync } from 'node:fs'
      import { createResultFile } from ${JSON.stringify(source)}
      process.on('SIGXFSZ', () => {})
      const [incomplete, large] = JSON.parse(readFileSync(${JSON.stringify(join(folder, 'documents.json'))}, 'utf8'))
      const file = await createResultFile(${JSON.stringify(path)}, incomplete)
      try { await file.replace(large); console.log('written') } catch (error) { console.log(error.exitCode) }
    `,
    )
    // A limit on file sizes (in blocks of 1,024 bytes) stands in for a full disk: the write fails half-way.
    const output = execFileSync(
      'bash',
      ['-c', 'ulimit -f 64; exec "$0" "$@"', process.execPath, '--import', 'tsx', script],
      { encoding: 'utf8', env: { ...process.env, TSX_DISABLE_CACHE: '1' } },
    )
    expect(output.trim()).toBe('74')
    expect(read(path)).toEqual(incomplete)
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})
