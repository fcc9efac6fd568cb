import { LayerBuilder, type Layer } from './text-layer.js'

/** Bytes that may be a character beyond ASCII in UTF-8 (RFC 3629), one character each. */
const SEQUENCE = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g

/** Bytes, one character each, read as UTF-8; none where they are all ASCII. What is no UTF-8 stays as it stands. */
export function utf8Layer(bytes: string): Layer | undefined {
  let builder: LayerBuilder | undefined
  let at = 0
  for (const { 0: sequence, index } of bytes.matchAll(SEQUENCE)) {
    builder ??= new LayerBuilder(bytes)
    builder.copy(at, index)
    at = index + sequence.length
    builder.replace(index, at, Buffer.from(sequence, 'latin1').toString('utf8'))
  }
  builder?.copy(at, bytes.length)
  return builder?.build()
}
