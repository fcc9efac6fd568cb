import { UsageError } from '../kernel/errors.js'
import { suggestionHint } from '../kernel/suggestion.js'
import type { Definitions } from '../model/definition.js'

/** The profile that a name means. @throws UsageError for a name that no profile goes by */
export function canonicalProfile(definitions: Definitions, name: string): string {
  const profile = definitions.profiles.get(name)
  if (profile !== undefined) return profile
  const known = [...definitions.profiles.keys()]
  throw new UsageError(`unknown profile ${name}`, { hint: suggestionHint(name, known) ?? `known: ${known.join(', ')}` })
}
