import type { Layer } from './encoding-layer.js'

/** Text in two bytes per character, either byte order: every second byte is zero (PowerShell's base64 is made so). */
export function decodeUtf16({ text }: Layer): Layer | undefined {
  const body = /^(?:\u00ff\u00fe|\u00fe\u00ff)/u.test(text) ? text.slice(2) : text
  if (body.length < 8 || body.length % 2 !== 0) return undefined
  for (const zeroAt of [1, 0]) {
    let inside = ''
    for (let i = 0; i < body.length && body.charCodeAt(i + zeroAt) === 0; i += 2) inside += body[i + 1 - zeroAt]
    if (inside.length === body.length / 2 && !inside.includes('\0'))
      return { name: 'utf-16le', text: inside, binary: false }
  }
  return undefined
}
