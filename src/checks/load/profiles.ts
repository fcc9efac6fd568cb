import { baseProfiles } from '../../base/vocabulary.js'
import { profileSchema, segmentPattern } from './definition-schema.js'
import type { PackSource } from './pack-source.js'
import type { Problems } from '../../definitions/problems.js'
import { reportIssues } from '../../definitions/schema-problems.js'
import { plainValue } from '../../definitions/yaml-node.js'

/**
 * Every name a profile goes by, with the profile it means: the base profiles, and what the packs add.
 * A name that would mean two profiles is refused, whichever files say so.
 */
export function collectProfiles(sources: readonly PackSource[], problems: Problems): ReadonlyMap<string, string> {
  const meaning = new Map<string, string>(baseProfiles.map((profile) => [profile, profile]))
  const declarations = sources.flatMap((source) => [...source.profiles])
  for (const [name, { position }] of declarations) {
    if (!segmentPattern.test(name)) problems.report(position, 'profile-name', `${name} cannot be the name of a profile`)
    meaning.set(name, name)
  }
  for (const [name, { value }] of declarations) {
    const parsed = profileSchema.safeParse(plainValue(value))
    reportIssues(parsed.error?.issues ?? [], value, profileSchema, problems)
    for (const alias of parsed.data?.aliases ?? []) {
      const before = meaning.get(alias)
      if (before === undefined || before === name) meaning.set(alias, name)
      else problems.report(value.position, 'duplicate-profile', `${alias} already means the profile ${before}`)
    }
  }
  return meaning
}
