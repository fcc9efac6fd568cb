import { Document, isMap, parseDocument, stringify } from 'yaml'
import { messageOf, UsageError } from '../../base/errors.js'
import { hasTemplate } from '../../definitions/template/segments.js'

/** A name as it is written before the `=`: keys joined by dots. */
const namePattern = /^[A-Za-z_][\w-]*(?:\.[\w-]+)*$/

/**
 * The input of a probe as YAML, from what is given on a command line: `port=6379`, `headers.accept=text/html`,
 * `tables='[a, b]'`. A value with `${{ … }}` is text, as in a file.
 *
 * @throws UsageError for what is not name=value, for a value that is not YAML, and for a name that is given twice. No
 *   message quotes a value: it may be a credential.
 */
export function inputYaml(values: readonly string[]): string {
  const document = new Document({})
  for (const given of values) {
    const at = given.indexOf('=')
    const name = at < 1 ? undefined : given.slice(0, at)
    if (name === undefined || !namePattern.test(name))
      throw new UsageError('an input of a probe is given as name=value', {
        hint: "for example port=6379, headers.accept=text/html, or names='[a, b]'",
      })
    const path = name.split('.')
    if (document.hasIn(path)) throw new UsageError(`${name} is given twice`)
    try {
      document.setIn(path, valueOf(name, given.slice(at + 1)))
    } catch (error) {
      if (error instanceof UsageError) throw error
      throw new UsageError(`${name} cannot be set: the name before its last dot already has a value`, { cause: error })
    }
  }
  return isMap(document.contents) && document.contents.items.length > 0 ? stringify(document, { lineWidth: 0 }) : '{}\n'
}

function valueOf(name: string, text: string): unknown {
  if (text === '' || (hasTemplate(text) && !/^\s*[[{"']/.test(text))) return text
  const parsed = parseDocument(text, { version: '1.2', schema: 'core', prettyErrors: false, logLevel: 'silent' })
  const [error] = parsed.errors
  if (error === undefined && parsed.contents !== null) {
    try {
      return parsed.toJS({ maxAliasCount: 0 }) as unknown
    } catch (thrown) {
      throw notYaml(name, messageOf(thrown), thrown)
    }
  }
  throw notYaml(name, error?.code.toLowerCase().replaceAll('_', ' ') ?? 'nothing is in it', error)
}

function notYaml(name: string, why: string, cause: unknown): UsageError {
  return new UsageError(`the value of ${name} is not YAML (${why})`, {
    hint: `put text in quotes of its own: ${name}='"…"'`,
    cause,
  })
}
