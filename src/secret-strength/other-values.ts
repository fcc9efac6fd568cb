import { formsOfLayers } from './canonical.js'
import { type Layer } from './layers/encoding-layer.js'
import { layersOf } from './layers/layers-of.js'
import type { StrengthContext } from './assessment.js'

/** Values this short are equal by chance, and say nothing. */
const shortest = 6

/** Whether any reading of a secret is another value of the deployment, in any notation of either. */
export function equalsOtherValue(layers: readonly Layer[], others: StrengthContext['otherValues']): boolean {
  if (others.length === 0) return false
  const own = formsOfLayers(layers)
  return others.some(({ value }) => {
    if (value.length < shortest) return false
    for (const form of formsOfLayers(layersOf(value))) {
      if (form.length >= shortest && own.has(form)) return true
    }
    return false
  })
}
