import { compilePattern, longestMatchedText } from './pattern.js'

/** What `*` takes of an address up to the end of its host and port: nothing that ends a host, a user or a port there. */
const hostCharacters = '[A-Za-z0-9._-]'

/** What it takes behind that: no query, which some drivers read a host from, and nothing that is written in another way. */
const pathCharacters = '[A-Za-z0-9._~/-]'

/** A rule that any value keeps. */
const anything = '*'

/**
 * Whether a value keeps a rule: a text in which `*` stands for one or more characters; `*` alone takes any value. Each item of a list must
 * keep it, and an empty list does not. In an address (of an input of that type, or a rule with `://`) `*` never reaches over the end of a
 * host: `https://*.internal` takes neither `https://evil.example/x.internal` nor `https://evil.example:1@x.internal`.
 *
 * @param isAddress whether the input is of type url
 */
export function keepsRule(rule: string, value: string | readonly string[], isAddress: boolean): boolean {
  if (rule === anything) return true
  const pattern = compilePattern(isAddress || rule.includes('://') ? addressPattern(rule) : textPattern(rule))
  const items = [value].flat()
  return items.length > 0 && items.every((item) => item.length <= longestMatchedText && pattern.matches(item))
}

function textPattern(rule: string): string {
  return whole(rule.split('*').map(literal).join('(?s:.)+'))
}

function addressPattern(rule: string): string {
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
