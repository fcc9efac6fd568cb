import type { Position } from '../../../base/position.js'
import { containerVariable, containerVariableHint } from '../container-name.js'
import { setOnce } from '../env-file.js'
import { readSourceBytes } from '../read-bytes.js'
import { EnvironmentDraft, unreadable, type ReadEnvironment } from '../read-environment.js'
import { decodeSource, SourceText } from '../env-source-text.js'
import { variableWording } from '../variable-wording.js'
import { referencesWithoutDefault, replaceReferences, type DotenvLookup } from './dotenv-references.js'
import { readDotenvStatement } from './dotenv-statement.js'

/**
 * Reads a file as python-dotenv 1.2 loads it into a process (`load_dotenv`, which lets the process's own variables
 * win). What it skips with a warning is
 * a mistake here, and so are two values of one variable.
 *
 * @param file the name that positions carry
 * @param shell the variables that the process is started with; without them it is taken to have none, and what has no
 *   default is unknown
 */
export function parseDotenvFile(
  bytes: Buffer,
  file: string,
  shell: ReadonlyMap<string, string> | undefined,
): ReadEnvironment {
  const decoded = decodeSource(bytes, file)
  if (decoded.damage !== undefined) return unreadable(decoded.damage)
  // As Python opens a text file: each kind of line end becomes a line feed.
  const source = new SourceText(file, decoded.source.text.replace(/\r\n?/g, '\n'))
  const draft = new EnvironmentDraft()
  const own = new Map<string, string | null>()
  for (let at = 0; at < source.text.length;) {
    const read = readDotenvStatement(source.text, at)
    at = read.end
    if (read.kind === 'skipped')
      draft.report(
        source.position(read.at),
        'skipped-line',
        'python-dotenv skips this with a warning: it is no assignment, or a quote in it is not closed where the value ends',
        'write NAME=value, with the whole value in one pair of quotes',
      )
    if (read.kind !== 'binding') continue
    const position = source.position(read.at)
    if (!containerVariable.test(read.name))
      draft.report(position, 'variable-name', 'what stands here is no variable name', containerVariableHint)
    else if (read.value === undefined) {
      // python-dotenv then replaces a reference to it by nothing, with a default too.
      own.set(read.name, '')
      draft.unset(read.name)
    } else own.set(read.name, take(draft, { name: read.name, text: read.value, position, own, shell }))
  }
  for (const name of shell?.keys() ?? []) draft.unset(name)
  return draft.done()
}

interface Written {
  readonly name: string
  readonly text: string
  readonly position: Position
  /** What the file has set so far; `null` where nobody can tell. */
  readonly own: ReadonlyMap<string, string | null>
  readonly shell: ReadonlyMap<string, string> | undefined
}

function take(draft: EnvironmentDraft, { name, text, position, own, shell }: Written): string | null {
  const withoutDefault = new Set(referencesWithoutDefault(text))
  const lookup: DotenvLookup = (other) => {
    const value = shell?.get(other) ?? own.get(other)
    return value === undefined && shell === undefined && withoutDefault.has(other) ? null : value
  }
  const replaced = replaceReferences(text, lookup)
  if ('value' in replaced) {
    setOnce(draft, name, replaced.value, position)
    return replaced.value
  }
  draft.setUnknown(name, {
    position,
    code: 'unknown-value',
    message: `${name} takes the value of ${variableWording(replaced.missing)}, which is not known here: the process that loads the file may have it`,
    hint: `set it further up in the file, set ${name} in a source that is named later, or let --inherit-env take this shell's variables`,
  })
  return null
}

/**
 * @param shell as for `parseDotenvFile`
 * @throws UsageError when there is no readable file of that name or it is over 4 MiB
 */
export async function readDotenvFile(
  path: string,
  shell: ReadonlyMap<string, string> | undefined,
): Promise<ReadEnvironment> {
  return parseDotenvFile(
    await readSourceBytes(path, { what: 'environment file', hint: 'name a readable file that python-dotenv loads' }),
    path,
    shell,
  )
}
