import { z } from 'zod'
import { messageOf } from '../../base/errors.js'
import { anyJson, wholeNumber } from '../../base/facts.js'
import { defineStepKind, NotPerformedError } from '../definition/step-kind.js'
import { demandedTls } from '../../net/http/demanded-tls.js'
import { exchange, headerOf, type HttpHead } from '../../net/http/http-exchange.js'
import { Refusal } from '../../net/refusal.js'
import { untilAborted } from '../../net/until-aborted.js'
import { shownUrl, webAddresses } from '../../net/http/web-address.js'
import { connectWeb } from '../../net/http/web-connection.js'
import { boundedText, headerFacts, mediaType, readJson } from '../../net/http/web-facts.js'
import { approach, noRungs } from './effect/approach.js'
import { unknownEnd } from './effect/unknown-end.js'
import { httpInput, requestOf, type HttpInput } from './http/http-request.js'

const facts = z.strictObject({
  status: wholeNumber().describe('of the response; a redirect is one, and is not followed'),
  headers: z.record(z.string(), z.string()).describe('of the response, names in small letters; cookies are not shown'),
  contentType: z.string().describe('the media type, in small letters, without parameters'),
  text: z.string().describe('the beginning of the body as UTF-8 text'),
  bytes: wholeNumber().describe('length of the body that was read, decompressed'),
  truncated: z.boolean().describe('the body is longer than max-bytes'),
  isJson: z.boolean().describe('the whole body is one JSON text, whatever its media type'),
  json: anyJson().describe('the body as JSON; {} when it is not'),
})

function describedBody({ json, body }: HttpInput): readonly string[] {
  if (json !== undefined) return [`body: ${JSON.stringify(json)}`]
  return body === undefined ? [] : [`body: ${JSON.stringify(body)}`]
}

/** Sends one request to a web service. */
export const action = defineStepKind({
  kind: 'http',
  title: 'send a request to a web service',
  description:
    'Sends one request over a connection of its own: no proxy, no cookies, no redirect followed. When no connection stands before the request, nothing was done; when the connection breaks or the peer falls silent after it, ' +
    'the outcome is unknown. Every response is an answer: say which status is expected, or take any of 200 to 299. Unless it only reads, the request carries an Idempotency-Key that is the same each time this step of this run is carried out.',
  input: httpInput,
  facts,
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
    addresses: webAddresses(input.url),
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
        exchange(socket, address, request, (met) => (head = met)),
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
      if (error instanceof Refusal && error.problem.code === 'tls-required')
        throw new NotPerformedError(messageOf(error))
      throw unknownEnd(
        head.status === 0
          ? 'the request was sent'
          : `the request was sent and answered with status ${head.status}, its body cut off`,
        error,
        signal,
      )
    } finally {
      socket.destroy()
    }
  },
})
