import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { startHttpPeer, type HttpPeer } from '../../peers/http-peer.js'
import { folderOf, preflight } from './preflight.js'

/** Refuses every login, and counts them; one page is there from the second time on that it is asked for. */
let peer: HttpPeer
let logins = 0
let asked = 0
beforeAll(async () => {
  peer = await startHttpPeer((request, response) => {
    if (request.url === '/later') {
      asked += 1
      response.writeHead(asked === 1 ? 503 : 200).end()
      return
    }
    if (request.headers.authorization !== undefined || request.method === 'POST') logins += 1
    if (request.headers.authorization === 'Bearer right-word-of-today') return void response.writeHead(200).end('yes')
    response.writeHead(request.url === '/locked' ? 423 : 401).end('no')
  })
})
afterAll(() => peer.stop())
beforeEach(() => {
  logins = 0
  asked = 0
})

interface Written {
  readonly path?: string
  readonly status?: number
  readonly headers?: string
  readonly more?: string
}

const check = (
  name: string,
  { path = name, status = 200, headers = 'authorization: Bearer abc', more = '' }: Written,
) => `
  ${name}:
    title: it answers
    severity: critical
    class: dependency
    http: { url: "${peer.url}/${path}", headers: { ${headers} } }
    expect: [{ that: facts.status == ${status}, message: "it says \${{ facts.status }}", transient: true }]
    ${more}
    fix: start it`

async function run(checks: readonly string[], ...args: readonly string[]) {
  const cwd = folderOf({ 'packs/site/a.yaml': `stage: runtime\nchecks:${checks.join('')}\n` })
  const given = ['run', '--no-builtin', '--checks', 'packs', '--no-keep', '--format', 'json', ...args]
  const ended = await preflight(given, { cwd })
  return { ...ended, document: JSON.parse(ended.stdout) as ResultDocument }
}

const heldBack =
  'the login was refused and is not tried again in this run: correct the credentials, then start a new one'

describe('a refused login of a check', () => {
  it('is not retried, and says so', async () => {
    const { document, exitCode } = await run([check('login', { more: 'retry: { attempts: 3, delay: 1ms }' })])
    expect(exitCode).toBe(1)
    expect(document.checks[0]).toMatchObject({ status: 'fail', attempts: 1, message: `it says 401; ${heldBack}` })
    expect(logins).toBe(1)
  })

  it('is retried where no credentials were given', async () => {
    const { document } = await run([
      check('open', { headers: 'accept: text/plain', more: 'retry: { attempts: 3, delay: 1ms }' }),
    ])
    expect(document.checks[0]).toMatchObject({ attempts: 3, message: 'it says 401' })
  })

  it('ends the observations of one attempt', async () => {
    await run([check('login', { more: 'sample: { times: 4, every: 1ms }' })])
    expect(logins).toBe(1)
  })

  it('is not waited for', async () => {
    const { document } = await run([check('login', {})], '--wait', '3s')
    expect(document.checks[0]!.message).toContain(heldBack)
    expect(logins).toBe(1)
  })

  it('is not made again before a go either, when it is what the check expects', async () => {
    const later = check('later', { headers: 'accept: text/plain' })
    const { document, exitCode } = await run([check('login', { status: 401 }), later], '--wait', '20s')
    expect(exitCode).toBe(0)
    expect(document.checks.map(({ status }) => status)).toEqual(['pass', 'pass'])
    expect(asked).toBe(2)
    expect(logins).toBe(1)
  }, 30_000)

  it('of an account that is locked is an error of class config, tried once', async () => {
    const more = 'retry: { attempts: 3, delay: 1ms }'
    const { document, exitCode } = await run([check('locked', { more })], '--wait', '2s')
    expect(exitCode).toBe(4)
    expect(document.checks[0]).toMatchObject({ status: 'error', class: 'config', attempts: 1 })
    expect(document.checks[0]!.message).toMatch(/^locked: the peer answers 423/)
    expect(logins).toBe(1)
  })

  it('is made again by a new run', async () => {
    await run([check('login', {})])
    await run([check('login', {})])
    expect(logins).toBe(2)
  })
})

describe('a refused login of a step', () => {
  const runbook = (step: string) => `
title: asks
target: refused logins
steps:
  - id: ask
    title: it answers
    ${step}
`
  it.each([
    [
      'that waits',
      (url: string) =>
        `wait: { every: 10ms, http: { url: "${url}/login", headers: { authorization: Bearer abc } } }\n    expect: [facts.status == 200]\n    timeout: 20s`,
    ],
    [
      'that sends a request',
      (url: string) =>
        `http: { method: POST, url: "${url}/token", form: { username: a, password: b } }\n    effect: idempotent\n    retry: { attempts: 3, delay: 10ms }`,
    ],
    [
      'that probes',
      (url: string) =>
        `probe: { http: { url: "${url}/login", headers: { authorization: Bearer abc } } }\n    expect: [facts.status == 200]\n    retry: { attempts: 3, delay: 10ms }`,
    ],
  ])('%s is not tried again, and says so', async (_what, step) => {
    const cwd = folderOf({ 'books/site/ask.yaml': runbook(step(peer.url)) })
    const state = mkdtempSync(join(tmpdir(), 'preflight-state-'))
    const given = ['--no-builtin', '--runbooks', 'books', '--state', state]
    const ended = await preflight(['runbook', 'run', 'site/ask', ...given], { cwd })
    expect(ended.exitCode).not.toBe(0)
    expect(`${ended.stdout}${ended.stderr}`.replaceAll(/\s+/g, ' ')).toContain(heldBack)
    expect(logins).toBe(1)
  })
})

describe('a refused login of a check that a step judges', () => {
  const pack = (checks: readonly string[]) => ({
    'packs/site/a.yaml': `stage: runtime\nchecks:${checks.join('')}\n`,
  })
  const book = (steps: string) => `title: asks\ntarget: refused logins\nsteps:\n${steps}`
  const step = (id: string) => `  - { id: ${id}, check: site/a/login, retry: { attempts: 3, delay: 1ms } }\n`
  const call = (cwd: string) =>
    preflight(
      ['runbook', 'run', 'site/ask', '--no-builtin', '--runbooks', 'books', '--checks', 'packs', '--state', 'state'],
      { cwd },
    )

  it('is not tried again by the retries of the step', async () => {
    const cwd = folderOf({ ...pack([check('login', {})]), 'books/site/ask.yaml': book(step('one')) })
    const ended = await call(cwd)
    expect(ended.exitCode).toBe(20)
    expect(`${ended.stdout}${ended.stderr}`.replaceAll(/\s+/g, ' ')).toContain(heldBack)
    expect(logins).toBe(1)
  })
})

describe('a refused login of a run that is resumed', () => {
  const wrong = 'wrong-word-of-today'

  /** A step that logs in with a secret of the environment, after one that does not. */
  const runbook = (step: string) => `
title: asks
target: refused logins
parameters:
  word: { type: secret, variable: SITE_WORD, description: what the site lets in }
steps:
  - id: ask
    title: it answers
    ${step}
`
  it.each([
    ['probes', 'probe: { http: { url: "URL", headers: { authorization: "Bearer ${{ params.word }}" } } }'],
    ['waits', 'wait: { every: 10ms, http: { url: "URL", headers: { authorization: "Bearer ${{ params.word }}" } } }'],
    [
      'sends a request',
      'http: { method: PUT, url: "URL", headers: { authorization: "Bearer ${{ params.word }}" } }\n    effect: idempotent',
    ],
  ])('is not made again by a step that %s, and is by a new run', async (_what, step) => {
    const text = step.replace('URL', `${peer.url}/login`)
    const cwd = folderOf({
      'books/site/ask.yaml': runbook(`${text}\n    expect: [facts.status == 200]\n    timeout: 20s`),
    })
    const state = mkdtempSync(join(tmpdir(), 'preflight-state-'))
    const call = (word: string, ...args: readonly string[]) =>
      preflight(['runbook', ...args, '--state', state], { cwd, environment: { SITE_WORD: word } })
    const first = await call(wrong, 'run', 'site/ask', '--no-builtin', '--runbooks', 'books')
    expect(first.exitCode).not.toBe(0)
    expect(logins).toBe(1)
    for (let times = 0; times < 2; times += 1) {
      const resumed = await call(wrong, 'resume', 'last')
      expect(resumed.exitCode).not.toBe(0)
      expect(`${resumed.stdout}${resumed.stderr}`.replaceAll(/\s+/g, ' ')).toContain(heldBack)
      expect(logins).toBe(1)
    }
    const another = await call('right-word-of-today', 'run', 'site/ask', '--no-builtin', '--runbooks', 'books')
    expect(another.exitCode, another.stdout + another.stderr).toBe(0)
    expect(logins).toBe(2)
    for (const name of readdirSync(state, { recursive: true, encoding: 'utf8' })) {
      const file = join(state, name)
      if (statSync(file).isFile()) expect(readFileSync(file, 'utf8'), name).not.toContain(wrong)
    }
  })
})
