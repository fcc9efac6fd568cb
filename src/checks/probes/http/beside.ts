import { z } from 'zod'
import { anyJson, wholeNumber } from '../../../base/facts.js'
import { credential } from '../../../net/credential.js'
import { headerOf } from '../../../net/http/http-exchange.js'
import { fetchWeb, type FetchRequest, type HttpRung } from '../../../net/http/http-fetch.js'
import { parseWebUrl } from '../../../net/http/web-address.js'
import { boundedText, mediaType, readJson, refuseUnobserved } from '../../../net/http/web-facts.js'
import { refusedByPeer } from '../../../net/refusal.js'
import type { Secret } from '../../../redaction/secret-value.js'

/** Pages by a name that expressions read them with. */
export const pageInput = () =>
  z
    .record(
      z.string().regex(/^[a-z][A-Za-z0-9]{0,30}$/, { error: 'a name of lower-case letters and digits' }),
      credential(),
    )
    .default({})

export const originOf = (url: Secret): string => parseWebUrl(url, ['http', 'https']).origin

/** What is reported of a page after the first. */
export const pageFacts = z.strictObject({
  status: wholeNumber().describe('of its response'),
  contentType: z.string().describe('its media type, in lower case, without parameters'),
  text: z.string().describe('the beginning of its body as UTF-8 text'),
  isJson: z.boolean().describe('its whole body is one JSON text'),
  json: anyJson().describe('its body as JSON; {} when it is not'),
})

/**
 * Fetches the pages one after the other. Every status that answers the request is a fact.
 *
 * @throws Refusal of the first that could not be fetched; what the page says of itself is not a refusal
 */
export async function pageBeside(
  pages: Readonly<Record<string, Secret>>,
  { url: first, ...request }: FetchRequest,
  ascent: { readonly signal: AbortSignal; reach(rung: HttpRung): void; bypass?(rung: 'tls'): void },
): Promise<Record<string, z.output<typeof pageFacts>>> {
  const fetched: Record<string, z.output<typeof pageFacts>> = {}
  for (const [name, url] of Object.entries(pages)) {
    let status = 0
    let contentType = ''
    const client = originOf(url) === originOf(first) ? request.client : undefined
    const body = await fetchWeb({ ...request, url, client }, ascent, ({ head }) => {
      refuseUnobserved(head.status, headerOf(head, 'retry-after'))
      status = head.status
      contentType = mediaType(headerOf(head, 'content-type'))
    })
    if (body.truncated) throw refusedByPeer('too-large', `the body of ${name} is longer than ${request.limit} bytes`)
    const text = body.bytes.toString('utf8')
    const { isJson, json } = readJson(text)
    fetched[name] = { status, contentType, text: boundedText(text), isJson, json }
  }
  return fetched
}
