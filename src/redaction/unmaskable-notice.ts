import type { Redactor } from './redact.js'

/**
 * What every command that reads an environment says of it: a secret that is in ordinary words cannot be masked without
 * masking the report, so its owner has to know. None when every secret can be masked.
 *
 * @param reported names that were reported before
 */
export function unmaskableNotices(
  { unmaskable }: Pick<Redactor, 'unmaskable'>,
  reported: readonly string[] = [],
): readonly string[] {
  const names = unmaskable.filter((name) => !reported.includes(name))
  return names.length === 0 ? [] : [`too short or too common to be masked wherever it occurs: ${names.join(', ')}`]
}
