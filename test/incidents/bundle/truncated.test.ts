import { gunzipSync, gzipSync } from 'node:zlib'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readBundle, verifyBundle } from '../../../src/incidents/bundle/read-bundle.js'
import { writeBundle } from '../../../src/incidents/bundle/write-bundle.js'
import { contents, origin, refusalOf, temporaryFolder } from './support.js'

async function written(): Promise<{ readonly folder: string; readonly archive: Buffer }> {
  const folder = await temporaryFolder()
  const { archive } = await writeBundle({
    parent: folder,
    name: 'incident',
    files: [...contents, { path: 'evidence/log', content: 'line\n'.repeat(300) }],
    manifest: origin,
  })
  return { folder, archive: await readFile(archive) }
}

describe('an archive that breaks off', () => {
  it('is refused wherever its tar is cut: at every block, and within', async () => {
    const { folder, archive } = await written()
    const tar = gunzipSync(archive)
    const path = join(folder, 'cut.tar.gz')
    const cuts = Array.from({ length: tar.length / 512 }, (_, block) => [
      block * 512,
      block * 512 + 1,
      block * 512 + 211,
      block * 512 + 511,
    ]).flat()
    for (const cut of cuts) {
      await writeFile(path, gzipSync(tar.subarray(0, cut), { level: 1 }))
      const { fault } = await refusalOf(readBundle(path))
      expect({ cut, fault }).toEqual({ cut, fault: 'truncated' })
    }
    expect(cuts.length).toBeGreaterThan(100)
  })

  it('is refused wherever its compressed bytes are cut', async () => {
    const { folder, archive } = await written()
    const path = join(folder, 'cut.tar.gz')
    for (let cut = 0; cut < archive.length; cut += cut < 30 || cut > archive.length - 30 ? 1 : 7) {
      await writeFile(path, archive.subarray(0, cut))
      const { fault } = await refusalOf(readBundle(path))
      expect({ cut, fault }).toEqual({ cut, fault: cut < 2 ? 'not-a-bundle' : 'truncated' })
    }
  })

  it('does not verify with any of its bytes changed, or is refused', async () => {
    const { folder, archive } = await written()
    const path = join(folder, 'changed.tar.gz')
    const honest = await readBundle(join(folder, 'incident.tar.gz'))
    expect(verifyBundle(honest)).toEqual([])
    for (let at = 0; at < archive.length; at += at < 20 ? 1 : 5) {
      const changed = Buffer.from(archive)
      changed[at] = changed[at]! ^ 0x55
      await writeFile(path, changed)
      const read = await readBundle(path).catch((thrown: unknown) => thrown)
      // The header of gzip holds a time and the name of an operating system, which nothing reads.
      if (!(read instanceof Error)) expect({ at, read }).toEqual({ at, read: honest })
      else expect({ at, refusal: read }).toMatchObject({ at, refusal: { name: 'BundleError' } })
    }
  })
})
