import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { judgeReport } from '../../scripts/coverage/judge-report.js'
import { tallyOf, type TestCase } from '../../scripts/coverage/test-report.js'

const folder = join(import.meta.dirname, '..')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'))
const loaded = (file: string): TestCase => ({
  file: join(folder, file),
  ancestors: [],
  title: 'loads',
  status: 'passed',
})

describe('the report of a run', () => {
  it('is not judged when a part of the tests ran', async () => {
    const { lines, failed } = await judgeReport(files.slice(1).map(loaded))
    expect(lines).toEqual([`coverage: not judged, a part of the tests ran: ${files[0]!} and 0 others did not`])
    expect(failed).toBe(false)
  })

  it('fails where every file ran and nothing is proven, and names only what exists', async () => {
    const { lines, failed } = await judgeReport(files.map(loaded))
    expect(failed).toBe(true)
    expect(lines).toContain('coverage: 003-03: no fault server-host-unset ran')
    expect(lines).toContain('coverage: 000-23: no practice of arqonbus/daily ran')
    expect(lines.filter((line) => /^coverage: \d/.test(line)).every((line) => / ran$/.test(line))).toBe(true)
    expect(lines.at(-1)).toMatch(/^coverage: FAILED, \d+ problems$/)
  })

  it('ends with the tally of its tests', () => {
    const tests = ['passed', 'passed', 'failed', 'skipped', 'todo'].map((status) => ({ ...loaded('a'), status }))
    expect(tallyOf(tests)).toBe('2 passed, 1 failed, 2 skipped')
  })
})
