/**
 * Words that a shell takes unchanged (POSIX 2.2): nothing in them is special, unless the first word of a command is an
 * assignment.
 */
const bare = /^[A-Za-z0-9_@%+=:,./-]+$/

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', "'": "\\'", '\\': '\\\\' }

/** One word of a command line, as bash has to be given it; on one line whatever it holds. */
export function shellWord(text: string): string {
  if (bare.test(text)) return text
  if (!/[\u0000-\u001F\u007F]/.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`
  return `$'${text.replace(/[\u0000-\u001F\u007F'\\]/g, (character) => escapes[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)}'`
}

/** A command line as bash has to be given it, so that it can be copied. */
export function commandLine(argv: readonly string[]): string {
  return argv
    .map((word, index) => (index === 0 && word.includes('=') ? `'${word.replaceAll("'", `'\\''`)}'` : shellWord(word)))
    .join(' ')
}
