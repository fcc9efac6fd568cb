import type { EvidenceRecord } from './incident.js'

type Missing = Pick<EvidenceRecord, 'title' | 'message'>

/** What could not be gathered, together by its cause, in the order of the first of each. */
export function notGathered(
  missing: readonly Missing[],
): readonly { readonly titles: readonly string[]; readonly message: string }[] {
  const titles = new Map<string, string[]>()
  for (const { title, message } of missing) titles.set(message, [...(titles.get(message) ?? []), title])
  return [...titles].map(([message, all]) => ({ titles: all, message }))
}
