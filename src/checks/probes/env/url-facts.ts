import { redactedMarker } from '../../../redaction/secret-value.js'
import type { UrlParts } from '../../../net/url.js'
import { remoteHosts } from '../../../net/trusted-network.js'

const namesCredential = /pass|pwd|secret|token|key|cred|auth|sign|jwt/i

/** What a URL shows without its credentials; a user alone may be a token. */
export function urlFacts({ hosts, ...parts }: UrlParts, trusted: readonly string[]) {
  const query = Object.entries(parts.query).map(([name, value]): [string, string] => [
    name,
    namesCredential.test(name) ? redactedMarker : value,
  ])
  return {
    ...parts,
    user: parts.hasPassword ? parts.user : '',
    query: Object.fromEntries(query),
    remoteHosts: [...remoteHosts(hosts, trusted)],
  }
}
