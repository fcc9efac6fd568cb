import { bytesOf, type Layer } from './layers/encoding-layer.js'
import { layersOf } from './layers/layers-of.js'

/** Shorter forms would make strangers equal. */
const shortest = 4

/**
 * One form for all ways to write the same secret down: case, separators, quotes, blanks and padding do not count, and
 * base64
 * and base64url become the same. A text of signs alone stands for itself.
 */
export function canonical(text: string): string {
  const squashed = text.toLowerCase().replace(/[^\p{Letter}\p{Number}]/gu, '')
  return squashed.length >= shortest ? squashed : text
}

/** The canonical forms of every reading of a secret, and of its bytes in hexadecimal and base64. */
export function canonicalForms(secret: string): ReadonlySet<string> {
  return formsOfLayers(layersOf(secret))
}

export function formsOfLayers(layers: readonly Layer[]): ReadonlySet<string> {
  const forms = new Set<string>()
  for (const layer of layers) {
    if (layer.text.length < shortest) continue
    const bytes = bytesOf(layer)
    if (!layer.binary) forms.add(canonical(layer.text))
    forms.add(canonical(bytes.toString('hex')))
    forms.add(canonical(bytes.toString('base64')))
  }
  return forms
}
