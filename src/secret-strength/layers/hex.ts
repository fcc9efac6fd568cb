import { type Layer, layerOfBytes } from './encoding-layer.js'

const pairs = /^[0-9a-f]{2}(?:([ :,-]|\\x|, ?0x)[0-9a-f]{2})(?:\1[0-9a-f]{2})*$/iu

/**
 * The digits of a hexadecimal text (plain, or in pairs with one separator throughout), or undefined when it is none.
 */
export function hexDigits(text: string): string | undefined {
  if (/^(?:[0-9a-f]{2})+$/iu.test(text)) return text
  return pairs.test(text) ? text.replace(/0x|\\x|[^0-9a-f]/giu, '') : undefined
}

/** At least 4 bytes: shorter, any word of a to f would count. */
export function decodeHex(text: string): Layer | undefined {
  const digits = hexDigits(text)
  return digits !== undefined && digits.length >= 8 ? layerOfBytes('hex', Buffer.from(digits, 'hex')) : undefined
}
