import { canonical, canonicalForms, formsOfLayers } from './canonical.js'
import type { Layer } from './layers/encoding-layer.js'
import { publishedKeys } from './published-keys.js'

/** Published keys this long are recognised inside a longer value, too: somebody added a suffix. */
const longEnoughInside = 16

let forms: ReadonlySet<string> | undefined
const inside = publishedKeys.map(canonical).filter((key) => key.length >= longEnoughInside)

/** Whether any reading of a secret is a published key, in any notation, or contains one. */
export function isPublished(layers: readonly Layer[]): boolean {
  forms ??= new Set(publishedKeys.flatMap((key) => [...canonicalForms(key)]))
  for (const form of formsOfLayers(layers)) {
    if (forms.has(form) || inside.some((key) => form.includes(key))) return true
  }
  return false
}
