import { type Found, matchesAt } from '../span.js'
import { lineStartOf } from './key-place.js'
import { isPlainValue, isProseWord } from './plain-value.js'
import { type Shape, patternShape } from './shape.js'

/** `machine … login … password …`, on one line or on several (netrc). */
export const netrc: Shape = patternShape(
  /\b(?:machine\s{1,40}\S{1,255}|default)\s{1,40}login\s{1,40}\S{1,255}\s{1,40}(?:account\s{1,40}\S{1,255}\s{1,40})?password\s{1,40}(?<secret>\S{1,1024})/dg,
  { anchors: ['login'] },
)

const PASSWORD_WORDS = ['password', 'requirepass', 'masterauth']

const PASSWORD_LINE =
  /([ \t]{0,40}(?:password|requirepass|masterauth)[ \t]{1,40}["']?)([^\s"']{1,1024})["']?[ \t]{0,40}\r?$/my

/** A line that is `password x`, as netrc and server configuration have it. */
export const passwordLine: Shape = {
  anchors: PASSWORD_WORDS,
  find({ text }, places) {
    const found: Found[] = []
    const lineStarts = places(PASSWORD_WORDS).flatMap((place) => {
      const start = lineStartOf(text, place)
      return place - start <= 40 ? [start] : []
    })
    for (const match of matchesAt(text, PASSWORD_LINE, lineStarts)) {
      const [, lead = '', value = ''] = match
      if (isPlainValue(value) || isProseWord(value)) continue
      found.push({ start: match.index + lead.length, end: match.index + lead.length + value.length, until: 'token' })
    }
    return found
  },
}

const PGPASS_LINE =
  /((?:[A-Za-z0-9_.*-]|\\:){1,255}:(?:\d{2,5}|\*):([A-Za-z0-9_.*-]{1,128}):[A-Za-z0-9_.*@-]{1,128}:)([^\s:](?:[^\s\\]|\\.){0,1024})[ \t]{0,8}\r?$/my

function lineStartsOf(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** `host:port:database:user:password` (pgpass); a pure IPv6 address or a place in a source file is none. */
export const pgpass: Shape = {
  find({ text }) {
    const found: Found[] = []
    for (const match of matchesAt(text, PGPASS_LINE, lineStartsOf(text))) {
      const [whole, lead = '', database = '', password = ''] = match
      if (/^\d{1,8}$/.test(database) || /^[0-9a-f:.]{1,64}$/i.test(whole.trim())) continue
      found.push({ start: match.index + lead.length, end: match.index + lead.length + password.length, until: 'token' })
    }
    return found
  },
}
