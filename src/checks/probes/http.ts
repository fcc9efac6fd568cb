import { z } from 'zod'
import { credential, secretPlace } from '../../net/credential.js'
import { anyJson, wholeNumber, blankOf, ladderFacts, noProblem } from '../../base/facts.js'
import { isPlainObject } from '../../engine/plain-facts.js'
import { defineProbe } from '../../engine/probe.js'
import {
  clientCertificateInputs,
  clientCertificateProblems,
  clientFiles,
  isKeyOfCertificate,
  keyNeedsCertificate,
} from '../../net/client-certificate.js'
import { climb } from '../../net/climb-ladder.js'
import { fetchWeb, httpRungs, type FetchRequest } from '../../net/http/http-fetch.js'
import { headerOf, httpProblems } from '../../net/http/http-exchange.js'
import {
  headersInput,
  trustInputs,
  refuseUnobserved,
  boundedText,
  headerFacts,
  mediaType,
  readJson,
} from '../../net/http/web-facts.js'
import { attemptClock } from '../../net/turn.js'
import { refusesCredentials } from '../../net/http/refused-credentials.js'
import { refusedByPeer } from '../../net/refusal.js'
import { webAddress } from '../../net/http/web-address.js'
import {
  isTokenHeaderFree,
  loginInput,
  loginProblems,
  loginRemark,
  tokenHeaderTaken,
  type LoggedIn,
} from '../../net/http/login.js'
import { formBody, textBody } from '../../net/http/request-body.js'
import { Secret } from '../../redaction/secret-value.js'
import { pageBeside, pageFacts, pageInput } from './http/beside.js'
import { identify } from './http/identity.js'

const methods = ['GET', 'HEAD', 'POST'] as const

const input = z
  .strictObject({
    url: credential().describe('http or https; a user and password in it are sent as Basic authorization'),
    method: z.enum(methods).default('GET').describe('POST only with `changes-nothing`; no other method'),
    form: z
      .record(z.string(), credential().meta(secretPlace))
      .optional()
      .describe('the body of a POST, as the fields of a form (application/x-www-form-urlencoded)'),
    body: credential()
      .meta(secretPlace)
      .optional()
      .describe('the body of a POST, as text; a header may say of which type'),
    'changes-nothing': z
      .literal(true)
      .optional()
      .describe('its author knows that this POST changes nothing at the service, such as a search or a refused login'),
    headers: headersInput().describe('sent with the request, but not to another origin after a redirect'),
    'follow-redirects': z
      .int()
      .min(0)
      .max(10)
      .default(0)
      .describe('how many redirects are followed; with 0 the redirect itself is the response'),
    'max-bytes': z
      .int()
      .min(1)
      .max(16 * 1024 * 1024)
      .default(1024 * 1024)
      .describe('bytes of the body, decompressed; a longer one is the problem too-large'),
    beside: pageInput().describe(
      'more pages that are judged together with the first, each with a name; fetched after it, in this order, without the headers of the first, and at another origin without its certificate',
    ),
    ...trustInputs(),
    ...clientCertificateInputs(),
    login: loginInput(),
  })
  .refine(isKeyOfCertificate, keyNeedsCertificate)
  .refine((given) => (given.method === 'POST') === (given['changes-nothing'] === true), {
    path: ['changes-nothing'],
    error: 'a POST needs `changes-nothing: true`, and nothing else may have it',
  })
  .refine((given) => given.method === 'POST' || (given.form ?? given.body) === undefined, {
    path: ['method'],
    error: 'only a POST has a form or a body',
  })
  .refine((given) => given.form === undefined || given.body === undefined, 'give either form or body')
  .refine(isTokenHeaderFree, tokenHeaderTaken)
  .refine((given) => given.method !== 'POST' || given['follow-redirects'] === 0, {
    path: ['follow-redirects'],
    error: 'a POST is not sent again after a redirect',
  })
type HttpInput = z.output<typeof input>

/** The body of a request, and the header that names its type unless one is given. */
function sentBody({ method, form, body, headers }: HttpInput): Pick<FetchRequest, 'headers' | 'body'> {
  if (method !== 'POST') return { headers }
  const sent =
    form === undefined
      ? textBody(body?.reveal() ?? '')
      : formBody(Object.fromEntries(Object.entries(form).map(([name, value]) => [name, value.reveal()])))
  const isTyped = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
  return { body: sent.bytes, headers: isTyped ? headers : { 'content-type': new Secret(sent.type), ...headers } }
}

const facts = z.strictObject({
  ...ladderFacts(httpRungs, [
    ...httpProblems,
    ...clientCertificateProblems,
    ...loginProblems,
    'redirect-refused',
    'too-many-redirects',
  ]),
  firstByteMs: wholeNumber().describe('milliseconds until the head of the first response was there; 0 without one'),
  status: wholeNumber().describe('of the last response; 0 when there was none'),
  headers: z
    .record(z.string(), z.string())
    .describe('of the last response, names in lower case; cookies are not shown'),
  contentType: z.string().describe('the media type, in lower case, without parameters'),
  redirects: wholeNumber().describe('how many redirects were followed'),
  location: z.string().describe('where a redirect points that was not followed, without credentials and query'),
  bytes: wholeNumber().describe('length of the body that was read, decompressed'),
  truncated: z.boolean().describe('the body is longer than max-bytes'),
  text: z.string().describe('the beginning of the body as UTF-8 text'),
  isJson: z.boolean().describe('the whole body is one JSON text, whatever its media type'),
  json: anyJson().describe('the body as JSON; {} when it is not'),
  jsonError: z.string().describe('why it is not JSON'),
  beside: z.record(z.string(), pageFacts).describe('the pages under `beside`, by their names'),
})

const blank = blankOf(facts, { problem: noProblem, jsonError: 'there was no response' })

/** Fetches a page: status, headers, body. */
export const probe = defineProbe({
  kind: 'http',
  title: 'HTTP response',
  description:
    'Fetches a URL over a connection of its own: no proxy, no cookies, no redirect unless requested. Every status is a fact and not a problem, except 429 (too many requests) and 423 (locked), which are errors, since nothing was observed: state the expected status, and what the body must contain. A body that does not end within the time limit is a timeout (reached: response); a body above max-bytes is the problem too-large. Pages under `beside` are fetched too, so that they can be judged together.',
  input,
  facts,
  rungs: httpRungs,
  defaultTimeout: 10_000,
  examples: [
    {
      title: 'the health page is the answer of the service, not of a proxy or a login page',
      input: { url: 'http://127.0.0.1:8080/health' },
      expect: 'facts.status == 200 && facts.isJson && facts.contentType == "application/json"',
    },
    {
      title: 'without a key the page is refused by the service itself',
      input: { url: 'http://127.0.0.1:8080/private', headers: { accept: 'application/json' } },
      expect: 'facts.status == 401 && facts.text.contains("Unauthorized")',
    },
  ],
  remark: (written) => {
    if (!isPlainObject(written)) return undefined
    const isPost = written['changes-nothing'] === true
    const said = [
      ...(written['login'] === undefined ? [] : [loginRemark]),
      ...(isPost ? ['It sends a POST, of which its author says that it changes nothing.'] : []),
    ]
    return said.length === 0 ? undefined : said.join(' ')
  },
  addresses: (given) =>
    [...(given.login === undefined ? [] : [given.login.url]), given.url, ...Object.values(given.beside)].map(
      (url) => () => [webAddress(url, ['http', 'https'])],
    ),
  needs: (given) => ({ files: clientFiles(given) }),
  // A POST is only sent where its author says that it changes nothing.
  isLoginRefused: (given, { status, problem }) =>
    problem.code === 'login-refused' ||
    refusesCredentials(status, { ...given, isLogin: given.method === 'POST' || given.login !== undefined }),
  onlyReads: () => true,
  async observe(given, context) {
    let session: LoggedIn | undefined
    const facts = await climb(context, blank, async (draft, ascent) => {
      const { who, session: own } = await identify(given, ascent.signal)
      session = own
      const { body: sent, headers } = sentBody(given)
      const request = {
        ...who,
        url: given.url,
        method: given.method,
        body: sent,
        headers: { ...headers, ...session?.headers },
        redirects: given['follow-redirects'],
        limit: given['max-bytes'],
      }
      const began = attemptClock()
      const body = await fetchWeb(request, ascent, ({ head, redirects, location }) => {
        refuseUnobserved(head.status, headerOf(head, 'retry-after'))
        if (redirects === 0) draft.firstByteMs = Math.round(attemptClock() - began)
        Object.assign(draft, {
          status: head.status,
          headers: { ...headerFacts(head.headers), ...(location === '' ? {} : { location }) },
          contentType: mediaType(headerOf(head, 'content-type')),
          redirects,
          location,
          jsonError: 'there was no body',
        })
      })
      const text = body.bytes.toString('utf8')
      Object.assign(draft, {
        bytes: body.bytes.length,
        truncated: body.truncated,
        text: boundedText(text),
        ...readJson(text, body.truncated),
      })
      if (body.truncated) throw refusedByPeer('too-large', `the body is longer than ${given['max-bytes']} bytes`)
      draft.beside = await pageBeside(
        given.beside,
        { ...request, method: 'GET', body: undefined, headers: {}, redirects: 0 },
        ascent,
      )
    })
    return session?.masked(facts) ?? facts
  },
})
