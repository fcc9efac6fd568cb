import type { HiddenInput } from '../probe.js'
import { concealedBehind, isSecret, openBehind, type Declared } from './concealment.js'
import type { CompiledTemplate, TemplateLeaf } from '../../definitions/template/compile-template.js'

/** The keys of an input that hold, once expressions have filled them, what may not be shown. */
export function hiddenInput({ leaves }: CompiledTemplate, declared: Declared): HiddenInput {
  const hidden: Record<string, HiddenInput[string]> = {}
  for (const leaf of leaves) {
    const key = String(leaf.path[0] ?? '')
    if (isOpen(leaf, declared)) hidden[key] = 'open'
    else if (leaf.inspected.some((reference) => isHidden(reference, declared))) hidden[key] ??= 'credential'
  }
  return Object.freeze(hidden)
}

function isHidden(reference: string, declared: Declared): boolean {
  return isSecret(reference, declared) || concealedBehind(reference, declared) !== undefined
}

/**
 * Whether what may not be shown may come to stand where a URL has its host or its path. Of a connection URL in a longer
 * text no more shows than of it alone.
 */
function isOpen({ open, inspected }: TemplateLeaf, declared: Declared): boolean {
  const isUrl = (reference: string): boolean =>
    /^(?:env|vars)\./.test(reference) && declared.variables[reference.split('.')[1]!]?.exposure === 'dsn'
  return (
    open.some((reference) => isHidden(reference, declared) && !isUrl(reference)) ||
    inspected.some((reference) => reference.startsWith('inputs.') && openBehind(reference, declared) !== undefined)
  )
}
