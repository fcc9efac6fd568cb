import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { program } from '../program.js'
import { folderOf, ownPacks } from './preflight.js'

let server: Server
/** How many requests it had to answer at the same time, at most. */
let most = 0

beforeAll(async () => {
  let unanswered = 0
  server = createServer((_request, response) => {
    unanswered += 1
    most = Math.max(most, unanswered)
    setTimeout(() => {
      unanswered -= 1
      response.end('{}')
    }, 5)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterAll(() => void server.close())

const kinds = {
  http: (port: number) => `http: { url: "http://127.0.0.1:${port}/" }\n    expect: [facts.status == 200]`,
  tcp: (port: number) => `tcp: { address: "127.0.0.1:${port}" }\n    expect: [facts.reached == "connect"]`,
}

/** Checks of the server, in so many files. */
function packs(checks: number, kind: keyof typeof kinds, files = 1): Record<string, string> {
  const { port } = server.address() as AddressInfo
  const each = checks / files
  const check = (_: unknown, index: number) => `
  page-${index}:
    title: the page answers
    severity: blocker
    class: dependency
    ${kinds[kind](port)}
    fix: start the server`
  const text = `stage: runtime\nchecks:${Array.from({ length: each }, check).join('')}\n`
  return Object.fromEntries(Array.from({ length: files }, (_, index) => [`packs/site/part-${index}.yaml`, text]))
}

interface Result {
  readonly verdict: string | null
  readonly counts: { readonly pass: number }
  readonly notices?: readonly string[]
}

/** Runs all checks of a folder in a process that may open so many files. */
async function run(limit: number, cwd: string, ...words: readonly string[]): Promise<Result> {
  most = 0
  const args = [process.execPath, '--', program, 'run', ...ownPacks, '--format', 'json', ...words]
  return new Promise((resolve, reject) =>
    execFile(
      'bash',
      ['-c', `ulimit -n ${limit}; exec "$@"`, 'bash', ...args],
      { cwd, env: { PATH: process.env['PATH'], HOME: cwd, CI: 'true' }, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => (error === null ? resolve(JSON.parse(stdout) as Result) : reject(new Error(stderr))),
    ),
  )
}

/** How many at a time the notice of a run names, and how many it could not run. */
function saidBy({ notices = [] }: Result): readonly number[] {
  const said = notices.flatMap((notice) => [...notice.matchAll(/^(\d+) checks? at a time, not (\d+):/g)])
  return said.flatMap(([, taken, asked]) => [Number(taken), Number(asked)])
}

describe.each(['http', 'tcp'] as const)('a hundred checks of the kind %s with 64 file descriptors', (kind) => {
  it('are green, fewer at a time, and the run says so', async () => {
    const result = await run(64, folderOf(packs(100, kind)))
    expect(result).toMatchObject({ verdict: 'go', counts: { pass: 100 } })
    expect(saidBy(result)).toEqual([expect.any(Number), 8])
    expect(saidBy(result)[0]).toBeLessThan(8)
    expect(most).toBeLessThanOrEqual(saidBy(result)[0]!)
  })
})

it('definitions in more files than there are file descriptors are read', async () => {
  expect(await run(64, folderOf(packs(200, 'tcp', 200)))).toMatchObject({ verdict: 'go', counts: { pass: 200 } })
})

it('512 at a time: a run takes what its limit allows, and says how many that are', async () => {
  const result = await run(512, folderOf(packs(520, 'http')), '--concurrency', '512')
  expect(result).toMatchObject({ verdict: 'go', counts: { pass: 520 } })
  expect(saidBy(result)).toEqual([expect.any(Number), 512])
  expect(saidBy(result)[0]).toBeGreaterThan(64)
  expect(most).toBeLessThanOrEqual(saidBy(result)[0]!)
})

it('512 at a time: nothing is said where the limit allows them', async () => {
  const result = await run(4096, folderOf(packs(520, 'http')), '--concurrency', '512')
  expect(result).toMatchObject({ verdict: 'go', counts: { pass: 520 } })
  expect(saidBy(result)).toEqual([])
})
