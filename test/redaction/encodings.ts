import { deflateSync, gzipSync } from 'node:zlib'

type Encode = (text: string) => string

const base64: Encode = (text) => Buffer.from(text, 'utf8').toString('base64')
const base64url: Encode = (text) => Buffer.from(text, 'utf8').toString('base64url')
const hex: Encode = (text) => Buffer.from(text, 'utf8').toString('hex')
const json: Encode = (text) => JSON.stringify(text).slice(1, -1)
const percentAll: Encode = (text) =>
  [...Buffer.from(text, 'utf8')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
const unicode: Encode = (text) =>
  Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')
const wrapAt =
  (width: number, glue: string): Encode =>
  (text) =>
    Array.from({ length: Math.ceil(text.length / width) }, (_, i) => text.slice(i * width, (i + 1) * width)).join(glue)

/** Ways a secret gets written, named; each must be masked as if it were the secret itself. */
export const ENCODINGS: Readonly<Record<string, Encode>> = {
  raw: (text) => text,
  reversed: (text) => [...text].reverse().join(''),
  base64,
  base64url,
  'base64 after one byte': (text) => base64(`a${text}zz`),
  'base64 after two bytes': (text) => base64(`ab${text}z`),
  'base64 with a newline': (text) => base64(`${text}\n`),
  'base64 twice': (text) => base64(base64(text)),
  'base64 three times': (text) => base64(base64(base64(text))),
  'base64, wrapped': (text) => wrapAt(16, '\n')(base64(text)),
  'base64 twice, wrapped': (text) => wrapAt(20, '\r\n  ')(base64(base64(text))),
  hex,
  'hex in capitals': (text) => hex(text).toUpperCase(),
  'hex of base64': (text) => hex(base64(text)),
  'base64 of hex': (text) => base64(hex(text)),
  'gzip in base64': (text) => gzipSync(`{"note":"${text}"}`).toString('base64'),
  'gzip in hex': (text) => gzipSync(text).toString('hex'),
  'zlib in base64': (text) => deflateSync(text).toString('base64'),
  percent: (text) => encodeURIComponent(text),
  'percent, lower case': (text) => encodeURIComponent(text).replace(/%../g, (escape) => escape.toLowerCase()),
  'percent, every byte': percentAll,
  'percent twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'form encoding': (text) => new URLSearchParams({ q: text }).toString().slice(2),
  'JSON once': json,
  'JSON twice': (text) => json(json(text)),
  'JSON in a query': (text) => encodeURIComponent(json(text)),
  'unicode escapes': unicode,
  'unicode escapes beyond ASCII': (text) => json(text).replace(/[^\x20-\x7e]/g, unicode),
  HTML: (text) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;'),
  'HTML in numbers': (text) =>
    text.replace(/[^A-Za-z0-9]/gu, (sign) => `&#x${(sign.codePointAt(0) ?? 0).toString(16)};`),
  'shell, single quotes': (text) => `'${text.replaceAll("'", `'\\''`)}'`,
  'shell, double quotes': (text) => `"${text.replace(/["$`\\]/g, '\\$&')}"`,
  SQL: (text) => `'${text.replaceAll("'", "''")}'`,
  'compose file': (text) => text.replaceAll('$', '$$$$'),
  'coloured between': (text) => wrapAt(4, '\x1b[1;31m')(text),
  'zero-width between': (text) => wrapAt(3, '\u200b')(text),
  'wrapped and indented': (text) => wrapAt(7, '\n      ')(text),
}

/** Encodings that get stacked upon one another; each must be seen through under any other. */
export const STACKED: Readonly<Record<string, Encode>> = {
  base64,
  base64url,
  hex,
  json,
  percent: (text) => encodeURIComponent(text),
  'percent, every byte': percentAll,
  'unicode escapes': unicode,
  HTML: ENCODINGS['HTML']!,
  'shell, single quotes': ENCODINGS['shell, single quotes']!,
  SQL: ENCODINGS['SQL']!,
  'compose file': ENCODINGS['compose file']!,
  gzip: (text) => gzipSync(text).toString('base64'),
  'bytes in hex': (text) =>
    `<Buffer ${[...Buffer.from(text, 'utf8')].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}>`,
  'bytes in decimal': (text) => JSON.stringify([...Buffer.from(text, 'utf8')]),
}

/** What programs and terminals put between the characters of a text, before or after it is encoded. */
export const LAYOUTS: Readonly<Record<string, Encode>> = {
  none: (text) => text,
  'wrapped at 76': wrapAt(76, '\n'),
  'wrapped and indented': wrapAt(64, '\r\n  '),
  coloured: wrapAt(9, '\x1b[1;31m'),
  'zero-width': wrapAt(5, '\u200b'),
}
