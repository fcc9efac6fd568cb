import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { pack, type Header } from 'tar-stream'
import { evidenceFolder } from './manifest.js'

/**
 * The archive of a bundle: the same bytes for the same files and time, whoever writes it and where (with the same build
 * of zlib).
 * Unpacked by root it belongs to root, and nobody else can read it.
 *
 * @param modifiedAt of every entry; whole seconds count
 */
export async function packArchive(name: string, files: ReadonlyMap<string, Buffer>, modifiedAt: Date): Promise<Buffer> {
  const archive = pack()
  const owned = { mtime: modifiedAt, uid: 0, gid: 0, uname: '', gname: '' } satisfies Partial<Header>
  archive.entry({ ...owned, name: `${name}/`, type: 'directory', mode: 0o700 })
  if ([...files.keys()].some((path) => path.startsWith(`${evidenceFolder}/`)))
    archive.entry({ ...owned, name: `${name}/${evidenceFolder}/`, type: 'directory', mode: 0o700 })
  for (const [path, content] of files)
    archive.entry({ ...owned, name: `${name}/${path}`, type: 'file', mode: 0o600 }, content)
  archive.finalize()

  const parts: Buffer[] = []
  for await (const part of archive as AsyncIterable<Buffer>) parts.push(part)
  return promisify(gzip)(Buffer.concat(parts))
}
