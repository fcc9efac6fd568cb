import { driverContextOf } from '../../../environment/driver-context.js'
import type { ProbeContext } from '../../../engine/probe.js'
import { type UrlParts, readUrl } from '../../../net/url.js'
import type { VariableDeclaration } from '../../../environment/variable-reading.js'
import { variableText, readDriverUrl } from '../../../environment/read-variable.js'
import { isIP } from 'node:net'

/** A variable of the environment under test that holds a connection URL. */
export interface ConnectionUrl {
  readonly name: string
  readonly parts: UrlParts
  /** Empty when the URL carries none. */
  readonly password: string
}

/** A variable that no pack declares is raw text, and secret. */
function declarationOf(name: string, { variables }: ProbeContext): VariableDeclaration {
  return (Object.hasOwn(variables, name) ? variables[name] : undefined) ?? { reads: [], exposure: 'secret' }
}

/** A variable after its target's textual steps; `undefined` when it is unset. */
export function valueOf(name: string, context: ProbeContext): string | undefined {
  const raw = context.environment.get(name)?.reveal()
  return raw === undefined ? undefined : variableText(raw, declarationOf(name, context))
}

/** Whether a variable's value is meant as a URL: its pack says so, or it looks like one. */
export function isConnectionUrl(name: string, value: string, context: ProbeContext): boolean {
  return declarationOf(name, context).reads.includes('url') || /^[a-z][a-z0-9+.-]{0,30}:\/\//i.test(value)
}

/** What a URL has for credentials depends on no file of a home, while a driver may refuse a URL without one. */
const anyHome = '/'

/** @returns `undefined` when the value cannot be taken apart */
export function connectionUrl(name: string, value: string, context: ProbeContext): ConnectionUrl | undefined {
  const { driver, schemes } = declarationOf(name, context)
  const url =
    driver === undefined
      ? readUrl(value, { schemeless: schemes?.includes('') ?? false, credentials: true })
      : readDriverUrl(value, driver, driverContextOf(context.environment, anyHome))
  return 'reason' in url ? undefined : { name, ...url }
}

/** Every variable of the environment, declared or not, that holds a connection URL. */
export function connectionUrls(context: ProbeContext): readonly ConnectionUrl[] {
  return context.environment.names().flatMap((name) => {
    const value = valueOf(name, context) ?? ''
    const url = isConnectionUrl(name, value, context) ? connectionUrl(name, value, context) : undefined
    return url === undefined ? [] : [url]
  })
}

/**
 * The deployment's own words, which a secret made by hand would be built from: the parts of a variable's name, and the
 * users, hosts and databases of the connection URLs. Only runs of four letters and more: shorter ones are in random
 * keys by chance.
 */
export function siteWordsOfUrls(variable: string, urls: readonly ConnectionUrl[]): readonly string[] {
  const texts = [
    variable,
    ...urls.flatMap(({ parts }) => [parts.user, isIP(parts.host) === 0 ? parts.host : '', parts.path]),
  ]
  return [...new Set(texts.flatMap((text) => text.toLowerCase().match(/\p{L}{4,40}/gu) ?? []))]
}
