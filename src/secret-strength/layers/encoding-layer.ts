/** How a layer was reached: the last thing that was done to the value before it. */
export const layerNames = [
  'raw',
  'trimmed',
  'unquoted',
  'visible',
  'prefix-stripped',
  'hex',
  'binary-digits',
  'base64',
  'base64url',
  'base32',
  'percent',
  'utf-16le',
] as const

export type LayerName = (typeof layerNames)[number]

/** One reading of a secret: unchanged, or with one more wrapping or encoding taken off. */
export interface EncodingLayer {
  readonly name: LayerName
  /** Characters; for `binary` layers one character per byte (latin1). */
  readonly text: string
  readonly binary: boolean
}

/** Bytes as the layer they are: text when they are well-formed, printable UTF-8, else one character per byte. */
export function layerOfBytes(name: LayerName, bytes: Buffer): EncodingLayer {
  const text = decodeUtf8(bytes)
  return text !== undefined && isPrintable(text)
    ? { name, text, binary: false }
    : { name, text: bytes.toString('latin1'), binary: true }
}

/** The bytes a layer stands for. A lone surrogate becomes U+FFFD, as it would on any wire. */
export function bytesOf(layer: EncodingLayer): Buffer {
  return Buffer.from(layer.text, layer.binary ? 'latin1' : 'utf8')
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

function isPrintable(text: string): boolean {
  return !/[^\t\n\r\u0020-\u007e\u00a0-\u{10ffff}]/u.test(text)
}
