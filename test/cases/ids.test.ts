import { execFileSync } from 'node:child_process'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'

const checkout = join(import.meta.dirname, '../..')

/**
 * Every input that was found in the field, by what it is called there: Redis, Postgres, NATS, environment files,
 * Compose, Kubernetes, redaction.
 */
const ids = [
  'r01-open-bracket',
  'r04-unknown-option-ssl',
  'r06-option-not-a-number',
  'r08-cert-reqs-spelling-required',
  'r10-client-cert-not-there',
  'r12-negative-database',
  'r13-credentials-in-query',
  'r14-client-cert',
  'r16-protocol-4',
  'r17-sentinel-port',
  'r18-ipv6-zone',
  'p01-at-in-password',
  'p02-bracket-in-password',
  'p04-verify-full-public-ca',
  'p06-require-with-stale-root',
  'p08-client-cert',
  'p09-session-attrs-read-only',
  'p11-tls-version-word',
  'p12-crl-not-there',
  'p13-two-hosts',
  'p14-pgpassword',
  'p16-password-in-query',
  'p17-capital-scheme',
  'n01-user-password',
  'n02-token',
  'n04-self-signed-ca-true',
  'n06-client-cert-demanded',
  'e01-docker-quotes',
  'e03-unresolved-reference',
  'e04-two-on-one-line',
  'e06-dollar-word-shell',
  'e07-tab-escape',
  'e09-over-128k',
  'c01-compose-crlf-comment',
  'k01-yaml11-keys',
  'k02-rollout',
  'x01-k8s-env-pair',
  'x03-redis-acl-line',
  'x04-xml',
  'x06-rust-tuple',
  'x07-xtrace-quote',
  'x08-dockerfile-env',
  'x11-add-mask',
  'x13-fish',
] as const

/** What the tests of this folder are called, rows of tables written out, as the runner itself finds them. */
function titles(): readonly string[] {
  const runner = join(checkout, 'node_modules/vitest/vitest.mjs')
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', TMPDIR: process.env['TMPDIR'] ?? '' }
  const listed = execFileSync(process.execPath, [runner, 'list', 'test/cases', '--json'], {
    cwd: checkout,
    env,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
    stdio: 'pipe',
  })
  const tests = JSON.parse(listed) as readonly { readonly name: string; readonly file: string }[]
  return tests.filter(({ file }) => basename(file) !== basename(import.meta.filename)).map(({ name }) => name)
}

it('every input from the field has a test that is called after it, and no test is called after another', () => {
  const named = new Set(
    titles().flatMap((title) => [...title.matchAll(/(?<![\w-])[a-z]\d\d-[a-z0-9-]+/g)].map(([id]) => id)),
  )
  expect([...named].sort()).toEqual([...ids].sort())
  expect(ids.length).toBe(44)
})
