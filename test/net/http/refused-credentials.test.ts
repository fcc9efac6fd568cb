import { expect, it } from 'vitest'
import { z } from 'zod'
import { headersInput } from '../../../src/net/http/web-facts.js'
import { refusesCredentials } from '../../../src/net/http/refused-credentials.js'
import { tokenInput } from '../../../src/net/http/token.js'
import { Secret } from '../../../src/redaction/secret-value.js'

const request = z.object({ headers: headersInput(), token: tokenInput().optional() })

interface Given {
  readonly url?: string
  readonly isLogin?: boolean
  readonly headers?: Readonly<Record<string, string>>
  readonly token?: z.input<typeof request>['token']
}

const refuses = (status: number, { url = 'http://h/', isLogin = false, ...given }: Given): boolean =>
  refusesCredentials(status, { url: new Secret(url), isLogin, ...request.parse(given) })

it.each<readonly [string, Given]>([
  ['a header', { headers: { Authorization: 'Bearer a' } }],
  ['a key', { headers: { 'x-api-key': 'a' } }],
  ['a cookie', { headers: { cookie: 'session=a' } }],
  ['the URL', { url: 'http://user:password@h/' }],
  ['the query', { url: 'http://h/?token=a' }],
  ['a form', { isLogin: true }],
  ['a token', { token: { value: 'a' } }],
  ['a token that is signed', { token: { mint: { secret: 'a' } } }],
])('401 and 403 refuse the credentials of a request in %s', (_what, given) => {
  expect([401, 403].map((status) => refuses(status, given))).toEqual([true, true])
  expect([200, 302, 404, 500].map((status) => refuses(status, given))).toEqual([false, false, false, false])
})

it.each<readonly [string, Given]>([
  ['none', {}],
  ['another header', { headers: { accept: 'text/plain' }, url: 'http://h/?page=1' }],
  ['a token that has expired', { token: { mint: { secret: 'a', 'expired-ago': '1h' } } }],
  ['a token of another key', { token: { mint: { secret: 'a', tamper: 'signature' } } }],
  ['a token that is not signed', { token: { mint: { algorithm: 'none' } } }],
])('nothing is refused of a request with %s', (_what, given) => {
  expect(refuses(401, given)).toBe(false)
})
