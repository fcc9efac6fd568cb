import { readSourceBytes, unreadable, type ReadEnvironment, EnvironmentDraft, setOnce } from './read-environment.js'
import { decodeSource, containerVariable, containerVariableHint, type SourceText } from './env-source-text.js'
import type { Position } from '../../base/errors.js'

/**
 * Reads a file as `docker run --env-file` does (docker/cli, package kvfile; see `readKeyValueLines`). A byte order mark
 * before the first line is dropped.
 *
 * @param file the name that positions carry
 * @param shell the variables of the shell that starts docker, which a name without `=` takes its value from; without
 *   them it is unknown
 */
export function parseDockerFile(
  bytes: Buffer,
  file: string,
  shell: ReadonlyMap<string, string> | undefined,
): ReadEnvironment {
  const { source, damage } = decodeSource(bytes, file, { byteOrderMark: 'dropped' })
  if (damage !== undefined) return unreadable(damage)
  return readKeyValueLines(source, {
    lookup: (name) => (shell === undefined ? null : shell.get(name)),
    setUnknown: (draft, name, position) =>
      draft.setUnknown(name, {
        position,
        code: 'unknown-value',
        message: `${name} has no value here: docker takes it from the shell that starts it`,
        hint: `write ${name}=value, set it in a source that is named later, or let --inherit-env take this shell's variables`,
      }),
  }).done()
}

/**
 * @param shell as for `parseDockerFile`
 * @throws UsageError when there is no readable file of that name or it is over 4 MiB
 */
export async function readDockerFile(
  path: string,
  shell: ReadonlyMap<string, string> | undefined,
): Promise<ReadEnvironment> {
  return parseDockerFile(
    await readSourceBytes(path, { what: 'environment file', hint: 'name a readable file of NAME=value lines' }),
    path,
    shell,
  )
}

/** Where a name without a value takes one from. */
interface Inheritance {
  /** The value, `undefined` when it stays unset, `null` when it is unknown. */
  readonly lookup: (name: string) => string | undefined | null
  /** Marks a variable as unknown, in the program's own words. */
  readonly setUnknown: (draft: EnvironmentDraft, name: string, position: Position) => void
}

/** What Go's `unicode.IsSpace` takes for a blank. */
const blanksAtStart = /^[\t\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/

/** docker reads lines into a buffer of so many bytes, the line end included, and refuses a longer one. */
const longestLine = 64 * 1024

/**
 * Reads lines as docker's package kvfile does: a name, `=`, and every character up to the line's end, quotes, blanks
 * and what looks like a comment included. Blanks before the name are dropped. A name alone takes its value from
 * elsewhere.
 */
export function readKeyValueLines(source: SourceText, { lookup, setUnknown }: Inheritance): EnvironmentDraft {
  const draft = new EnvironmentDraft()
  let start = 0
  for (const whole of source.text.split('\n')) {
    const line = whole.replace(/\r$/, '').replace(blanksAtStart, '')
    const position = source.position(start + whole.indexOf(line))
    start += whole.length + 1
    if (Buffer.byteLength(whole) + 1 > longestLine) {
      draft.report(
        position,
        'line-too-long',
        'the line is over 64 KiB, and docker refuses the file',
        'shorten the value',
      )
      continue
    }
    if (line === '' || line.startsWith('#')) continue
    const equals = line.indexOf('=')
    const name = equals === -1 ? line : line.slice(0, equals)
    const value = equals === -1 ? lookup(name) : line.slice(equals + 1)
    if (!containerVariable.test(name))
      draft.report(position, 'variable-name', 'this is not a variable name', containerVariableHint)
    else if (value === null) setUnknown(draft, name, position)
    else if (value !== undefined) setOnce(draft, name, value, position)
  }
  return draft
}
