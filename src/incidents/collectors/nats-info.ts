import { z } from 'zod'
import { Secret } from '../../redaction/secret-value.js'
import { credential } from '../../net/credential.js'
import { surroundingsOf } from '../../environment/driver-context.js'
import { driverInput } from '../../net/driver-input.js'
import { defineCollector } from '../../engine/collector.js'
import { fetchWeb } from '../../net/http/http-fetch.js'
import { logInToNats } from '../../net/nats/nats-login.js'
import { proveJetStream } from '../../net/nats/nats-session.js'
import { parseNatsUrl } from '../../net/nats/nats-url.js'
import { parseWebUrl, webAddressOf } from '../../net/http/web-address.js'
import { readJson } from '../../net/http/web-facts.js'
import { Parts } from './gathering/parts.js'
import { figuresOf, serverOf } from './nats-info/figures.js'

const input = z.strictObject({
  url: credential().describe(
    'server URL: nats, tls, ws, wss or no scheme, with user and password or a token before the host',
  ),
  driver: driverInput('nats'),
  monitoring: credential().optional().describe('the address of its monitoring, whose /varz is read'),
  'trust-file': z.string().min(1).optional().describe("PEM file of certificates to trust instead of the system's"),
})

/** Milliseconds for the login, and for one answer. */
const answerLimit = 5000

/** A monitoring page is some 10 kB. */
const mostBytes = 512 * 1024

/** What a NATS server says of itself: versions, limits, figures. No subject, no message, no client. */
export const collector = defineCollector({
  kind: 'nats-info',
  title: 'what a NATS server says of itself',
  input,
  async collect({ url, driver, monitoring, 'trust-file': trustFile }, { signal, environment }) {
    const surroundings = surroundingsOf(environment)
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
