import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAuthority } from '../../../sandbox/servers/certificate.js'
import { probe } from '../../../src/checks/probes/prometheus.js'
import { folderOf, preflight } from '../../e2e/cli/preflight.js'
import { addressesOf, observe } from './observe.js'

const password = 'Zk3qP9xV7tR2mW8yB4nL6cD1'
const token = 'q8Vh2LwT5nXc9RbY3mKd7FsJ4gPz6A'
const asked: string[] = []

/** A page of metrics behind a login, which repeats the token as the name of a metric. */
const server = createServer((request, response) => {
  const { method = '', url = '', headers } = request
  asked.push(`${method} ${url}`)
  if (url === '/token') return response.end(JSON.stringify({ access_token: token }))
  if (url === '/refusing') return response.writeHead(401).end('no')
  if (headers.authorization !== `Bearer ${token}`) return response.writeHead(401).end('{"detail":"Not authenticated"}')
  return response.end(`http_requests_total 7\n${token} 1\n`)
})
const listening = async (given: Server): Promise<number> => {
  await new Promise<void>((resolve) => void given.listen(0, '127.0.0.1', resolve))
  return (given.address() as AddressInfo).port
}

let origin = ''
let folder = ''
beforeAll(async () => {
  origin = `http://127.0.0.1:${await listening(server)}`
  folder = mkdtempSync(join(tmpdir(), 'prometheus-login-'))
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

const login = (path: string) => ({ url: `${origin}${path}`, form: { password }, token: 'access_token' })

it('reads the page with the token of a login, and has the token in no fact', async () => {
  const without = await observe(probe, { url: `${origin}/metrics` })
  expect(without).toMatchObject({ status: 401, problem: { code: 'not-prometheus' } })
  const before = asked.length
  const facts = await observe(probe, { url: `${origin}/metrics`, login: login('/token') })
  expect(asked.slice(before)).toEqual(['POST /token', 'GET /metrics'])
  expect(facts).toMatchObject({ reached: 'samples', status: 200, sampleCount: 2, values: { http_requests_total: 7 } })
  expect(JSON.stringify(facts)).not.toContain(token)
})

it('knows a refused login, before the page is asked', async () => {
  const url = `${origin}/metrics`
  const before = asked.length
  const facts = await observe(probe, { url, login: login('/refusing') })
  expect(asked.slice(before)).toEqual(['POST /refusing'])
  expect(facts).toMatchObject({ reached: 'none', problem: { code: 'login-refused' } })
  expect(probe.isLoginRefused?.(probe.input.parse({ url, login: login('/refusing') }), facts)).toBe(true)
  expect(addressesOf(probe, { url, login: login('/token') })).toEqual([`${origin}/token`, url])
  expect(probe.input.safeParse({ url, login: login('/token'), headers: { Authorization: 'x' } }).success).toBe(false)
})

it('shows who it is by a certificate', async () => {
  const authority = createAuthority(join(folder, 'ca'))
  const own = authority.issue(join(folder, 'server'), { commonName: 'a', alternativeNames: ['127.0.0.1'] })
  const client = authority.issue(join(folder, 'client'), { commonName: 'client' })
  const read = (path: string): Buffer => readFileSync(path)
  const secure = createSecureServer(
    {
      ca: read(authority.certificateFile),
      cert: read(own.certificateFile),
      key: read(own.keyFile),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (_request, response) => void response.end('up 1\n'),
  )
  const given = { url: `https://127.0.0.1:${await listening(secure)}/`, 'trust-file': authority.certificateFile }
  const shown = { certificate: client.certificateFile, key: client.keyFile }
  expect(await observe(probe, { ...given, ...shown })).toMatchObject({ reached: 'samples', values: { up: 1 } })
  expect((await observe(probe, given)).problem.code).not.toBe('none')
  expect(probe.input.safeParse({ ...given, key: client.keyFile }).success).toBe(false)
  secure.close()
})

it('leaves nothing of password and token in any output of a run, and says in explain that it logs in', async () => {
  const cwd = folderOf({
    'a.env': `LOGIN_PASSWORD=${password}\n`,
    'packs/site/a.yaml': `stage: runtime
variables: { LOGIN_PASSWORD: { exposure: secret } }
checks:
  page:
    title: t
    severity: high
    class: code
    prometheus:
      url: ${origin}/metrics
      login: { url: ${origin}/token, form: { password: '\${{ env.LOGIN_PASSWORD }}' }, token: access_token }
    expect: [{ that: size(facts.names) == 1, message: 'it has \${{ facts.names[1] }} beside \${{ facts.names[0] }}' }]
    fix: f\n`,
  })
  const own = ['--no-builtin', '--checks', 'packs']
  const outputs = [await preflight(['explain', 'site/a/page', ...own], { cwd })]
  expect(outputs[0]!.stdout.replaceAll(/\s+/g, ' ')).toContain('It logs in first, by a POST to the address of `login`.')
  for (const format of ['human', 'json', 'html', 'junit', 'markdown'])
    outputs.push(await preflight(['run', ...own, '--env-file', 'a.env', '--no-keep', '--format', format], { cwd }))
  const said = outputs.map(({ stdout, stderr }) => stdout + stderr).join('')
  expect(said).toContain('it has [redacted] beside http_requests_total')
  for (const secret of [password, token]) expect(said).not.toContain(secret)
})
