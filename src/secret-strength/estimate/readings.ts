import type { Layer } from '../layers/encoding-layer.js'
import { findUuids } from '../uuids.js'

/**
 * The orders in which a layer is read: as it stands, every second, third and fourth character first (two words dealt
 * into
 * one another like cards: `psaescsrweotr1d2`), and letters moved by thirteen; UUIDs also without their
 * hyphens, since `12345678-1234-4234-…` is a pattern only then. The first is the text itself.
 */
export function* readingsOf({ text, binary }: Layer): Generator<string> {
  yield text
  if (text.length < 12 || binary) return
  for (const stride of [2, 3, 4]) yield dealt(text, stride)
  if (findUuids(text).length > 0) yield text.replaceAll('-', '')
  if (isMostlyLettersOfOneCase(text)) yield rotated(text)
}

function dealt(text: string, stride: number): string {
  let result = ''
  for (let from = 0; from < stride; from++) {
    for (let i = from; i < text.length; i += stride) result += text.charAt(i)
  }
  return result
}

/** Random base64 mixes the cases; there, rotating would only cost time. */
function isMostlyLettersOfOneCase(text: string): boolean {
  const lower = text.replace(/[^a-z]/gu, '').length
  const upper = text.replace(/[^A-Z]/gu, '').length
  return Math.max(lower, upper) >= text.length * 0.6
}

/** Keeps the case: a reading that says less than the text would look shorter than random by what it lost. */
function rotated(text: string): string {
  return text.replace(/[A-Za-z]/gu, (letter) => {
    const code = letter.charCodeAt(0)
    const first = code < 97 ? 65 : 97
    return String.fromCharCode(((code - first + 13) % 26) + first)
  })
}
