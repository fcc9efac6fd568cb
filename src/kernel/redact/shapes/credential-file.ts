import type { Found } from '../span.js'
import { isPlainValue, isProseWord } from './plain-value.js'
import { patternShape, type Shape } from './shape.js'

/** `machine … login … password …`, on one line or on several (netrc). */
export const netrc: Shape = patternShape(
  /\b(?:machine\s{1,40}\S{1,255}|default)\s{1,40}login\s{1,40}\S{1,255}\s{1,40}(?:account\s{1,40}\S{1,255}\s{1,40})?password\s{1,40}(?<secret>\S{1,1024})/dg,
  ['login'],
)

/** A line that is `password x`, as netrc and server configuration have it. */
export const passwordLine: Shape = {
  hints: ['pass', 'masterauth'],
  find(text) {
    const found: Found[] = []
    for (const match of text.matchAll(/^([ \t]{0,40}(?:password|requirepass|masterauth)[ \t]{1,40}["']?)([^\s"']{1,1024})["']?[ \t]{0,40}\r?$/gm)) {
      const [, lead = '', value = ''] = match
      if (isPlainValue(value) || isProseWord(value)) continue
      found.push({ start: match.index + lead.length, end: match.index + lead.length + value.length, until: 'token' })
    }
    return found
  },
}

/** `host:port:database:user:password` (pgpass); a pure IPv6 address or a place in a source file is none. */
export const pgpass: Shape = {
  hints: [':'],
  find(text) {
    const found: Found[] = []
    for (const match of text.matchAll(/^((?:[A-Za-z0-9_.*-]|\\:){1,255}:(?:\d{2,5}|\*):([A-Za-z0-9_.*-]{1,128}):[A-Za-z0-9_.*@-]{1,128}:)([^\s:](?:[^\s\\]|\\.){0,1024})[ \t]{0,8}\r?$/gm)) {
      const [whole, lead = '', database = '', password = ''] = match
      if (/^\d{1,8}$/.test(database) || /^[0-9a-f:.]{1,64}$/i.test(whole.trim())) continue
      found.push({ start: match.index + lead.length, end: match.index + lead.length + password.length, until: 'token' })
    }
    return found
  },
}
