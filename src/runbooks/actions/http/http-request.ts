import { z } from 'zod'
import { Secret } from '../../../redaction/secret-value.js'
import { credential } from '../../../net/credential.js'
import { NotPerformedError } from '../../definition/step-kind.js'
import { headersInput } from '../../../net/http/headers-input.js'
import { httpMethods, type HttpRequest } from '../../../net/http/http-exchange.js'
import { headersFor } from '../../../net/http/http-fetch.js'
import { parseWebUrl, webAddressOf, type WebAddress } from '../../../net/http/web-address.js'
import { plainJson, plainText } from '../effect/text-without-nul.js'

export const httpInput = z
  .strictObject({
    url: credential().describe('http or https; a user and password in it are sent as Basic authorization'),
    method: z.enum(httpMethods).describe('what is asked of the peer'),
    headers: headersInput().describe('sent with the request'),
    query: z.record(plainText(), plainText()).default({}).describe("added to the URL's query, encoded"),
    json: plainJson().optional().describe('the body, as JSON'),
    body: plainText(1_000_000).optional().describe('the body, as text'),
    'max-bytes': z
      .int()
      .min(1)
      .max(16 * 1024 * 1024)
      .default(1024 * 1024)
      .describe('bytes of the response body that are read, decompressed'),
    'trust-file': plainText(4096)
      .min(1)
      .optional()
      .describe("a PEM file of certificates to trust instead of the system's"),
    'server-name': plainText(255)
      .min(1)
      .optional()
      .describe("the name the certificate must carry, when it is not the URL's host"),
  })
  .refine(({ json, body }) => json === undefined || body === undefined, { error: 'give json or body, not both' })
  .refine(
    ({ json, body, method }) => (method !== 'GET' && method !== 'HEAD') || (json === undefined && body === undefined),
    { error: 'a GET or HEAD request has no body' },
  )

export type HttpInput = z.output<typeof httpInput>

/** What a header's value can hold (RFC 9110 §5.5): no control character but the tab, and bytes only. */
const headerValue = /^[\t\x20-\x7E\x80-\xFF]*$/

const controlCharacter = /[\u0000-\u001F\u007F]/

interface PreparedRequest {
  readonly address: WebAddress
  readonly request: HttpRequest
}

/** The URL parser drops line breaks without a word: what the peer got would not be what was written. */
function urlOf(input: HttpInput): URL {
  if (controlCharacter.test(input.url.reveal())) throw new NotPerformedError('url: it holds a control character')
  const url = parseWebUrl(input.url, ['http', 'https'])
  for (const [name, value] of Object.entries(input.query)) url.searchParams.append(name, value)
  return url
}

function bodyOf({ json, body }: HttpInput): { readonly bytes: Buffer; readonly type: string } | undefined {
  if (json !== undefined) return { bytes: Buffer.from(JSON.stringify(json)), type: 'application/json' }
  return body === undefined ? undefined : { bytes: Buffer.from(body), type: 'text/plain; charset=utf-8' }
}

/**
 * The request that an input asks for.
 *
 * @param idempotencyKey sent as `Idempotency-Key` when the author gives no such header; absent for what only reads
 * @throws NotPerformedError when a header or the URL cannot be sent as it is; Refusal `bad-url`
 */
export function requestOf(input: HttpInput, idempotencyKey: string | undefined): PreparedRequest {
  const address = webAddressOf(urlOf(input))
  const body = bodyOf(input)
  const unfit = Object.entries(input.headers).find(([, value]) => !headerValue.test(value.reveal()))
  if (unfit !== undefined)
    throw new NotPerformedError(`headers.${unfit[0]}: its value holds a character that no header can`)
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
