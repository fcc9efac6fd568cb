import { readKeyValueLines } from './key-value-lines.js'
import { readSourceBytes } from './read-bytes.js'
import { unreadable, type ReadEnvironment } from './read-environment.js'
import { decodeSource } from './env-source-text.js'

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
