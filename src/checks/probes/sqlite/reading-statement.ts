/** What SQLite reads as one piece: a comment, or a text or a name in quotes, in which the quote is doubled. */
const quoted = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]/g

/** Pragmas that only read; in parentheses those of the second line take what they look at, and others a new value. */
const plainPragmas =
  'application_id|auto_vacuum|data_version|encoding|freelist_count|journal_mode|page_count|page_size|schema_version|table_list|user_version'
const openPragmas =
  'foreign_key_check|foreign_key_list|index_info|index_list|integrity_check|quick_check|table_info|table_xinfo'
const readingPragma = new RegExp(
  `^pragma\\s+(?:main\\s*\\.\\s*)?(?:(?:${plainPragmas})|(?:${openPragmas})\\s*(?:\\([^()]*\\))?)$`,
  'i',
)

/**
 * Why a text is not one statement that reads; `undefined` when it is. The tool takes a line that starts with a dot for
 * a command of its own, some of which run programs.
 */
export function statementProblem(text: string): string | undefined {
  if (/^\s*\./m.test(text)) return 'a line starts with a dot: commands of the sqlite3 program are refused'
  const bare = text.replace(quoted, (piece) => (piece.startsWith('--') || piece.startsWith('/*') ? ' ' : '""')).trim()
  if (/['"`[]|\/\*/.test(bare.replaceAll('""', ''))) return 'a quote or a comment is not closed'
  const statement = bare.replace(/;\s*$/, '').trim()
  if (statement.includes(';')) return 'expected one statement'
  if (/^(?:select|values|with)\b/i.test(statement) || readingPragma.test(statement)) return undefined
  return 'expected SELECT, VALUES, WITH or a PRAGMA that only reads, such as quick_check'
}
