import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CheckResult, ResultDocument } from '../../../src/checks/result/report.js'
import { folderOf, preflight } from './preflight.js'

/** What was asked, in order: method, path, credentials. */
const asked: string[] = []
let answer: (nth: number) => number = () => 200
const server = createServer((request, response) => {
  const { method = '', url = '', headers } = request
  const nth = asked.push([method, url, headers.authorization].filter((part) => part !== undefined).join(' '))
  // Long enough for all checks to have started.
  setTimeout(() => response.writeHead(answer(nth), { 'content-type': 'application/json' }).end('{"up":true}'), 50)
})
let port = 0
beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.close())
beforeEach(() => {
  asked.length = 0
  answer = () => 200
})

const page = (more = ''): string => `http: { url: 'http://127.0.0.1:${port}/health'${more} }`

const check = (id: string, probe: string, more = ''): string => `
  ${id}:
    title: ${id} is so
    severity: critical
    class: dependency
    ${probe}
    expect: [{ that: "facts.status == 200" }]
    fix: mend it
    ${more}`

async function run(checks: readonly string[], ...args: readonly string[]) {
  const cwd = folderOf({ 'packs/site/a.yaml': `stage: runtime\nchecks:${checks.join('')}\n` })
  const ended = await preflight(
    ['run', '--no-builtin', '--checks', 'packs', '--no-keep', '--format', 'json', ...args],
    { cwd },
  )
  const { checks: results } = JSON.parse(ended.stdout) as ResultDocument
  const byName = results.map((result): [string, CheckResult] => [result.id.slice('site/a/'.length), result])
  return { ...ended, results: Object.fromEntries(byName) }
}

describe('one question in one round', () => {
  it('is asked once, at the same time or later, and answers every check that has it', async () => {
    const { results, exitCode } = await run([
      check('a', page()),
      check('b', page()),
      check('later', page(), 'needs: [site/a/a]'),
    ])
    expect(exitCode).toBe(0)
    expect(asked).toEqual(['GET /health'])
    expect(Object.values(results).map(({ status }) => status)).toEqual(['pass', 'pass', 'pass'])
    expect(results['b']?.facts).toEqual(results['a']?.facts)
  })

  it('is another one with other credentials, another method or another time limit', async () => {
    const basic = (user: string): string => `, headers: { authorization: 'Basic ${user}' }`
    await run([
      check('a', page()),
      check('b', page(basic('YTph'))),
      check('c', page(basic('Yjpi'))),
      check('d', page(', method: HEAD')),
      check('e', page(), 'timeout: 4s'),
      check('f', page(basic('Yjpi'))),
    ])
    expect(asked.toSorted()).toEqual([
      'GET /health',
      'GET /health',
      'GET /health Basic YTph',
      'GET /health Basic Yjpi',
      'HEAD /health',
    ])
  })

  it('shows its failure at each of them', async () => {
    answer = () => 503
    const { results, exitCode } = await run([check('a', page()), check('b', page())])
    expect(exitCode).toBe(1)
    expect(asked).toHaveLength(1)
    for (const id of ['a', 'b'])
      expect(results[id]).toMatchObject({ status: 'fail', message: expect.stringContaining('503') })
  })

  it('is asked again by a later attempt, each check for itself', async () => {
    answer = (nth) => (nth === 1 ? 503 : 200)
    const expected = `expect: [{ that: "facts.status == 200", transient: true }]`
    const retrying = (id: string): string =>
      check(id, page(), 'retry: { attempts: 2, delay: 10ms }').replace(/expect: .*/, expected)
    const { results, exitCode } = await run([retrying('a'), retrying('b')])
    expect(exitCode).toBe(0)
    expect(asked).toHaveLength(3)
    expect(results['b']).toMatchObject({ status: 'pass', attempts: 2 })
  })

  it('is asked again in every round of waiting', async () => {
    answer = (nth) => (nth <= 2 ? 503 : 200)
    const waited = (id: string): string =>
      check(id, page()).replace(/expect: .*/, `expect: [{ that: "facts.status == 200", transient: true }]`)
    const { exitCode } = await run([waited('a'), waited('b')], '--wait', '30s')
    expect(exitCode).toBe(0)
    // One a round: two that failed, one that was green, and the one that looks at all of it again at the end.
    expect(asked.length).toBeGreaterThanOrEqual(3)
    expect(asked.length).toBeLessThanOrEqual(4)
  })
})
