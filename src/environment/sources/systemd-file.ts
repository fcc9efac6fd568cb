import { setOnce } from './env-file.js'
import { readSourceBytes } from './read-bytes.js'
import { EnvironmentDraft, unreadable, type ReadEnvironment } from './read-environment.js'
import { decodeSource } from './env-source-text.js'
import { readSystemdAssignment } from './systemd-assignment.js'

/**
 * Reads a file that a systemd unit names in `EnvironmentFile=` (see `readSystemdAssignment` for the grammar). What
 * systemd leaves out with
 * a warning, or silently, is a mistake here.
 *
 * @param file the name that positions carry
 */
export function parseSystemdFile(bytes: Buffer, file: string): ReadEnvironment {
  const { source, damage } = decodeSource(bytes, file)
  if (damage !== undefined) return unreadable(damage)
  const draft = new EnvironmentDraft()
  for (let at = 0; at < source.text.length;) {
    const read = readSystemdAssignment(source.text, at)
    if (read.kind === 'fault') draft.report(source.position(read.at), read.code, read.message, read.hint)
    if (read.kind === 'assignment') setOnce(draft, read.name, read.value, source.position(read.at))
    at = read.end
  }
  return draft.done()
}

/** @throws UsageError when there is no readable file of that name or it is over 4 MiB */
export async function readSystemdFile(path: string): Promise<ReadEnvironment> {
  return parseSystemdFile(
    await readSourceBytes(path, {
      what: 'environment file',
      hint: 'name a file that a unit names in EnvironmentFile=, without the - before it',
    }),
    path,
  )
}
