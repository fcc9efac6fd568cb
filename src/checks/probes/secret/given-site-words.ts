import { isIP } from 'node:net'
import type { ConnectionUrl } from './connection-urls.js'

/**
 * The deployment's own words, which a secret made by hand would be built from: the parts of a variable's name, and the
 * users,
 * hosts and databases of the connection URLs. Only runs of four letters and more: shorter ones stand in random keys by
 * chance.
 */
export function siteWords(variable: string, urls: readonly ConnectionUrl[]): readonly string[] {
  const texts = [
    variable,
    ...urls.flatMap(({ parts }) => [parts.user, isIP(parts.host) === 0 ? parts.host : '', parts.path]),
  ]
  return [...new Set(texts.flatMap((text) => text.toLowerCase().match(/\p{L}{4,40}/gu) ?? []))]
}
