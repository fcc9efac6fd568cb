import type { Secret } from '../../../redaction/secret-value.js'
import { readClientCertificate } from '../../../net/client-certificate.js'
import type { FetchRequest } from '../../../net/http/http-fetch.js'
import { logIn, type LoggedIn } from '../../../net/http/login.js'
import { originOf } from './beside.js'

interface Given {
  readonly url: Secret
  readonly 'trust-file'?: string | undefined
  readonly 'server-name'?: string | undefined
  readonly certificate?: string | undefined
  readonly key?: string | undefined
  readonly login?: Parameters<typeof logIn>[0] | undefined
}

/** As whom a page is asked for. */
interface Identity {
  readonly who: Pick<FetchRequest, 'trustFile' | 'serverName' | 'client'>
  /** There is one where the page has a login. */
  readonly session: LoggedIn | undefined
}

/**
 * Reads the certificate of the client, and logs in where that comes first. A login at another origin gets neither the
 * certificate nor the name of the page's server.
 *
 * @throws Refusal as `readClientCertificate` and `logIn` do
 */
export async function identify(given: Given, signal: AbortSignal): Promise<Identity> {
  const who = {
    trustFile: given['trust-file'],
    serverName: given['server-name'],
    client: await readClientCertificate(given.certificate, given.key),
  }
  if (given.login === undefined) return { who, session: undefined }
  const isSameOrigin = originOf(given.login.url) === originOf(given.url)
  const whoLogsIn = isSameOrigin ? who : { ...who, serverName: undefined, client: undefined }
  return { who, session: await logIn(given.login, whoLogsIn, signal) }
}
