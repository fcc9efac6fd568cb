import { z } from 'zod'
import { pathText } from '../../base/text/terminal-text.js'
import { messageOf } from '../../base/errors.js'
import { anyJson, wholeNumber } from '../../base/facts.js'
import { formBody, textBody, type RequestBody } from '../../net/http/request-body.js'
import { defineStepKind, NotPerformedError } from '../definition/step-kind.js'
import {
  demandedTls,
  shownUrl,
  webAddress,
  connectWeb,
  parseWebUrl,
  webAddressOf,
  type WebAddress,
} from '../../net/http/web-address.js'
import { exchange, headerOf, type HttpHead, httpMethods, type HttpRequest } from '../../net/http/http-exchange.js'
import { isRefusal } from '../../net/refusal.js'
import { untilAborted } from '../../base/time/waiting.js'
import { boundedText, headerFacts, mediaType, readJson, headersInput } from '../../net/http/web-facts.js'
import { approach, noRungs, unknownEnd, plainJson, textWithoutNul } from './effect/approach.js'
import { Secret } from '../../redaction/secret-value.js'
import { credential, secretPlace } from '../../net/credential.js'
import { headersFor } from '../../net/http/http-fetch.js'
import { readAddresses } from '../../net/read-addresses.js'

const facts = z.strictObject({
  status: wholeNumber().describe('of the response; a redirect counts as a response and is not followed'),
  headers: z.record(z.string(), z.string()).describe('of the response, names in lower case; cookies are not shown'),
  contentType: z.string().describe('the media type, in lower case, without parameters'),
  text: z.string().describe('the beginning of the body as UTF-8 text'),
  bytes: wholeNumber().describe('length of the body that was read, decompressed'),
  truncated: z.boolean().describe('the body is longer than max-bytes'),
  isJson: z.boolean().describe('the whole body is one JSON text, whatever its media type'),
  json: anyJson().describe('the body as JSON; {} when it is not'),
})

function describedBody({ json, form, body }: HttpInput): readonly string[] {
  if (form !== undefined)
    return Object.entries(form).map(([name, value]) => `form: ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
  if (json !== undefined) return [`body: ${JSON.stringify(json)}`]
  return body === undefined ? [] : [`body: ${JSON.stringify(body)}`]
}

const httpInput = z
  .strictObject({
    url: credential().describe('http or https; a user and password in it are sent as Basic authorization'),
    method: z.enum(httpMethods).describe('the HTTP method'),
    headers: headersInput().describe('sent with the request'),
    query: z.record(textWithoutNul(), textWithoutNul()).default({}).describe("added to the URL's query, encoded"),
    json: plainJson().optional().meta(secretPlace).describe('the body, as JSON'),
    form: z
      .record(textWithoutNul(), textWithoutNul().meta(secretPlace))
      .optional()
      .describe('the body, as the fields of a form (application/x-www-form-urlencoded)'),
    body: textWithoutNul(1_000_000).optional().meta(secretPlace).describe('the body, as text'),
    'max-bytes': z
      .int()
      .min(1)
      .max(16 * 1024 * 1024)
      .default(1024 * 1024)
      .describe('bytes of the response body that are read, decompressed'),
    'trust-file': pathText().optional().describe("a PEM file of certificates to trust instead of the system's"),
    'server-name': textWithoutNul(255)
      .min(1)
      .optional()
      .describe("the name the certificate must carry, when it is not the URL's host"),
  })
  .refine((input) => bodiesIn(input) <= 1, { error: 'give only one of json, form and body' })
  .refine((input) => (input.method !== 'GET' && input.method !== 'HEAD') || bodiesIn(input) === 0, {
    error: 'a GET or HEAD request has no body',
  })

function bodiesIn({ json, form, body }: { json?: unknown; form?: unknown; body?: unknown }): number {
  return [json, form, body].filter((each) => each !== undefined).length
}

type HttpInput = z.output<typeof httpInput>

/** What a header's value can hold (RFC 9110 §5.5): no control character but the tab, and bytes only. */
const headerValue = /^[\t\x20-\x7E\x80-\xFF]*$/

const controlCharacter = /[\u0000-\u001F\u007F]/

interface PreparedRequest {
  readonly address: WebAddress
  readonly request: HttpRequest
}

/** The URL parser drops line breaks silently: what the peer got would not be what was written. */
function urlOf(input: HttpInput): URL {
  if (controlCharacter.test(input.url.reveal())) throw new NotPerformedError('url: it contains a control character')
  const url = parseWebUrl(input.url, ['http', 'https'])
  for (const [name, value] of Object.entries(input.query)) url.searchParams.append(name, value)
  return url
}

function bodyOf({ json, form, body }: HttpInput): RequestBody | undefined {
  if (form !== undefined) return formBody(form)
  if (json !== undefined) return { bytes: Buffer.from(JSON.stringify(json)), type: 'application/json' }
  return body === undefined ? undefined : textBody(body)
}

/**
 * The request that an input asks for.
 *
 * @param idempotencyKey sent as `Idempotency-Key` when the author gives no such header; absent for what only reads
 * @throws NotPerformedError when a header or the URL cannot be sent as it is; Refusal `bad-url`
 */
function requestOf(input: HttpInput, idempotencyKey: string | undefined): PreparedRequest {
  const address = webAddressOf(urlOf(input))
  const body = bodyOf(input)
  const unfit = Object.entries(input.headers).find(([, value]) => !headerValue.test(value.reveal()))
  if (unfit !== undefined)
    throw new NotPerformedError(`headers.${unfit[0]}: its value contains a character that is not allowed in a header`)
  const own: Record<string, Secret> = {}
  if (body !== undefined) own['content-type'] = new Secret(body.type)
  if (idempotencyKey !== undefined) own['idempotency-key'] = new Secret(idempotencyKey)
  const given = Object.fromEntries(Object.entries(input.headers).map(([name, value]) => [name.toLowerCase(), value]))
  const headers = headersFor(address, { ...own, ...given })
  // A request of a method that has a body says so, also where it is empty (RFC 9110 §8.6).
  const bytes = body?.bytes ?? (['POST', 'PUT', 'PATCH'].includes(input.method) ? Buffer.alloc(0) : undefined)
  return {
    address,
    request: {
      method: input.method,
      headers,
      limit: input['max-bytes'],
      ...(bytes === undefined ? {} : { body: bytes }),
    },
  }
}

/** Sends one request to a web service. */
export const action = defineStepKind({
  kind: 'http',
  title: 'send a request to a web service',
  description:
    'Sends one request over a connection of its own: no proxy, no cookies, no redirect followed. If no connection can be made, nothing was done; if the connection breaks or the peer stops answering after the request was sent, ' +
    'the outcome is unknown. Every response is an answer: state the expected status; the default is any of 200 to 299. Unless it only reads, the request carries an Idempotency-Key that is the same each time this step of this run is performed.',
  input: httpInput,
  facts,
  secretProblem: () => undefined,
  effects: ['read', 'idempotent', 'once'],
  expect: ['facts.status >= 200 && facts.status <= 299'],
  defaultTimeout: 30_000,
  examples: [
    {
      title: 'a page that is read',
      input: { method: 'GET', url: 'http://127.0.0.1:8080/status' },
      expect: 'facts.status == 200 && facts.json.status == "healthy"',
    },
    {
      title: 'a shutdown that needs a key',
      input: {
        method: 'POST',
        url: 'http://127.0.0.1:8080/admin/shutdown',
        headers: { 'x-api-key': 'an-example-and-not-a-key' },
        json: { reason: 'maintenance' },
      },
      expect: 'facts.status == 202',
    },
  ],
  describe: (input) => ({
    lines: [
      `${input.method} ${shownUrl(input.url)}`,
      ...Object.entries(input.query).map(
        ([name, value]) => `query: ${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
      ),
      ...(Object.keys(input.headers).length === 0 ? [] : [`headers: ${Object.keys(input.headers).join(', ')}`]),
      ...describedBody(input),
    ],
    addresses: readAddresses([() => [webAddress(input.url)]]).addresses,
    files: [],
  }),
  async perform(input, context) {
    const { signal } = context
    const { address, request, socket } = await approach(async () => {
      const prepared = requestOf(input, context.step.effect === 'read' ? undefined : context.idempotencyKey)
      const options = { trustFile: input['trust-file'], serverName: input['server-name'] }
      return { ...prepared, socket: await connectWeb(prepared.address, options, { signal, reach: noRungs }) }
    })
    let head: HttpHead = { status: 0, headers: {} }
    try {
      const body = await untilAborted(
        signal,
        exchange(socket, address, request, (received) => (head = received)),
      )
      const text = body.bytes.toString('utf8')
      const { isJson, json } = readJson(text, body.truncated)
      return {
        status: head.status,
        headers: headerFacts(head.headers),
        contentType: mediaType(headerOf(head, 'content-type')),
        text: boundedText(text),
        bytes: body.bytes.length,
        truncated: body.truncated,
        isJson,
        json,
      }
    } catch (thrown) {
      const error = head.status === 0 ? await demandedTls(thrown, address, signal).catch(() => thrown) : thrown
      // A peer that answers in TLS has read no request.
      if (isRefusal(error) && error.problem.code === 'tls-required') throw new NotPerformedError(messageOf(error))
      throw unknownEnd(
        head.status === 0
          ? 'the request was sent'
          : `the request was sent and answered with status ${head.status}, but the body was cut off`,
        error,
        signal,
      )
    } finally {
      socket.destroy()
    }
  },
})
