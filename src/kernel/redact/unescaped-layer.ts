import { LayerBuilder, stacked, type Layer } from './layer.js'

const ESCAPE =
  /%[0-9a-f]{2}|\\u\{[0-9a-f]{1,6}\}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[nrtbf"'`\\/$ !&|;<>()[\]{}*?#~=%,:@+^-]|&(?:amp|lt|gt|quot|apos);|&#[0-9]{1,7};|&#x[0-9a-f]{1,6};/gi

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const CONTROL: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

/** JSON in JSON in a URL is as deep as real output goes. */
const MAX_DEPTH = 4

function codePoint(value: number): string {
  return value <= 0x10ffff ? String.fromCodePoint(value) : '\ufffd'
}

function isByteEscape(escape: string): boolean {
  return escape.startsWith('%') || /^\\x/i.test(escape)
}

function byteOf(escape: string): number {
  return Number.parseInt(escape.slice(-2), 16)
}

function characterOf(escape: string): string {
  if (escape.startsWith('&#')) {
    return /^&#x/i.test(escape) ? codePoint(Number.parseInt(escape.slice(3), 16)) : codePoint(Number.parseInt(escape.slice(2), 10))
  }
  if (escape.startsWith('&')) return NAMED[escape.slice(1, -1).toLowerCase()] ?? ''
  if (/^\\u\{/i.test(escape)) return codePoint(Number.parseInt(escape.slice(3), 16))
  if (/^\\u/i.test(escape)) return String.fromCharCode(Number.parseInt(escape.slice(2), 16))
  return CONTROL[escape.slice(1)] ?? escape.slice(1)
}

/** How many bytes the UTF-8 sequence has that this byte begins. */
function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4
  if (lead >= 0xe0) return 3
  return lead >= 0xc0 ? 2 : 1
}

function unescapedOnce(text: string): Layer | undefined {
  const escapes = [...text.matchAll(ESCAPE)]
  if (escapes.length === 0) return undefined
  const builder = new LayerBuilder(text)
  let at = 0
  for (let i = 0; i < escapes.length; i++) {
    const first = escapes[i]
    if (!first) break
    builder.copy(at, first.index)
    at = first.index + first[0].length
    if (!isByteEscape(first[0])) {
      builder.replace(first.index, at, characterOf(first[0]))
      continue
    }
    const bytes = [byteOf(first[0])]
    while (bytes.length < sequenceLength(bytes[0] ?? 0)) {
      const next = escapes[i + 1]
      if (next?.index !== at || !isByteEscape(next[0]) || (byteOf(next[0]) & 0xc0) !== 0x80) break
      bytes.push(byteOf(next[0]))
      at += next[0].length
      i++
    }
    builder.replace(first.index, at, Buffer.from(bytes).toString('utf8'))
  }
  builder.copy(at, text.length)
  return builder.build()
}

/**
 * A text with its percent, backslash and entity escapes read, however they are mixed and nested: the layer of every
 * depth, or none where nothing is escaped.
 */
export function unescapedLayers(text: string): readonly Layer[] {
  const layers: Layer[] = []
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const below = layers.at(-1)
    const layer = unescapedOnce(below?.text ?? text)
    if (!layer) break
    layers.push(below ? stacked(below, layer) : layer)
  }
  return layers
}
