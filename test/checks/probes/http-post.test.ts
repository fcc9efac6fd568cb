import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { probe } from '../../../src/checks/probes/http.js'
import { folderOf, preflight } from '../../e2e/cli/preflight.js'
import { observe } from './observe.js'

interface Asked {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const asked: Asked[] = []
const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { method, url, headers } = request
    asked.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
    if (url === '/moved') response.writeHead(307, { location: '/search' }).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{"hits":2}')
  })
})
let origin = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())

const post = { method: 'POST', 'changes-nothing': true } as const

it('sends the fields of a form, as a browser does', async () => {
  const form = { user: 'ann', password: 'ä b&c=d+é' }
  expect(await observe(probe, { url: `${origin}/search`, ...post, form })).toMatchObject({
    status: 200,
    json: { hits: 2 },
  })
  const { method, headers, body } = asked.at(-1)!
  expect({ method, type: headers['content-type'], length: headers['content-length'] }).toEqual({
    method: 'POST',
    type: 'application/x-www-form-urlencoded',
    length: String(body.length),
  })
  expect(body).toBe('user=ann&password=%C3%A4+b%26c%3Dd%2B%C3%A9')
})

it('sends a text, of the type that a header says', async () => {
  await observe(probe, {
    url: `${origin}/search`,
    ...post,
    body: '{"q":1}',
    headers: { 'Content-Type': 'application/json' },
  })
  expect(asked.at(-1)).toMatchObject({ body: '{"q":1}', headers: { 'content-type': 'application/json' } })
  await observe(probe, { url: `${origin}/search`, ...post, body: 'é' })
  expect(asked.at(-1)).toMatchObject({ body: 'é', headers: { 'content-type': 'text/plain; charset=utf-8' } })
  await observe(probe, { url: `${origin}/search`, ...post })
  expect(asked.at(-1)).toMatchObject({ method: 'POST', body: '', headers: { 'content-length': '0' } })
})

it('is not sent again where it is redirected to, and pages beside it are got without it', async () => {
  const before = asked.length
  const facts = await observe(probe, {
    url: `${origin}/moved`,
    ...post,
    body: 'x',
    beside: { status: `${origin}/status` },
  })
  expect(facts).toMatchObject({ status: 307, beside: { status: { status: 200 } } })
  expect(asked.slice(before)).toMatchObject([
    { method: 'POST', url: '/moved', body: 'x' },
    { method: 'GET', url: '/status', body: '' },
  ])
  expect(asked.at(-1)!.headers).not.toHaveProperty('content-type')
})

it.each([
  ['a POST of which nobody says that it changes nothing', { method: 'POST' }],
  ['that word without a POST', { 'changes-nothing': true }],
  ['a lie', { method: 'POST', 'changes-nothing': false }],
  ['a body of a GET', { body: 'x' }],
  ['a form of a HEAD', { method: 'HEAD', form: { a: 'b' } }],
  ['a form and a body', { ...post, form: { a: 'b' }, body: 'x' }],
  ['redirects of a POST', { ...post, 'follow-redirects': 1 }],
  ['another method', { method: 'DELETE', 'changes-nothing': true }],
])('refuses %s', (_what, input) => {
  expect(probe.input.safeParse({ url: 'http://127.0.0.1/', ...input }).success).toBe(false)
})

it('says so in explain, and nothing of what is sent is in a report', async () => {
  const cwd = folderOf({
    'a.env': 'LOGIN_PASSWORD=Zk3qP9xV7tR2mW8yB4nL6cD1\n',
    'packs/site/a.yaml': `stage: runtime
variables: { LOGIN_PASSWORD: { exposure: secret } }
checks:
  search:
    title: the search answers
    severity: high
    class: code
    http:
      url: ${origin}/search
      method: POST
      changes-nothing: true
      form: { password: '\${{ env.LOGIN_PASSWORD }}' }
    expect: [facts.status == 201]
    fix: mend it
`,
  })
  const own = ['--no-builtin', '--checks', 'packs']
  const { stdout } = await preflight(['explain', 'site/a/search', ...own], { cwd })
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('It sends a POST, of which its author says that it changes nothing.')
  const run = await preflight(['run', ...own, '--env-file', 'a.env', '--no-keep', '--format', 'json'], { cwd })
  expect(run.exitCode).toBe(1)
  expect(asked.at(-1)!.body).toBe('password=Zk3qP9xV7tR2mW8yB4nL6cD1')
  expect(run.stdout + run.stderr).not.toContain('Zk3qP9xV7tR2mW8yB4nL6cD1')
})
