import { DefinitionsError } from '../../base/errors.js'
import { Problems } from '../../definitions/yaml-node.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import { readProcessEnvironment } from '../../environment/sources/process-environment.js'

/** What Node puts in the place of bytes that are not UTF-8. */
const replacement = '\uFFFD'

/**
 * The variables that are judged, as a program is started with them. Every value is the very bytes that were read.
 *
 * @throws DefinitionsError for a variable that no program can be started with; UsageError for one of this process's own
 *   that is not UTF-8
 */
export async function startableEnvironment(environment: TestedEnvironment): Promise<Readonly<Record<string, string>>> {
  const problems = new Problems()
  const variables: [string, string][] = []
  for (const [name, { value, origin }] of environment.entries()) {
    const text = value.reveal()
    const report = (code: string, message: string, hint: string): void =>
      problems.report(
        { file: origin.source, line: origin.line, column: origin.line === 0 ? 0 : 1 },
        code,
        message,
        hint,
      )
    if (name === '' || /[=\0]/.test(name) || !isText(name))
      report('variable-name', 'a variable has a name that no program can be started with', 'use letters, digits and _')
    else if (text.includes('\0'))
      report(
        'nul-character',
        `${name} contains a NUL character, which an environment cannot hold`,
        'remove it, or put the value in base64',
      )
    else if (!isText(text)) report('not-utf8', `${name} is not valid Unicode text`, 'put the value in base64')
    variables.push([name, text])
  }
  const found = problems.sorted()
  if (found.length > 0) throw new DefinitionsError(found)
  // The files were decoded strictly; of this process's own variables only the system still has the bytes.
  const own = environment.entries().filter(([, { origin }]) => origin.source === 'environment' && origin.line === 0)
  if (own.some(([, { value }]) => value.reveal().includes(replacement))) await readProcessEnvironment(process.pid)
  return Object.fromEntries(variables)
}

/** Whether a text is the same after it was written as UTF-8: half a surrogate pair is not. */
function isText(text: string): boolean {
  return Buffer.from(text, 'utf8').toString('utf8') === text
}
