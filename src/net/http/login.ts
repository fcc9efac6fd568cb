import { z } from 'zod'
import { growingRedactor } from '../../redaction/redact.js'
import { Secret } from '../../redaction/secret-value.js'
import { credential, secretPlace } from '../credential.js'
import { isRefusal, misconfigured, refusedByPeer, refusedForNow, Refusal } from '../refusal.js'
import { headerOf } from './http-exchange.js'
import { fetchWeb, type FetchRequest } from './http-fetch.js'
import { formBody } from './request-body.js'
import { headerName, readJson, refuseUnobserved } from './web-facts.js'

/** The problem codes of a login that comes before a request. */
export const loginProblems = ['login-refused', 'login-failed', 'login-unusable'] as const

const fields = () => z.record(z.string(), credential().meta(secretPlace)).optional()

const login = z
  .strictObject({
    url: credential().describe('http or https; it gets a POST'),
    form: fields().describe('the body, as the fields of a form'),
    json: fields().describe('the body, as a JSON object of texts'),
    token: z
      .string()
      .regex(/^[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*){0,9}$/, 'expected a path of names, such as data.access_token')
      .optional()
      .describe('where the token is in the JSON of the answer'),
    'token-header': headerName()
      .optional()
      .describe('the header of the answer that has the token, in place of `token`'),
    as: z
      .strictObject({
        header: headerName().default('authorization').describe('the header that the token is sent in'),
        scheme: z
          .string()
          .regex(/^[A-Za-z0-9-]{0,40}$/, 'expected a word such as Bearer, or an empty text')
          .default('Bearer')
          .describe('the word before the token; empty for none'),
      })
      .prefault({})
      .describe('how the request carries the token'),
  })
  .refine((given) => given.form === undefined || given.json === undefined, 'give either form or json')
  .refine(
    (given) => (given.token === undefined) !== (given['token-header'] === undefined),
    'give either token or token-header',
  )

/** A login among the inputs of a kind that asks a web service. */
export const loginInput = () =>
  login
    .optional()
    .describe(
      'an earlier request (a POST) whose answer has a token for this one. The token is held in memory only, and masked wherever the service repeats it. A login that is refused is the problem login-refused and is not tried again by itself',
    )

type Login = z.output<typeof login>

/** What a login and the headers of a request must be together. */
export function isTokenHeaderFree({
  login: given,
  headers,
}: {
  readonly login?: Login | undefined
  readonly headers: Readonly<Record<string, unknown>>
}): boolean {
  return !Object.keys(headers).some((name) => name.toLowerCase() === given?.as.header.toLowerCase())
}

export const tokenHeaderTaken = {
  path: ['headers'],
  error: 'one of these headers is the one that carries the token of `login`',
}

/** What people must know of a login, for `explain`. */
export const loginRemark = 'It logs in first, by a POST to the address of `login`.'

/** A token for one request, and what takes it out of everything that the service says afterwards. */
export interface LoggedIn {
  readonly headers: Readonly<Record<string, Secret>>
  /** Of a JSON-like value every text, keys included, without the token in any form. */
  masked<Value>(value: Value): Value
}

/** Bytes of an answer. */
const longestAnswer = 64 * 1024

/**
 * Logs in once.
 *
 * @throws Refusal `login-refused` where the service does not accept the credentials, `login-failed` where it has a
 *   problem of its own, `login-unusable` where its answer has no token that could be sent and masked, or as `fetchWeb`
 *   does; ThrottledError for status 429
 */
export async function logIn(
  given: Login,
  how: Pick<FetchRequest, 'trustFile' | 'serverName' | 'client'>,
  signal: AbortSignal,
): Promise<LoggedIn> {
  try {
    const token = await tokenOf(given, how, signal)
    const { header, scheme } = given.as
    const sent = new Secret(scheme === '' ? token : `${scheme} ${token}`)
    return { headers: { [header.toLowerCase()]: sent }, masked: maskOf(token) }
  } catch (error) {
    if (!isRefusal(error)) throw error
    throw new Refusal({ ...error.problem, detail: `at the login: ${error.problem.detail}` })
  }
}

async function tokenOf(given: Login, how: Parameters<typeof logIn>[1], signal: AbortSignal): Promise<string> {
  let [status, fromHeader] = [0, '']
  const { bytes, type } = bodyOf(given)
  const answer = await fetchWeb(
    {
      ...how,
      url: given.url,
      method: 'POST',
      headers: { 'content-type': new Secret(type), accept: new Secret('application/json') },
      body: bytes,
      redirects: 0,
      limit: longestAnswer,
    },
    { signal, reach: () => undefined },
    ({ head }) => {
      refuseUnobserved(head.status, headerOf(head, 'retry-after'))
      status = head.status
      fromHeader = headerOf(head, given['token-header']?.toLowerCase() ?? '')
    },
  )
  if (status >= 500) throw refusedForNow('login-failed', `the answer has the status ${status}`)
  if (status >= 400) throw misconfigured('login-refused', `the answer has the status ${status}`)
  if (status >= 300) throw refusedByPeer('login-failed', `the answer has the status ${status}`)
  const token =
    given.token === undefined
      ? fromHeader
      : tokenIn(readJson(answer.bytes.toString('utf8'), answer.truncated).json, given.token)
  if (typeof token !== 'string' || token === '')
    throw misconfigured(
      'login-unusable',
      `the answer (status ${status}) has no text at ${given.token ?? given['token-header']!}`,
    )
  if (!/^[\x21-\x7E]{1,16384}$/.test(token))
    throw misconfigured('login-unusable', 'the token has characters that no header can carry, or is too long')
  if (!growingRedactor([]).learn('token', token))
    throw misconfigured('login-unusable', 'the token is too short or too common to be masked in a report')
  return token
}

function bodyOf({ form, json }: Login) {
  const texts = (given: Readonly<Record<string, Secret>>): Record<string, string> =>
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value.reveal()]))
  return json === undefined
    ? formBody(texts(form ?? {}))
    : { bytes: Buffer.from(JSON.stringify(texts(json))), type: 'application/json' }
}

function tokenIn(json: unknown, path: string): unknown {
  let found = json
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined
    found = (found as Readonly<Record<string, unknown>>)[name]
  }
  return found
}

function maskOf(token: string): LoggedIn['masked'] {
  const redactor = growingRedactor([])
  redactor.learn('token', token)
  const text = (given: string): string => (redactor.finds(given).length > 0 ? redactor.text(given) : given)
  const mask = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value)
    if (Array.isArray(value)) return value.map(mask)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key), mask(item)]))
  }
  return <Value>(value: Value) => mask(value) as Value
}
