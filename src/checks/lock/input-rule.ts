import { compilePattern, longestMatchedText } from '../../definitions/pattern.js'

/** What `*` takes up to the first `/`, `?` or `#` behind a scheme: nothing that ends a host, a user or a port there. */
const hostCharacters = '[A-Za-z0-9._-]'

/**
 * What it takes behind that: no query, which some drivers read a host from, and nothing that is written in another way.
 */
const pathCharacters = '[A-Za-z0-9._~/-]'

/** A rule that any value keeps. */
const anything = '*'

/**
 * Whether a value keeps a rule: a text in which `*` stands for one or more characters; `*` alone takes any value. Each
 * item of a list must
 * keep it, and an empty list does not. Up to the end of a host `*` takes what a name of a host may hold:
 * `https://*.internal` takes neither
 * `https://evil.example/x.internal` nor `https://evil.example:1@x.internal`. Behind it, and in a path, it takes no
 * segment that leads
 * out of it: `/srv/releases/*` does not take `/srv/releases/../evil`. Any text is held to this, since a check may read
 * any as an address.
 */
export function keepsRule(rule: string, value: string | readonly string[]): boolean {
  if (rule === anything) return true
  const pattern = compilePattern(patternOf(rule))
  const items = [value].flat()
  return (
    items.length > 0 &&
    items.every(
      (item) => item.length <= longestMatchedText && pattern.matches(item) && dotSegments(item) <= dotSegments(rule),
    )
  )
}

/**
 * How many segments are `.` or `..`, however they are written. Those that a rule spells out are in every value that
 * matches it.
 */
function dotSegments(text: string): number {
  return text
    .replace(/%2e/gi, '.')
    .split(/[/\\?#]|%2f|%5c/i)
    .filter((segment) => segment === '.' || segment === '..').length
}

function patternOf(rule: string): string {
  const scheme = rule.indexOf('://')
  const end = rule.slice(scheme < 0 ? 0 : scheme + 3).search(/[/?#]/)
  const authority = end < 0 ? rule.length : end + (scheme < 0 ? 0 : scheme + 3)
  const starred = (part: string, characters: string): string => part.split('*').map(literal).join(`${characters}+`)
  return whole(starred(rule.slice(0, authority), hostCharacters) + starred(rule.slice(authority), pathCharacters))
}

function whole(pattern: string): string {
  return `\\A(?:${pattern})\\z`
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
