import type { Redactor } from './redact.js'

/**
 * What every command that reads an environment says of it: a secret that is in ordinary words cannot be masked without
 * masking the report, so its owner has to know. None when every secret can be masked.
 *
 * @param told names that were told before
 */
export function unmaskableNotices(
  { unmaskable }: Pick<Redactor, 'unmaskable'>,
  told: readonly string[] = [],
): readonly string[] {
  const names = unmaskable.filter((name) => !told.includes(name))
  return names.length === 0 ? [] : [`too short or too common to be masked wherever it occurs: ${names.join(', ')}`]
}
