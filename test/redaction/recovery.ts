import { unzipSync, constants } from 'node:zlib'

/**
 * What somebody could make of a scrubbed text, written without the redactor it tests: every reading of it, by taking
 * back one encoding after the other. Gives ten consecutive characters of the value when one of the readings holds them.
 */
export function recoverable(output: string, value: string, depth = 4): string | undefined {
  const windows = windowsOf(value)
  const seen = new Set<string>()
  let level = [output]
  for (let i = 0; i <= depth; i++) {
    const next: string[] = []
    for (const text of level) {
      if (seen.has(text)) continue
      seen.add(text)
      const window = windows.find((each) => text.includes(each))
      if (window !== undefined) return window
      next.push(...READERS.flatMap((reader) => reader(text)))
    }
    level = next
  }
  return undefined
}

function windowsOf(value: string): string[] {
  const windows = new Set<string>()
  for (let at = 0; at + 10 <= value.length; at++) {
    const window = value.slice(at, at + 10)
    // One character again and again, or blanks, say nothing.
    if (new Set(window).size > 2 && window.trim() !== '') windows.add(window)
  }
  return [...windows]
}

type Reader = (text: string) => readonly string[]

const MARK = '[redacted]'

function bytesRead(bytes: Buffer): string[] {
  return [
    bytes.toString('utf8'),
    ...(bytes.includes(0) ? [bytes.toString('utf16le'), bytes.subarray(1).toString('utf16le')] : []),
    ...unzipped(bytes),
  ]
}

function unzipped(bytes: Buffer): string[] {
  for (let at = 0; at < Math.min(bytes.length, 64); at++) {
    if (!(bytes[at] === 0x1f && bytes[at + 1] === 0x8b) && bytes[at] !== 0x78) continue
    try {
      return [unzipSync(bytes.subarray(at), { finishFlush: constants.Z_SYNC_FLUSH }).toString('utf8')]
    } catch {
      continue
    }
  }
  return []
}

function runs(text: string, pattern: RegExp, offsets: number, encoding: 'base64' | 'hex'): string[] {
  return [...text.replaceAll(MARK, ' ').matchAll(pattern)].flatMap(([run]) =>
    Array.from({ length: offsets }, (_, offset) => Buffer.from(run.slice(offset), encoding)).flatMap(bytesRead),
  )
}

const READERS: readonly Reader[] = [
  (text) => runs(text, /[A-Za-z0-9+/_-]{10,}/g, 4, 'base64'),
  (text) => runs(text, /[0-9a-fA-F]{10,}/g, 2, 'hex'),
  (text) => [text.replace(/\x1b\[[0-9;]*m|[\u200b\0]/g, ''), text.replace(/\\?\r?\n[ \t]*/g, '')],
  (text) => [
    text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8')),
    text
      .replaceAll('+', ' ')
      .replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8')),
  ],
  (text) => [
    text.replace(/\\u([0-9a-f]{4})|\\(.)/gi, (_, code: string | undefined, sign: string) =>
      code === undefined
        ? ({ n: '\n', r: '\r', t: '\t' }[sign] ?? sign)
        : String.fromCharCode(Number.parseInt(code, 16)),
    ),
  ],
  (text) => [
    text
      .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&'),
  ],
  (text) => [text.replaceAll("'\\''", "'"), text.replaceAll("''", "'"), text.replaceAll('$$', '$')],
  (text) =>
    [...text.matchAll(/(?:[0-9a-f]{2}[ :]){6,}[0-9a-f]{2}/gi)].map(([list]) =>
      Buffer.from(list.replace(/[ :]/g, ''), 'hex').toString('utf8'),
    ),
  (text) =>
    [...text.matchAll(/(?:\d{1,3}[, ]){6,}\d{1,3}/g)].map(([list]) =>
      Buffer.from(list.split(/[, ]/).map(Number)).toString('utf8'),
    ),
  (text) => [[...text].reverse().join('')],
]
