import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Secret } from '../../redaction/secret-value.js'
import { messageOf, UnobservedError } from '../../base/errors.js'
import { demandedTls, parseWebUrl, webAddressOf, type WebAddress, connectWeb } from '../http/web-address.js'
import { httpRefusal, collectBody, type CollectedBody } from '../http/http-exchange.js'
import { peerWords, misconfigured } from '../refusal.js'
import { refuseUnobserved, boundedText, headerFacts, mediaType, readJson } from '../http/web-facts.js'
import type { PresentedToken } from '../http/token.js'
import { untilAborted } from '../../base/time/waiting.js'
import { WebSocketSession } from './websocket-session.js'

/** The rungs up to an upgraded connection. `response`: HTTP was answered; `upgrade`: with a WebSocket. */
export const upgradeRungs = ['resolve', 'connect', 'tls', 'response', 'upgrade'] as const

type UpgradeRung = (typeof upgradeRungs)[number]

interface UpgradeRequest {
  readonly url: Secret
  readonly headers: Readonly<Record<string, Secret>>
  readonly token: PresentedToken | undefined
  readonly protocols: readonly string[]
  /** Bytes of a message, and of the body of a refusal. */
  readonly limit: number
  readonly trustFile: string | undefined
  readonly serverName: string | undefined
}

/** How the peer answered the upgrade. Its body is there only when it refused. */
export interface UpgradeAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

interface UpgradeListener {
  /** Called with the answer before its body is read. */
  answered(answer: UpgradeAnswer): void
  refused(body: CollectedBody): void
}

function requestUrl(request: UpgradeRequest): URL {
  const url = parseWebUrl(request.url, ['ws', 'wss'])
  if (request.token?.place === 'query') url.searchParams.set(request.token.name, request.token.value.reveal())
  return url
}

function requestHeaders(request: UpgradeRequest, address: WebAddress): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': 'preflight' }
  if (address.authorization !== undefined) headers['authorization'] = address.authorization.reveal()
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value.reveal()
  if (request.token?.place === 'header') headers[request.token.name.toLowerCase()] = request.token.value.reveal()
  return headers
}

/** Neither the driver's request nor its errors may carry the URL's user-info; a fragment is never sent. */
function bareUrl(url: URL): URL {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  bare.hash = ''
  return bare
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

async function negotiate(
  url: URL,
  request: UpgradeRequest,
  socket: Socket,
  signal: AbortSignal,
  listener: UpgradeListener,
): Promise<WebSocketSession | undefined> {
  const { WebSocket } = await import('ws')
  const driver = new WebSocket(bareUrl(url), [...request.protocols], {
    createConnection: () => socket,
    headers: requestHeaders(request, webAddressOf(url)),
    followRedirects: false,
    maxPayload: request.limit,
    // A compressed frame could unfold beyond every limit that counts bytes on the wire.
    perMessageDeflate: false,
  })
  // Messages may come with the upgrade itself, so the session listens before it.
  const session = new WebSocketSession(driver, socket, signal)
  const answered = ({ statusCode = 0, headers }: IncomingMessage): void =>
    listener.answered({ status: statusCode, headers })
  return new Promise<WebSocketSession | undefined>((fulfil, reject) => {
    driver.once('upgrade', answered)
    driver.once('open', () => fulfil(session))
    driver.once('unexpected-response', (_request, response) => {
      answered(response)
      try {
        refuseUnobserved(response.statusCode ?? 0, response.headers['retry-after'] ?? '')
      } catch (error) {
        // Thrown on from here, it would end the process.
        return reject(error)
      }
      collectBody(response, response.headers['content-encoding'] ?? '', request.limit).then((body) => {
        listener.refused(body)
        // A success that is not an upgrade is not a refusal either: the peer took it for a request for a page.
        if (isSuccess(response.statusCode ?? 0))
          reject(
            misconfigured(
              'not-websocket',
              `the peer answered with status ${response.statusCode} and did not upgrade to WebSocket`,
            ),
          )
        else fulfil(undefined)
      }, reject)
    })
    driver.once('error', reject)
  })
}

/**
 * Connects and asks for a WebSocket (RFC 6455 §4). A peer that answers with a refusal has answered: the listener gets
 * it, and it is not an error. An answer of success without an upgrade goes to the listener too, and is `not-websocket`.
 *
 * @returns the session, or `undefined` when the peer refused; who gets a session closes it
 * @throws UnobservedError when it answers 429 or 423; Refusal with one of `httpProblems`, `not-websocket`, or a
 *   connection problem; SilenceError when the signal aborts first
 */
export async function upgrade(
  request: UpgradeRequest,
  ascent: { readonly signal: AbortSignal; reach(rung: UpgradeRung): void; bypass?(rung: 'tls'): void },
  listener: UpgradeListener,
): Promise<WebSocketSession | undefined> {
  const url = requestUrl(request)
  const address = webAddressOf(url)
  const socket = await connectWeb(address, request, ascent)
  let isAnswered = false as boolean
  const answered = (answer: UpgradeAnswer): void => {
    isAnswered = true
    ascent.reach('response')
    listener.answered(answer)
  }
  try {
    const session = await untilAborted(
      ascent.signal,
      negotiate(url, request, socket, ascent.signal, { ...listener, answered }),
    )
    if (session === undefined) socket.destroy()
    else ascent.reach('upgrade')
    return session
  } catch (error) {
    socket.destroy()
    if (error instanceof UnobservedError) throw error
    const refusal = httpRefusal(error)
    if (refusal !== undefined) throw isAnswered ? refusal : await demandedTls(refusal, address, ascent.signal)
    // The driver found the answer's headers wanting: it says which, and nothing else.
    if (isAnswered) throw misconfigured('not-websocket', peerWords(messageOf(error)))
    throw error
  }
}

/** The facts of one answer to a request for an upgrade. */
export interface UpgradeAnswerFacts {
  upgraded: boolean
  /** 101, or that of the refusal; 0 when there was none. */
  status: number
  headers: Record<string, string>
  contentType: string
  /** The beginning of the refusal's body. */
  text: string
  isJson: boolean
  /** The body as JSON; `{}` when it is not. */
  json: unknown
  wwwAuthenticate: string
}

export const noAnswer = {
  upgraded: false,
  status: 0,
  headers: {},
  contentType: '',
  text: '',
  isJson: false,
  json: {},
  wwwAuthenticate: '',
} as const satisfies UpgradeAnswerFacts

/** Writes what is learned of an answer into its facts, as it is learned. */
export function answerWriter(facts: UpgradeAnswerFacts): UpgradeListener {
  return {
    answered({ status, headers }) {
      Object.assign(facts, {
        status,
        headers: headerFacts(headers),
        contentType: mediaType(headers['content-type']?.toString()),
      })
      facts.wwwAuthenticate = headers['www-authenticate']?.toString() ?? ''
    },
    refused({ bytes, truncated }) {
      const text = bytes.toString('utf8')
      const { isJson, json } = readJson(text, truncated)
      Object.assign(facts, { text: boundedText(text), isJson, json })
    },
  }
}

/** What may differ between the refusals of two processes, the most telling first. */
const traits: readonly ((answer: UpgradeAnswerFacts) => unknown)[] = [
  ({ status }) => status,
  ({ wwwAuthenticate }) => wwwAuthenticate,
  ({ text }) => text,
]

/**
 * Of several answers the one that must be judged: the one that accepted, else the first that refused otherwise than the
 * first, else the first.
 *
 * @returns its index
 */
export function oddAnswer(answers: readonly UpgradeAnswerFacts[]): number {
  const accepted = answers.findIndex(({ upgraded }) => upgraded)
  if (accepted !== -1) return accepted
  const [first] = answers
  for (const trait of traits) {
    const other = answers.findIndex((answer) => first !== undefined && trait(answer) !== trait(first))
    if (other !== -1) return other
  }
  return 0
}
