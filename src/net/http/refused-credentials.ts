import { namesCredential, type Secret } from '../../redaction/secret-value.js'
import type { tokenInput } from './token.js'
import type { z } from 'zod'

/** What a request may carry credentials in. */
interface Carrier {
  readonly url: Secret
  readonly headers: Readonly<Record<string, Secret>>
  /** Whether the request itself is a login: a form that is posted. */
  readonly isLogin?: boolean
  readonly token?: z.output<ReturnType<typeof tokenInput>> | undefined
}

/** Whether a status says that the credentials of a request were refused (RFC 9110 §15.5.2, §15.5.4). */
export function refusesCredentials(status: number, { url, headers, isLogin = false, token }: Carrier): boolean {
  if (status !== 401 && status !== 403) return false
  return isLogin || isToken(token) || Object.keys(headers).some(namesCredential) || isInUrl(url)
}

function isInUrl(text: Secret): boolean {
  if (!URL.canParse(text.reveal())) return false
  const { username, password, searchParams } = new URL(text.reveal())
  return username !== '' || password !== '' || [...searchParams.keys()].some(namesCredential)
}

/** One that is made to be refused is nobody's credentials. */
function isToken(token: Carrier['token']): boolean {
  if (token === undefined) return false
  const { mint } = token
  return (
    mint === undefined || (mint.secret !== undefined && mint.tamper === 'none' && mint['expired-ago'] === undefined)
  )
}
