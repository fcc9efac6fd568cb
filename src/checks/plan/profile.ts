import { UsageError } from '../../base/errors.js'
import { suggestionHint } from '../../base/text/suggestion.js'
import type { Definitions } from '../definition.js'

/** The profile that a name means. @throws UsageError for a name that no profile goes by */
export function canonicalProfile(definitions: Definitions, name: string): string {
  const profile = definitions.profiles.get(name)
  if (profile !== undefined) return profile
  const known = [...definitions.profiles.keys()]
  throw new UsageError(`unknown profile ${name}`, { hint: suggestionHint(name, known) ?? `known: ${known.join(', ')}` })
}
