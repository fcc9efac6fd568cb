import { isTokenScheme } from '../dsn-secrets.js'
import type { Found } from '../span.js'
import { after, matchesAt } from './anchors.js'
import { anchoredShape, patternShape, type Shape } from './shape.js'

const LONGEST = 4096
const STOP = /[\s<>"'`|\0]|,[a-z][a-z0-9+.-]{0,31}:\/\//i

/** Data stores' URLs have no `@` in their path, so one there ends a password with a raw slash. */
const STORE = /^(?:rediss?|valkeys?|postgres(?:ql)?|nats|mysql|mariadb|mongodb(?:\+srv)?|amqps?|mqtts?|kafka|ldaps?)$/i

function userInfoEnd(scheme: string, rest: string): number {
  const slash = rest.search(/[/?#]/)
  const authority = slash < 0 ? rest : rest.slice(0, slash)
  const last = rest.lastIndexOf('@')
  if (last < 0) return -1
  if (authority.includes('@')) {
    const query = rest.indexOf('?')
    return query >= 0 ? rest.slice(0, query).lastIndexOf('@') : last
  }
  const port = /:([^:]{0,128})$/.exec(authority)
  const isHostAndPort = !authority.startsWith(':') && (!port || /^\d{0,5}$/.test(port[1] ?? ''))
  if (!isHostAndPort) return last
  return STORE.test(scheme) && authority.includes(':') && !rest.slice(0, last).includes('?') ? last : -1
}

const SLASHES = ['://', ':/\\', ':\\/']

/** Passwords in the user-info of URLs, up to the last `@`; a lone user-info only where it is a token. */
export const urlUserInfo: Shape = {
  anchors: SLASHES,
  find({ text }, places) {
    const found: Found[] = []
    for (const match of matchesAt(text, /:\\?\/\\?\//y, places(SLASHES))) {
      const scheme = /[a-z][a-z0-9+.-]{0,31}$/i.exec(text.slice(Math.max(0, match.index - 32), match.index))?.[0]
      const start = match.index + match[0].length
      if (scheme === undefined) continue
      const rest = text.slice(start, start + LONGEST)
      const stop = rest.search(STOP)
      const run = stop < 0 ? rest : rest.slice(0, stop)
      const end = userInfoEnd(scheme, run)
      if (end <= 0) continue
      const colon = run.slice(0, end).indexOf(':')
      if (colon < 0 && !isTokenScheme(scheme)) continue
      if (colon + 1 < end) found.push({ start: start + colon + 1, end: start + end })
    }
    return found
  },
}

/** Query parameters that carry a credential under a name that says little elsewhere. */
export const queryToken: Shape = anchoredShape(
  /[?&;](?:sig|signature|key|code|auth|jwt|sas|x-amz-signature|x-amz-credential|x-amz-security-token|x-goog-signature|x-goog-credential)=(?<secret>[^&;\s"'`<>#]{10,4096})/diy,
  { anchors: ['sig', 'key', 'cod', 'aut', 'jwt', 'sas', 'x-a', 'x-g'].flatMap((name) => after('?&;', name)) },
)

/** Addresses that are a credential themselves: who knows the path may post. */
export const webhookUrl: Shape = patternShape(
  new RegExp(
    '(?:hooks\\.slack(?:-gov)?\\.com/(?:services|workflows|triggers)|discord(?:app)?\\.com/api(?:/v\\d{1,2})?/webhooks|' +
      '\\.webhook\\.office\\.com/webhookb2|outlook\\.office(?:365)?\\.com/webhook|' +
      'hooks\\.zapier\\.com/hooks/catch|maker\\.ifttt\\.com/trigger|chat\\.googleapis\\.com/v1/spaces|' +
      'api\\.telegram\\.org/(?:file/)?bot|events\\.pagerduty\\.com/integration|webhook\\.site|' +
      '\\.logic\\.azure\\.com(?::443)?/workflows)(?<secret>[^\\s"\'`<>]{8,2048})',
    'dgi',
  ),
  { anchors: ['hooks.', 'webhook', 'ifttt', 'googleapis', 'telegram', 'pagerduty', 'azure'] },
)
