import { z } from 'zod'
import { pathText } from '../../base/text/terminal-text.js'
import { messageOf } from '../../base/errors.js'
import { Secret } from '../../redaction/secret-value.js'
import { credential } from '../../net/credential.js'
import { defineCollector } from '../../engine/collector.js'
import { fetchWeb } from '../../net/http/http-fetch.js'
import { parseWebUrl, webAddressOf } from '../../net/http/web-address.js'
import { endedBetweenWords, readJson } from '../../net/http/web-facts.js'

const input = z.strictObject({
  url: credential().describe('http or https; a user and password in it are sent as Basic authorization'),
  token: credential().optional().describe('sent as `Authorization: Bearer …`'),
  'max-bytes': z
    .int()
    .min(1)
    .max(1024 * 1024)
    .default(256 * 1024)
    .describe('bytes of the body that are kept, decompressed'),
  'trust-file': pathText().optional().describe("a PEM file of certificates to trust instead of the system's"),
})

/** Levels of a body that is kept as JSON, well within what evidence may have; a deeper one is kept as text. */
const deepestJson = 50

/** A page as it is served at this moment, whatever its status: a redirect is not followed, a proxy not used. */
export const collector = defineCollector({
  kind: 'page',
  title: 'a page of a web service: status, headers, body',
  input,
  async collect(given, { signal }) {
    const { printable } = webAddressOf(parseWebUrl(given.url, ['http', 'https']))
    const request = {
      url: given.url,
      method: 'GET' as const,
      headers: given.token === undefined ? {} : { authorization: new Secret(`Bearer ${given.token.reveal()}`) },
      redirects: 0,
      limit: given['max-bytes'],
      trustFile: given['trust-file'],
      serverName: undefined,
    }
    let answer:
      | { readonly status: number; readonly location: string; readonly headers: Readonly<Record<string, string>> }
      | undefined
    try {
      const body = await fetchWeb(
        request,
        { signal, reach: () => {} },
        ({ head, location }) => (answer = { status: head.status, location, headers: selectedHeaders(head.headers) }),
      )
      const { truncated, bytes } = body
      const whole = bytes.toString('utf8')
      const text = truncated ? endedBetweenWords(whole) : whole
      const { isJson, json } = readJson(text, truncated, deepestJson)
      return {
        form: 'json',
        value: { url: printable, ...answer, bytes: bytes.length, truncated, body: isJson ? json : text, problem: '' },
      }
    } catch (error) {
      if (answer === undefined) throw error
      return {
        form: 'json',
        value: {
          url: printable,
          ...answer,
          bytes: 0,
          truncated: true,
          body: '',
          problem: `the body could not be read: ${messageOf(error)}`,
        },
      }
    }
  },
})

/** Response headers that say what answered and how; all others may carry sessions, tokens or the names of users. */
const shown = [
  'age',
  'allow',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'last-modified',
  'retry-after',
  'server',
  'transfer-encoding',
  'via',
  'www-authenticate',
  'x-powered-by',
] as const

/** Of a response's headers those that are kept, in small letters; of the others only how many there are. */
function selectedHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
  const kept = shown.flatMap((name) => {
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined
    return value === undefined ? [] : [[name, [value].flat().join(', ')] as const]
  })
  const others = Object.keys(headers).length - kept.length
  return Object.fromEntries([...kept, ...(others === 0 ? [] : [['(others, not kept)', String(others)] as const])])
}
