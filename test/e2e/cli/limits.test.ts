import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { limits, type Limits } from './limits.js'
import { folderOf, preflight } from './preflight.js'

/** A page for each figure, which counts how often it is asked. */
const figures = new Map<string, number>()
const asked: string[] = []
const server = createServer((request, response) => {
  asked.push(request.url ?? '')
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ value: figures.get(request.url ?? '') }))
})
let port = 0

const seen = limits.map((each) =>
  each.seen.split(', ').map((value) => value.split(' ') as [value: string, status: string]),
)

/** What the check of each limit said, and how often its page was asked, for each of its values. */
const found = limits.map((): { status: string; asked: number }[] => [])

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  const most = Math.max(...seen.map(({ length }) => length))
  // One run for the first value of every limit, one for the second, and so on.
  for (let position = 0; position < most; position += 1) await judgeAll(position)
})
afterAll(() => void server.close())

const judgedAt = (position: number) =>
  limits.flatMap((each, index) => (seen[index]![position] === undefined ? [] : [[each, index] as const]))

async function judgeAll(position: number): Promise<void> {
  const judged = judgedAt(position)
  figures.clear()
  asked.length = 0
  for (const [, index] of judged) figures.set(`/limit-${index}`, Number(seen[index]![position]![0]))
  const checks = judged.map(([each, index]) => checkOf(each, index)).join('')
  const cwd = folderOf({ 'packs/site/a.yaml': `stage: runtime\nchecks:\n${checks}` })
  const { stdout } = await preflight(['run', '--no-builtin', '--checks', 'packs', '--no-keep', '--format', 'json'], {
    cwd,
  })
  const document = JSON.parse(stdout) as ResultDocument
  for (const [, index] of judged) {
    const status = document.checks.find(({ id }) => id === `site/a/limit-${index}`)?.status ?? 'absent'
    found[index]!.push({ status, asked: asked.filter((path) => path === `/limit-${index}`).length })
  }
}

function checkOf({ expect: must, warn, figure }: Limits, index: number): string {
  const read = (condition: string): string => condition.replace('value', 'double(facts.json.value)')
  return `
  limit-${index}:
    title: ${figure}
    severity: critical
    class: dependency
    http: { url: 'http://127.0.0.1:${port}/limit-${index}' }
    expect: ["facts.status == 200"${must === undefined ? '' : `, "${read(must)}"`}]
    ${warn === undefined ? '' : `warn: ["${read(warn)}"]`}
    fix: look into it
`
}

describe('the limits of the written runbooks, just below, at and just above, each by one request', () => {
  it.each(limits.map((each, index) => [each.rows, each.figure, seen[index]!, found[index]!] as const))(
    '%s: %s',
    (_rows, _figure, values, said) => {
      expect(said).toEqual(values.map(([, status]) => ({ status, asked: 1 })))
    },
  )

  it('are those of every row that has a number', () => {
    const rows = [...new Set(limits.flatMap((each) => each.rows.split(', ')))].toSorted()
    const numbered = '000-15 001-11 001-12 001-41 001-42 002-08 002-17 002-26 004-12 004-14 004-15 004-16'
    expect(rows).toEqual(numbered.split(' '))
  })
})
