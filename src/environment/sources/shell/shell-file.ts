import { setOnce, readSourceBytes, EnvironmentDraft, unreadable, type ReadEnvironment } from '../read-environment.js'
import { endOfLine, shellOwnNames, lineVariableName } from '../source-line.js'
import { decodeSource, type SourceText, variableWording } from '../env-source-text.js'
import { WordReader, type ShellLookup } from './shell-word.js'

/**
 * Reads a file that a POSIX shell sources, with what it assigns exported (`set -a; . FILE`). Assignments only, each on
 * a line of its own, `export` before them or not; whatever else a shell would do is a mistake here. References to
 * variables that the file set before are replaced; another one is unknown, for it is the starter's.
 *
 * @param file the name that positions carry
 * @param shell the variables of the shell that sources it, where they may be taken
 */
export function parseShellFile(
  bytes: Buffer,
  file: string,
  shell: ReadonlyMap<string, string> | undefined,
): ReadEnvironment {
  const { source, damage } = decodeSource(bytes, file)
  if (damage !== undefined) return unreadable(damage)
  const draft = new EnvironmentDraft()
  const lookup: ShellLookup = (name) => {
    const own = draft.value(name)
    return own === undefined ? shell?.get(name) : own
  }
  for (let start = 0; start < source.text.length;) start = readLine({ source, start, draft, lookup }) + 1
  return draft.done()
}

interface Line {
  readonly source: SourceText
  readonly start: number
  readonly draft: EnvironmentDraft
  readonly lookup: ShellLookup
}

/** @returns where the line, with those that its value goes on in, ends */
function readLine({ source, start, draft, lookup }: Line): number {
  const { text } = source
  const lineEnd = endOfLine(text, start)
  const line = text.slice(start, lineEnd)
  if (/^[ \t]*(?:#|$)/.test(line)) return lineEnd
  const [prefix = ''] = /^[ \t]*(?:export[ \t]+)?/.exec(line) ?? []
  const nameStart = start + prefix.length
  const fault = (at: number, end: number, code: string, message: string, hint: string): number => {
    draft.report(source.position(at), code, message, hint)
    return end
  }
  const equals = text.indexOf('=', nameStart)
  const name = text.slice(nameStart, equals)
  if (equals === -1 || equals >= lineEnd || !lineVariableName.test(name))
    return fault(
      nameStart,
      lineEnd,
      'no-assignment',
      'the line is not an assignment, and a shell would run it',
      'write NAME=value without spaces around the =, or # before a comment',
    )
  if (shellOwnNames.has(name))
    return fault(nameStart, lineEnd, 'shell-variable', `${name} is reserved by the shell`, 'give it another name')
  const word = new WordReader(text, equals + 1, lookup).read()
  if (word.kind === 'refused')
    return fault(
      word.at,
      word.code === 'unterminated-quote' ? text.length : lineEnd,
      word.code,
      word.message,
      word.hint,
    )
  const end = endOfLine(text, word.end)
  if (!/^[ \t]*(?:$|[ \t]#)/.test(text.slice(word.end, end)))
    return fault(
      word.end,
      end,
      'second-word',
      'a second word follows the value: a shell reads it as a command or as another assignment',
      'put the value in quotes, and each assignment on its own line',
    )
  const position = source.position(nameStart)
  if (word.splits && prefix.includes('export'))
    return fault(
      equals + 1,
      end,
      'unquoted-export',
      'after export, shells split a value with an unquoted reference or pattern differently',
      'put it in double quotes',
    )
  if (word.isKnown) setOnce(draft, name, word.value, position)
  else
    draft.setUnknown(name, {
      position,
      code: 'unknown-value',
      message: `${name} takes the value of ${variableWording(word.missing)}, which the file does not set before: it depends on who starts the shell`,
      hint: `set it earlier in the file, set ${name} in a source that is named later, or let --inherit-env take this shell's variables`,
    })
  return end
}

/**
 * @param shell as for `parseShellFile`
 * @throws UsageError when there is no readable file of that name or it is over 4 MiB
 */
export async function readShellFile(
  path: string,
  shell: ReadonlyMap<string, string> | undefined,
): Promise<ReadEnvironment> {
  return parseShellFile(
    await readSourceBytes(path, { what: 'environment file', hint: 'name a readable file that a shell sources' }),
    path,
    shell,
  )
}
