import type { Ink, Section } from './ink.js'

/** What the run did not cover: skipped on purpose, or not selected. */
export const omittedSection: Section = ({ run: { selection } }, ink) => {
  const skipped = new Set(selection.skipped)
  const others = selection.deselectedIds.filter((id) => !skipped.has(id))
  const groups = [...part('Skipped with --skip', [...skipped], ink), ...part('Not selected', others, ink)]
  return groups
}

/** Ids by their folder, so that a whole area takes a line. */
function part(heading: string, ids: readonly string[], ink: Ink): readonly string[] {
  if (ids.length === 0) return []
  const folders = new Map<string, string[]>()
  for (const id of ids) {
    const end = id.lastIndexOf('/')
    const folder = id.slice(0, Math.max(end, 0))
    folders.set(folder, [...(folders.get(folder) ?? []), id.slice(end + 1)])
  }
  const lines = [...folders].flatMap(([folder, names]) => ink.prose(`${folder}: ${names.join(', ')}`, 2, 'faint'))
  return [ink.write(`${heading} (${ids.length})`, 'strong'), ...lines]
}
