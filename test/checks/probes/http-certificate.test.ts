import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { z } from 'zod'
import { probe } from '../../../src/checks/probes/http.js'
import { folderOf, preflight } from '../../e2e/cli/preflight.js'
import { datedCertificate } from '../../servers/dated-certificate.js'
import { observe } from './observe.js'

const folder = mkdtempSync(join(tmpdir(), 'http-certificate-'))
const file = (name: string, text: string, mode = 0o600): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}
const [service, client, stranger, expired, early] = [
  datedCertificate('localhost', -1, 30),
  datedCertificate('client.example', -1, 30),
  datedCertificate('stranger.example', -1, 30),
  datedCertificate('client.example', -30, -1),
  datedCertificate('client.example', 1, 30),
]

/** What the service saw of each client: the name in the certificate, and whether it trusts it. */
const seen: { readonly url: string | undefined; readonly name: string; readonly isTrusted: boolean }[] = []
const start = (rejectUnauthorized: boolean) =>
  createServer(
    { key: service.key, cert: service.cert, ca: client.cert, requestCert: true, rejectUnauthorized },
    (request, response) => {
      const socket = request.socket as unknown as TLSSocket
      const { subject } = socket.getPeerCertificate() as { readonly subject?: { readonly CN: string } }
      seen.push({ url: request.url, name: subject?.CN ?? '', isTrusted: socket.authorized })
      if (request.url === '/away') response.writeHead(302, { location: `${other.origin}/there` }).end()
      else response.writeHead(socket.authorized ? 200 : 403).end('page')
    },
  )
const one = { server: start(false), origin: '' }
const other = { server: start(false), origin: '' }
const strict = { server: start(true), origin: '' }
beforeAll(async () => {
  for (const each of [one, other, strict]) {
    await new Promise<void>((resolve) => void each.server.listen(0, '127.0.0.1', resolve))
    each.origin = `https://localhost:${(each.server.address() as AddressInfo).port}`
  }
})
afterAll(() => [one, other, strict].forEach(({ server }) => server.close()))

const trust = file('service.crt', service.cert)
const certificate = file('client.crt', client.cert, 0o644)
const key = file('client.key', client.key)
const ask = async (given: Partial<z.input<typeof probe.input>>, origin = one.origin) => {
  const before = seen.length
  const facts = await observe(probe, { url: `${origin}/page`, 'trust-file': trust, ...given })
  return { facts, seen: seen.slice(before) }
}

it('shows the certificate that is given, with its key beside it or in the same file', async () => {
  const isKnown = { facts: { status: 200 }, seen: [{ name: 'client.example', isTrusted: true }] }
  expect(await ask({ certificate, key })).toMatchObject(isKnown)
  expect(await ask({ certificate: file('both.pem', client.cert + client.key) })).toMatchObject(isKnown)
  expect(await ask({ certificate, key }, strict.origin)).toMatchObject(isKnown)
  expect(await ask({})).toMatchObject({ facts: { status: 403 }, seen: [{ name: '', isTrusted: false }] })
})

it('one of another authority is shown, and the service says what it thinks of it', async () => {
  const given = {
    certificate: file('stranger.crt', stranger.cert),
    key: file('stranger.key', stranger.key),
  }
  expect(await ask(given)).toMatchObject({
    facts: { status: 403 },
    seen: [{ name: 'stranger.example', isTrusted: false }],
  })
  const refused = await ask(given, strict.origin)
  expect(refused).toMatchObject({ facts: { status: 0 }, seen: [] })
  expect(['connection-closed', 'connection-reset', 'tls-failed']).toContain(refused.facts.problem.code)
})

it('is not shown to a service that is not trusted', async () => {
  const { facts, seen: shown } = await ask({ certificate, key, 'trust-file': certificate })
  expect(facts.problem.code).toBe('certificate-refused')
  expect(shown).toEqual([])
})

it('is not shown to another origin: not after a redirect, not for a page beside', async () => {
  const moved = await ask({ url: `${one.origin}/away`, certificate, key, 'follow-redirects': 1 })
  expect(moved.seen).toMatchObject([{ name: 'client.example' }, { url: '/there', name: '' }])
  const beside = await ask({ certificate, key, beside: { same: `${one.origin}/same`, else: `${other.origin}/else` } })
  expect(beside.seen).toMatchObject([
    { url: '/page', name: 'client.example' },
    { url: '/same', name: 'client.example' },
    { url: '/else', name: '' },
  ])
})

it.each([
  [
    'expired',
    { certificate: file('old.crt', expired.cert), key: file('old.key', expired.key) },
    'client-certificate-dates',
  ],
  [
    'not valid yet',
    { certificate: file('new.crt', early.cert), key: file('new.key', early.key) },
    'client-certificate-dates',
  ],
  ['of another key', { certificate, key: file('other.key', stranger.key) }, 'client-key-mismatch'],
  ['with a key for all to read', { certificate, key: file('open.key', client.key, 0o644) }, 'client-key-exposed'],
  ['with a missing key', { certificate, key: join(folder, 'no.key') }, 'file-not-found'],
  ['with no key in its file', { certificate }, 'file-unreadable'],
  ['that is missing', { certificate: join(folder, 'no.crt'), key }, 'file-not-found'],
  ['that is none', { certificate: file('text.crt', 'text'), key }, 'file-unreadable'],
  [
    'that is damaged',
    { certificate: file('bad.crt', '-----BEGIN CERTIFICATE-----\nZk3qP9xV7tR2mW8y\n-----END CERTIFICATE-----\n'), key },
    'file-unreadable',
  ],
  ['over http', { certificate, key, url: 'http://127.0.0.1:1/' }, 'bad-url'],
])('one %s is a problem, and nothing is asked', async (_what, given, code) => {
  const { facts, seen: shown } = await ask(given)
  expect(facts).toMatchObject({ reached: 'none', problem: { code, class: 'config', transient: false } })
  expect(shown).toEqual([])
  expect(facts.problem.detail).not.toContain('Zk3q')
})

it('takes a key only with a certificate, and paths from the folder of the check', async () => {
  expect(probe.input.safeParse({ url: 'https://a/', key }).success).toBe(false)
  const cwd = folderOf({
    'packs/site/a.yaml': `stage: runtime
checks:
  page:
    title: t
    severity: high
    class: code
    http: { url: ${one.origin}/page, certificate: own/client.crt, key: own/client.key, trust-file: own/service.crt }
    expect: [facts.status == 200]
    fix: f
`,
  })
  mkdirSync(join(cwd, 'packs/site/own'))
  for (const [name, text] of [
    ['client.crt', client.cert],
    ['client.key', client.key],
    ['service.crt', service.cert],
  ] as const)
    writeFileSync(join(cwd, 'packs/site/own', name), text, { mode: 0o600 })
  const own = ['--no-builtin', '--checks', 'packs']
  const run = await preflight(['run', ...own, '--env-shell', '--no-keep', '--format', 'json'], { cwd })
  expect(JSON.parse(run.stdout)).toMatchObject({ verdict: 'go' })
  expect(run.stdout + run.stderr).not.toContain(client.key.split('\n')[1])
  const needs = await preflight(['requirements', ...own], { cwd })
  expect(needs.stdout).toContain('packs/site/own/client.key')
})
