import { onlyNamed, type CoveredDifference, type CoveredEntry } from '../covered.js'

/** One line for each thing that differs: what it is called, what it was and is, as far as anybody may see it. */
export function changeLines(
  changes: readonly (CoveredDifference & { readonly seenAfter?: string | undefined })[],
): readonly string[] {
  return changes.map((change) => `  ${changeText(change)}`)
}

function changeText({
  kind,
  name,
  before,
  now,
  seenAfter,
}: CoveredDifference & { readonly seenAfter?: string | undefined }): string {
  const id = `${kind}:${name}`
  if (seenAfter !== undefined) return `${id} changed while the step ${seenAfter} ran, which does not declare it`
  if (before === undefined) return onlyNamed.has(kind) ? `${id} is new` : `${id} is new: ${stateText(now!)}`
  if (now === undefined) return `${id} is no longer part of it`
  if (before.digest === null || now.digest === null || before.detail === now.detail)
    return `${id} was ${digestText(before)}, is ${digestText(now)}`
  return `${id} was ${stateText(before)}, is ${stateText(now)}`
}

function stateText(entry: CoveredEntry): string {
  return entry.detail === undefined
    ? digestText(entry)
    : entry.kind === 'program'
      ? `${entry.detail} (${digestText(entry)})`
      : JSON.stringify(entry.detail)
}

/** Enough of a digest to tell two apart. */
function digestText({ digest }: CoveredEntry): string {
  return digest === null ? 'not there' : digest.replace(/^scrypt:/, '').slice(0, 12)
}
