import { z } from 'zod'
import { pathText } from '../../base/text/terminal-text.js'
import { Secret } from '../../redaction/secret-value.js'
import { credential, driverInput } from '../../net/credential.js'
import { driverContextOf } from '../../environment/driver-context.js'
import { defineCollector } from '../../engine/collector.js'
import { fetchWeb } from '../../net/http/http-fetch.js'
import { logInToNats } from '../../net/nats/nats-stream.js'
import { proveJetStream } from '../../net/nats/nats-session.js'
import { parseNatsUrl } from '../../net/nats/nats-url.js'
import { parseWebUrl, webAddressOf } from '../../net/http/web-address.js'
import { readJson } from '../../net/http/web-facts.js'
import { Parts } from './gathering/parts.js'

const input = z.strictObject({
  url: credential().describe(
    'server URL: nats, tls, ws, wss or no scheme, with user and password or a token before the host',
  ),
  driver: driverInput('nats'),
  monitoring: credential().optional().describe('the address of its monitoring, whose /varz is read'),
  'trust-file': pathText().optional().describe("PEM file of certificates to trust instead of the system's"),
})

/** Milliseconds for the login, and for one answer. */
const answerLimit = 5000

/** A monitoring page is some 10 kB. */
const mostBytes = 512 * 1024

/** What a NATS server says of itself: versions, limits, figures. No subject, no message, no client. */
export const collector = defineCollector({
  kind: 'nats-info',
  title: 'what a NATS server reports about itself',
  input,
  async collect({ url, driver, monitoring, 'trust-file': trustFile }, { signal, environment }) {
    const surroundings = driverContextOf(environment)
    const { host, port } = parseNatsUrl(url, driver, surroundings)
    const parts = new Parts(signal)
    await parts.take('login', async () => {
      const { session } = await logInToNats({ url, trustFile, driver, surroundings }, answerLimit, signal)
      try {
        await parts.take('server', () => Promise.resolve(serverOf(session.connection.info)))
        await parts.take('jetstream', async () => figuresOf(await proveJetStream(session, answerLimit)))
        return { accepted: true, leaving: session.isLeaving(), complaints: session.complaints.length }
      } finally {
        await session.end()
      }
    })
    if (monitoring !== undefined) await parts.take('monitoring', () => figuresAt(monitoring, trustFile, signal))
    return parts.gathered({ address: `${host}:${port}` })
  },
})

async function figuresAt(monitoring: Secret, trustFile: string | undefined, signal: AbortSignal): Promise<unknown> {
  const page = parseWebUrl(monitoring, ['http', 'https'])
  page.pathname = `${page.pathname.replace(/\/$/, '')}/varz`
  let status = 0
  const request = {
    url: new Secret(page.href),
    method: 'GET' as const,
    headers: {},
    redirects: 0,
    limit: mostBytes,
    trustFile,
    serverName: undefined,
  }
  const { bytes, truncated } = await fetchWeb(
    request,
    { signal, reach: () => {} },
    ({ head }) => (status = head.status),
  )
  const { isJson, json, jsonError } = readJson(bytes.toString('utf8'), truncated)
  const { printable } = webAddressOf(page)
  if (status !== 200 || !isJson)
    throw new Error(`${printable} answers with status ${status}${isJson ? '' : `, and ${jsonError}`}`)
  return { url: printable, ...figuresOf(json) }
}

/** What of a server's greeting is its own: not the client's address, the nonce to sign, or the cluster's addresses. */
const greeted = [
  'server_id',
  'server_name',
  'version',
  'git_commit',
  'go',
  'proto',
  'headers',
  'max_payload',
  'jetstream',
  'auth_required',
  'tls_required',
  'tls_available',
  'tls_verify',
  'cluster',
  'domain',
  'ldm',
] as const

/** Texts among a server's figures that name no user, no subject and no credential. */
const texts = new Set([
  'server_id',
  'server_name',
  'version',
  'git_commit',
  'go',
  'start',
  'now',
  'uptime',
  'config_load_time',
  'domain',
])

const deepest = 4

export function serverOf(info: unknown): Readonly<Record<string, unknown>> {
  const given = isObject(info) ? info : {}
  const kept = greeted.flatMap((name) => (Object.hasOwn(given, name) ? [[name, given[name]] as const] : []))
  if (kept.length === 0) throw new Error('the server did not send its INFO')
  const others = given['connect_urls']
  return { ...Object.fromEntries(kept), ...(Array.isArray(others) ? { cluster_addresses: others.length } : {}) }
}

/**
 * Of a server's own account of itself the figures and switches, at most four deep; a text only where its name is
 * listed, and of a list only its length. What may name users, subjects or keys (`tags`, `trusted_operators_jwt`,
 * routes) falls away without being listed.
 */
export function figuresOf(value: unknown, depth = 0): Readonly<Record<string, unknown>> {
  if (!isObject(value) || depth === deepest) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]): [string, unknown][] => {
      if (typeof field === 'number' || typeof field === 'boolean') return [[name, field]]
      if (typeof field === 'string') return texts.has(name) ? [[name, field]] : []
      if (Array.isArray(field)) return [[name, field.length]]
      const below = figuresOf(field, depth + 1)
      return Object.keys(below).length === 0 ? [] : [[name, below]]
    }),
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
