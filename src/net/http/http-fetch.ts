import type { ClientCertificate } from '../client-certificate.js'
import type { Secret } from '../../redaction/secret-value.js'
import { demandedTls, parseWebUrl, webAddressOf, type WebAddress, connectWeb } from './web-address.js'
import { exchange, headerOf, type HttpHead, type CollectedBody } from './http-exchange.js'
import { refusedByPeer } from '../refusal.js'

export const httpRungs = ['resolve', 'connect', 'tls', 'response', 'body'] as const
export type HttpRung = (typeof httpRungs)[number]

export interface FetchRequest {
  readonly url: Secret
  readonly method: 'GET' | 'HEAD' | 'POST'
  /** Sent with every request, so not with redirects. */
  readonly body?: Buffer | undefined
  readonly headers: Readonly<Record<string, Secret>>
  /** How many redirects are followed. */
  readonly redirects: number
  /** Bytes of the body, decompressed. */
  readonly limit: number
  readonly trustFile: string | undefined
  readonly serverName: string | undefined
  /** Who the client is, for the origin of the URL and no other. */
  readonly client?: ClientCertificate | undefined
}

interface FetchedHead {
  readonly head: HttpHead
  /** How many redirects were followed to come here. */
  readonly redirects: number
  /** Where a redirect that was not followed points, without credentials; empty without one. */
  readonly location: string
}

const redirectStatuses = new Set([301, 302, 303, 307, 308])

/** The headers of a request: ours, over them those of the URL's user-info, over them those given. */
export function headersFor(address: WebAddress, given: Readonly<Record<string, Secret>>): Record<string, string> {
  const headers: Record<string, string> = {
    host: address.authority,
    accept: '*/*',
    'accept-encoding': 'identity',
    'user-agent': 'preflight',
    connection: 'close',
    ...(address.authorization === undefined ? {} : { authorization: address.authorization.reveal() }),
  }
  for (const [name, value] of Object.entries(given)) headers[name.toLowerCase()] = value.reveal()
  return headers
}

function redirectTarget(head: HttpHead, from: URL): URL | undefined {
  const location = headerOf(head, 'location')
  if (!redirectStatuses.has(head.status) || location === '' || !URL.canParse(location, from.href)) return undefined
  return new URL(location, from)
}

function refuseToFollow(from: URL, to: URL): void {
  if (to.protocol !== 'http:' && to.protocol !== 'https:')
    throw refusedByPeer('redirect-refused', `the redirect leads to a URL that begins with ${to.protocol}`)
  if (from.protocol === 'https:' && to.protocol === 'http:')
    throw refusedByPeer('redirect-refused', 'the redirect leads from https to http')
}

/**
 * Fetches a URL over connections of its own. Redirects are followed as often as asked; to another origin without the
 * headers and the certificate that were given, and never from https to http.
 *
 * @param onHead called for every response as soon as its headers are there, before anything is made of them
 * @throws Refusal `redirect-refused`, `too-many-redirects`, or as `connectWeb` and `exchange` do
 */
export async function fetchWeb(
  request: FetchRequest,
  ascent: { readonly signal: AbortSignal; reach(rung: HttpRung): void; bypass?(rung: 'tls'): void },
  onHead: (fetched: FetchedHead) => void,
): Promise<CollectedBody> {
  let url = parseWebUrl(request.url, ['http', 'https'])
  let given = request.headers
  let client = request.client
  for (let followed = 0; ; followed += 1) {
    // The rungs below a response were reached with the first one: a later hop does not climb down again.
    const reach = (rung: HttpRung): void => (followed === 0 ? ascent.reach(rung) : undefined)
    const address = webAddressOf(url)
    const bypass = (rung: 'tls'): void => (followed === 0 ? ascent.bypass?.(rung) : undefined)
    const socket = await connectWeb(address, { ...request, client }, { signal: ascent.signal, reach, bypass })
    let target: URL | undefined
    let isAnswered = false
    const exchanged = exchange(
      socket,
      address,
      {
        method: request.method,
        headers: headersFor(address, given),
        limit: request.limit,
        ...(request.body === undefined ? {} : { body: request.body }),
      },
      (head) => {
        isAnswered = true
        target = redirectTarget(head, url)
        ascent.reach('response')
        onHead({ head, redirects: followed, location: target === undefined ? '' : webAddressOf(target).printable })
      },
    )
    const body = await exchanged.catch(async (error: unknown) => {
      throw isAnswered ? error : await demandedTls(error, address, ascent.signal)
    })
    if (target === undefined || request.redirects === 0) {
      if (!body.truncated) ascent.reach('body')
      return body
    }
    if (followed === request.redirects)
      throw refusedByPeer('too-many-redirects', `redirected more than ${request.redirects} times`)
    refuseToFollow(url, target)
    if (target.origin !== url.origin) [given, client] = [{}, undefined]
    url = target
  }
}
