/** What somebody should have replaced before the value reached a deployment. */
export type Leftover = 'reference' | 'placeholder'

/**
 * Expressions that a shell, a template or a vault replaces. Each is bounded, and closed at its end. Inside a longer
 * text a name
 * must be of one case and of four letters or more, or stand between separators: a random password of 48 printable
 * characters
 * holds one about once in 300,000.
 */
const references: readonly RegExp[] = [
  /\$\{(?:[A-Z_][A-Z0-9_]{3,63}|[a-z_][a-z0-9_.]{4,63})(?:[:?+-][^{}]{0,200})?\}/u,
  /(?:^|[@/:=,])\$\{[A-Za-z_][A-Za-z0-9_.]{0,63}(?:[:?+-][^{}]{0,200})?\}(?:$|[@/:?&,])/u,
  /\$\{\{.{1,200}\}\}/u,
  /^\$\(.{1,400}\)$/u,
  /^\$[A-Za-z_][A-Za-z0-9_]{2,63}$/u,
  /\{\{[-\s]{0,3}[.$]?[A-Za-z_][A-Za-z0-9_.\s|()"'-]{1,200}\}\}/u,
  /^%[A-Z_][A-Z0-9_]{1,63}%$/u,
  /^__[A-Z][A-Z0-9_]{1,62}__$/u,
]

/** Wording of examples in documentation, whole words of a name: `your-redis-host.com`, `<host>`, `change-me`. */
const placeholders: readonly RegExp[] = [
  /(?:^|[^A-Za-z0-9])your[-_][a-z0-9]/iu,
  /(?:^|[^A-Za-z0-9])(?:change|replace)[-_]?(?:me|this|with)(?:[^A-Za-z0-9]|$)/iu,
  /^<[A-Za-z][A-Za-z0-9 _.-]{0,80}>$/u,
]

/** Characters looked at. */
const longest = 8192

/**
 * Whether a value of any variable was left as a template or a manual had it.
 *
 * @returns `undefined` for a value that somebody may have meant
 */
export function leftoverOf(text: string): Leftover | undefined {
  const bounded = text.slice(0, longest)
  if (references.some((pattern) => pattern.test(bounded))) return 'reference'
  return placeholders.some((pattern) => pattern.test(bounded)) ? 'placeholder' : undefined
}
