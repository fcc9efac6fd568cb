/** Characters that a host, a path, a level or a list of names has at most. */
const longest = 200

/** Letters and digits in a row that words, versions and short ids have at most. */
const longestMixedRun = 20

/**
 * Whether a free text reads as a setting (a host, a path, a level, a list of names) and not as something generated or
 * pasted: one
 * short line without a control character, in which nothing looks generated.
 */
export function isPlainText(text: string): boolean {
  if (text.length > longest || /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(text)) return false
  return !holdsGenerated(text)
}

/** Whether a long run of mixed letters and digits stands in a text, which is what keys and tokens are made of. */
export function holdsGenerated(text: string): boolean {
  return (text.match(/[\p{L}\p{N}+=]+/gu) ?? []).some((run) => run.length >= longestMixedRun && looksGenerated(run))
}

/** Digits among letters, or capitals in the middle of a word. `checkpointingcoordinator` is a word, if a long one. */
function looksGenerated(run: string): boolean {
  return (/\p{N}/u.test(run) && /\p{L}/u.test(run)) || (run.match(/\p{Ll}\p{Lu}/gu) ?? []).length > 3
}
