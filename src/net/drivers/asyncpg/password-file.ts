import { pythonStrip } from '../../../base/language/blanks.js'
import { Secret } from '../../../redaction/secret-value.js'
import type { Connection, DriverContext, NamedFile } from '../driver.js'

/** The file that asyncpg looks for a password in when neither the URL nor the environment has one. */
export function passwordFiles(
  given: string | undefined,
  { home, variable }: DriverContext,
): { readonly files: readonly NamedFile[]; readonly filesOfUnknownHome: readonly string[] } {
  const named = given ?? variable('PGPASSFILE')
  if (named === undefined && home === undefined) return { files: [], filesOfUnknownHome: ['~/.pgpass'] }
  const path = named ?? `${home}/.pgpass`
  return { files: path === '' ? [] : [{ path, purpose: 'password file', isOptional: true }], filesOfUnknownHome: [] }
}

/**
 * The password of the first line that fits a host, tried in order. A backslash protects a colon, and asyncpg leaves it
 * in the text.
 *
 * @param text lines of `host:port:database:user:password`, each of the first four or `*`
 */
export function passwordIn(
  text: string,
  { endpoints, database, user }: Connection,
): { readonly password: Secret | undefined } | { readonly refusal: string } {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map(pythonStrip)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(fieldsOf)
  for (const endpoint of endpoints) {
    const host = 'path' in endpoint ? 'localhost' : endpoint.host
    const port = 'path' in endpoint ? endpoint.path.replace(/^.*\.s\.PGSQL\./s, '') : String(endpoint.port)
    for (const fields of lines) {
      if (fields.length < 5) return { refusal: 'a line of the password file has fewer than five fields' }
      const fits = [host, port, database, user].every(
        (wanted, index) => fields[index] === '*' || fields[index] === wanted,
      )
      if (fits) return { password: new Secret(fields[4]!) }
    }
  }
  return { password: undefined }
}

function fieldsOf(line: string): readonly string[] {
  const pieces = line.replaceAll('\\\\', '\n').split(/(?<!\\):/)
  const fields = pieces.length > 5 ? [...pieces.slice(0, 4), pieces.slice(4).join(':')] : pieces
  return fields.map((field) => field.replaceAll('\n', '\\\\'))
}
