import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { z } from 'zod'
import { probe } from '../../../src/checks/probes/http.js'
import { folderOf, preflight } from '../../e2e/cli/preflight.js'
import { addressesOf, observe } from './observe.js'

const password = 'Zk3qP9xV7tR2mW8yB4nL6cD1'
const token = 'q8Vh2LwT5nXc9RbY3mKd7FsJ4gPz6A'

interface Asked {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
const asked: Asked[] = []

/** By the path of the login, its answer. */
const answers: Readonly<Record<string, readonly [number, string]>> = {
  '/login': [200, JSON.stringify({ data: { access_token: token } })],
  '/refusing': [401, '{"error":"no"}'],
  '/failing': [503, ''],
  '/moving': [302, ''],
  '/empty': [200, '{}'],
  '/short': [200, '{"data":{"access_token":"abc"}}'],
  '/split': [200, '{"data":{"access_token":"a\\r\\nx-other: b"}}'],
  '/number': [200, '{"data":{"access_token":12345678901234}}'],
  '/throttling': [429, ''],
}
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { method, url = '', headers } = request
    asked.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
    const [status, body] = answers[url] ?? [200, '']
    if (Object.hasOwn(answers, url)) return response.writeHead(status, { 'x-token': token }).end(body)
    // A service that repeats what it was sent, as a key as well, and encoded.
    const given = headers.authorization ?? String(headers['x-auth'] ?? '')
    const bare = given.replace('Bearer ', '')
    const said = { given, [bare]: 1, encoded: Buffer.from(bare).toString('base64') }
    return response
      .writeHead(given === '' ? 401 : 200, { 'content-type': 'application/json', 'x-echo': given })
      .end(JSON.stringify(said))
  })
})
let origin = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())

type Login = NonNullable<z.input<typeof probe.input>['login']>
const ask = async (path: string, login: Partial<Login> = {}) => {
  const before = asked.length
  const facts = await observe(probe, {
    url: `${origin}/page`,
    login: {
      url: `${origin}${path}`,
      ...('token-header' in login ? {} : { token: 'data.access_token' }),
      ...('json' in login ? {} : { form: { user: 'ann', password } }),
      ...login,
    },
  })
  return { facts, asked: asked.slice(before) }
}

it('asks with the token that a form, or a JSON body, was answered with', async () => {
  const byForm = await ask('/login')
  expect(byForm.facts).toMatchObject({ reached: 'body', problem: { code: 'none' }, status: 200 })
  expect(byForm.asked).toMatchObject([
    { method: 'POST', url: '/login', body: `user=ann&password=${password}` },
    { method: 'GET', url: '/page', headers: { authorization: `Bearer ${token}` } },
  ])
  const byJson = await ask('/login', { json: { user: 'ann', password } })
  expect(byJson.asked[0]).toMatchObject({ headers: { 'content-type': 'application/json' } })
  expect(JSON.parse(byJson.asked[0]!.body)).toEqual({ user: 'ann', password })
  const byHeader = await ask('/login', { 'token-header': 'X-Token', as: { header: 'X-Auth', scheme: '' } })
  expect(byHeader.asked[1]!.headers).toMatchObject({ 'x-auth': token })
})

it('has the token in no fact, however the service repeats it', async () => {
  const { facts } = await ask('/login')
  const text = JSON.stringify(facts)
  expect(text).toContain('given')
  for (const form of [token, Buffer.from(token).toString('base64')]) expect(text).not.toContain(form)
})

it.each([
  ['/refusing', 'login-refused', false],
  ['/failing', 'login-failed', true],
  ['/moving', 'login-failed', false],
  ['/empty', 'login-unusable', false],
  ['/short', 'login-unusable', false],
  ['/split', 'login-unusable', false],
  ['/number', 'login-unusable', false],
])('a login at %s is the problem %s, and the page is not asked', async (path, code, transient) => {
  const { facts, asked: requests } = await ask(path)
  expect(facts).toMatchObject({ reached: 'none', status: 0, problem: { code, transient } })
  expect(facts.problem.detail).toContain('at the login')
  expect(requests.map(({ url }) => url)).toEqual([path])
})

it('a login that is throttled is no observation, and one that nobody answers is its own problem', async () => {
  await expect(ask('/throttling')).rejects.toThrow('throttled')
  const { facts } = await ask('', { url: 'http://127.0.0.1:1/' })
  expect(facts.problem).toMatchObject({ code: 'connection-refused' })
  expect(facts.problem.detail).toContain('at the login')
})

it.each([
  ['no place of the token', { token: undefined }],
  ['two places of it', { 'token-header': 'x-token' }],
  ['two bodies', { form: {}, json: {} }],
  ['a path with an index', { token: 'data[0]' }],
  ['a header of the connection', { as: { header: 'host' } }],
])('refuses %s', (_what, more) => {
  const login = { url: 'http://127.0.0.1/', token: 'a', ...more }
  expect(probe.input.safeParse({ url: 'http://127.0.0.1/', login }).success).toBe(false)
})

it('refuses a header that would carry the token as well, and names both addresses for the plan', () => {
  const login = { url: 'http://127.0.0.1:81/login', token: 'a' }
  const url = 'http://127.0.0.1/'
  expect(probe.input.safeParse({ url, login, headers: { Authorization: 'x' } }).success).toBe(false)
  expect(addressesOf(probe, { url, login })).toEqual(['http://127.0.0.1:81/login', 'http://127.0.0.1/'])
})

it('is in explain and plan, is refused once, and leaves nothing of password and token in any output', async () => {
  const check = (name: string, path: string) => `
  ${name}:
    title: t
    severity: high
    class: code
    retry: { attempts: 3, delay: 10ms }
    http:
      url: ${origin}/page
      login: { url: ${origin}${path}, form: { password: '\${{ env.LOGIN_PASSWORD }}' }, token: data.access_token }
    expect: ['facts.status == 200', { that: 'facts.json.given == ""', message: 'it says \${{ facts.json.given }}' }]
    fix: f`
  const cwd = folderOf({
    'a.env': `LOGIN_PASSWORD=${password}\n`,
    'packs/site/a.yaml': `stage: runtime\nvariables: { LOGIN_PASSWORD: { exposure: secret } }\nchecks:${check('page', '/login')}${check('refused', '/refusing')}\n`,
  })
  const own = ['--no-builtin', '--checks', 'packs']
  const explained = await preflight(['explain', 'site/a/page', ...own], { cwd })
  expect(explained.stdout.replaceAll(/\s+/g, ' ')).toContain('It logs in first, by a POST to the address of `login`.')
  const planned = await preflight(['plan', ...own, '--env-file', 'a.env'], { cwd })
  expect(planned.stdout).toContain(`${origin}/login`)
  const before = asked.length
  const run = await preflight(['run', ...own, '--env-file', 'a.env', '--no-keep', '--format', 'json'], { cwd })
  const requests = asked.slice(before).map(({ url }) => url)
  expect(requests.filter((url) => url === '/refusing')).toHaveLength(1)
  expect(JSON.parse(run.stdout)).toMatchObject({
    exitCode: 1,
    checks: [
      { status: 'fail', message: 'it says Bearer [redacted]' },
      { status: 'fail', facts: { problem: { code: 'login-refused' } } },
    ],
  })
  const outputs = [explained, planned, run]
  for (const format of ['human', 'html', 'junit', 'sarif', 'markdown'])
    outputs.push(await preflight(['run', ...own, '--env-file', 'a.env', '--no-keep', '--format', format], { cwd }))
  const said = outputs.map(({ stdout, stderr }) => stdout + stderr).join('')
  for (const secret of [password, token, Buffer.from(token).toString('base64')]) expect(said).not.toContain(secret)
})
