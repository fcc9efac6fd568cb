/**
 * Characters that JSON leaves as they are and a terminal obeys or a YAML reader refuses: C1 controls, bidirectional
 * overrides, invisible
 * ones. And the first of `##[name]`, which a build server obeys that reads the log.
 */
const unsafe =
  /[\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB\uFFFE\uFFFF]|#(?=#\w*\[)/g

/** A value as JSON that is safe on a terminal: indented by two, with a final newline. */
export function safeJson(value: unknown): string {
  return `${escapeUnsafe(JSON.stringify(value, null, 2))}\n`
}

/** JSON, or YAML in which every text stands in double quotes, with escapes in the place of unsafe characters. */
export function escapeUnsafe(text: string): string {
  return text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
