import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'preflight-coverage-'))
afterAll(() => void rmSync(folder, { recursive: true, force: true }))

const judge = (report: string) =>
  spawnSync(join(root, 'node_modules/.bin/tsx'), ['scripts/coverage.ts', report], { cwd: root, encoding: 'utf8' })

describe('scripts/coverage', () => {
  it('does not judge what a part of the tests ran', () => {
    const report = join(folder, 'tests.json')
    const testResults = [{ name: join(root, 'test/coverage/coverage.test.ts'), assertionResults: [] }]
    writeFileSync(report, JSON.stringify({ testResults }))
    const { stdout, status } = judge(report)
    expect(stdout).toMatch(/^coverage: not judged, a part of the tests ran \(without .+ and \d+ others\)\n$/)
    expect(status).toBe(0)
  })

  it('says where a report comes from when there is none', () => {
    const { stderr, status } = judge(join(folder, 'none.json'))
    expect(stderr).toContain('npm test writes one')
    expect(status).toBe(2)
  })
})
