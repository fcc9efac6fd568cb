import { readAgreedLine } from './agreed-line.js'
import { readSourceBytes, EnvironmentDraft, unreadable, type ReadEnvironment } from './read-environment.js'
import { decodeSource } from './env-source-text.js'

/** docker alone keeps a pair of quotes around the whole value, so that it is not a fault. */
const quotesNotice =
  "Quotes around values of --env-file are read as python-dotenv, a shell and systemd do: they are not part of the value. docker's --env-file keeps them; if docker reads the file, name it with --env-docker (reader docker)."

/**
 * Reads the assignments of an environment file that all readers read alike (see `readAgreedLine` for the grammar).
 * Every problem is reported with its place, and never with a piece of the file, which may be a secret.
 *
 * @param file the name that positions carry
 */
export function parseEnvironmentFile(bytes: Buffer, file: string): ReadEnvironment {
  const { source, damage } = decodeSource(bytes, file)
  if (damage !== undefined) return unreadable(damage)
  const draft = new EnvironmentDraft()
  for (let start = 0; start < source.text.length;) {
    const assignment = readAgreedLine(source.text, start)
    if (assignment.kind === 'fault')
      draft.report(source.position(assignment.at), assignment.code, assignment.message, assignment.hint)
    if (assignment.kind === 'assignment') {
      setOnce(draft, assignment.name, assignment.value, source.position(start))
      if (assignment.isQuoted) draft.remark(quotesNotice)
    }
    start = assignment.end + 1
  }
  return draft.done()
}

/**
 * Whatever reads such files lets the last of two assignments win, so an equal repetition is harmless; of two values one
 * is not meant.
 */
export function setOnce(
  draft: EnvironmentDraft,
  name: string,
  value: string,
  position: Parameters<EnvironmentDraft['set']>[2],
): void {
  const earlier = draft.variable(name)
  if (earlier !== undefined && earlier.value.reveal() !== value) {
    draft.report(
      position,
      'duplicate-variable',
      `${name} has another value on line ${earlier.origin.line}`,
      'keep one of the two assignments',
    )
  }
  draft.set(name, value, position)
}

/**
 * Reads an environment file from disk; a pipe such as a shell's `<(…)` works as well.
 *
 * @throws UsageError when there is no readable file of that name or it is over 4 MiB
 */
export async function readEnvironmentFile(path: string): Promise<ReadEnvironment> {
  return parseEnvironmentFile(
    await readSourceBytes(path, { what: 'environment file', hint: 'name a readable file of NAME=value lines' }),
    path,
  )
}
