import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileOf, type EnvironmentSource } from '../../model/environment-source.js'

/** Files that a source of variables is read with, beside the one that it names: of a manifest those in its folder, of a Compose file what Compose reads with it. */
export async function filesBeside(source: EnvironmentSource): Promise<readonly string[]> {
  if (typeof source === 'string' || !('compose' in source || 'k8s' in source)) return []
  const file = fileOf(source)
  if ('k8s' in source) {
    const names = await readdir(dirname(file)).catch(() => [])
    const candidates = names.filter((name) => /\.(?:ya?ml|json)$|^kustomization$/i.test(name)).map((name) => join(dirname(file), name))
    const kept = await Promise.all(candidates.map(isManifest))
    return candidates.filter((_, index) => kept[index])
  }
  return (await import('./compose/named-files.js')).composeFiles(file)
}

/** Bytes within which a manifest says which kind of object it is of. */
const beginning = 64 * 1024

/** The folder may hold other files, an earlier result among them. */
async function isManifest(path: string): Promise<boolean> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined)
  if (file === undefined) return false
  try {
    // Nothing is taken out of a pipe.
    if (!(await file.stat()).isFile()) return false
    const { buffer, bytesRead } = await file.read(Buffer.alloc(beginning), 0, beginning, 0)
    return /\b(?:apiVersion|resources)\b/.test(buffer.toString('utf8', 0, bytesRead))
  } catch {
    return false
  } finally {
    await file.close()
  }
}
