import { type Layer, layerOfBytes } from './encoding-layer.js'

/** Noughts and ones in groups of eight, with or without blanks between them. */
export function decodeBinaryDigits(text: string): Layer | undefined {
  if (!/^[01]{8}(?: ?[01]{8}){3,}$/u.test(text)) return undefined
  const octets = text.replaceAll(' ', '').match(/.{8}/gu) ?? []
  return layerOfBytes('binary-digits', Buffer.from(octets.map((octet) => Number.parseInt(octet, 2))))
}
