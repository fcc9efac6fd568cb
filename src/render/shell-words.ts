/** Words that a shell takes as they stand (POSIX 2.2): nothing in them is special. */
const bare = /^[A-Za-z0-9_@%+:,./-]+$/

/** A command line as a shell would have to be given it, so that it can be copied. */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => (bare.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ')
}
