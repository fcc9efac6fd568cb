import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { origin, temporaryFolder } from '../support.js'
import { runWriters, type Writer } from './writer.js'

/** A bundle of about 60 kB that does not compress much. */
const request = (parent: string): Writer['request'] => ({
  parent,
  name: 'incident',
  manifest: origin,
  files: Array.from({ length: 6 }, (_, index) => ({
    path: `evidence/${index}`,
    content: randomBytes(5000).toString('hex'),
  })),
})

/** Root may, where its container lets it. */
const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0

describe('a disk that is full', () => {
  it('by a limit on the size of files ends in exit 74, and nothing is left', async () => {
    const folder = await temporaryFolder()
    // In blocks of 1,024 bytes: the files fit, the archive does not; then not even a file does.
    for (const blocks of [20, 4]) {
      const [end] = await runWriters([{ request: request(folder) }], `ulimit -f ${blocks}; exec "$@"`)
      expect(end).toMatchObject({
        end: 'refused',
        refusal: { code: 'output', exitCode: 74, hint: 'the limit on the size of files is reached' },
      })
      expect(end?.operations.filter((name) => name === 'writeFile')).toHaveLength(blocks === 4 ? 1 : 8)
      expect(readdirSync(folder)).toEqual([])
    }
  })

  it.skipIf(!canMount)('ends in exit 74 wherever it becomes full, and nothing is left', async () => {
    const folder = await temporaryFolder()
    const options = [
      ...[8, 16, 40, 60, 72, 80, 88, 96, 104, 112, 120, 200].map((kibibytes) => `size=${kibibytes}k`),
      ...[1, 2, 3, 4, 5, 8, 10, 11, 12, 13, 14].map((inodes) => `nr_inodes=${inodes}`),
    ]
    const places = options.map((option) => join(folder, option))
    await Promise.all(places.map((place) => mkdir(place)))
    // Mounted where only this process sees them, so that nothing stays mounted; what is left in them is listed there.
    const mounts = options.map((option, index) => `mount -t tmpfs -o ${option},mode=700 tmpfs "${places[index]!}"`)
    const list = `LC_ALL=C; for place in "${folder}"/*/; do ls -A "$place" | tr "\\n" " "; echo; done > "${folder}/left"`
    const shell = `exec unshare --mount bash -c '${mounts.join(' && ')} || exit 1; "$@"; ended=$?; ${list}; exit $ended' bash "$@"`
    const ends = await runWriters(
      places.map((place) => ({ request: request(place) })),
      shell,
    )

    const left = readFileSync(join(folder, 'left'), 'utf8').split('\n')
    const inOrder = [...places].sort()
    for (const [index, end] of ends.entries()) {
      const leftOver = left[inOrder.indexOf(places[index]!)]
      if (end.end === 'written') expect(leftOver).toBe('incident incident.tar.gz ')
      else
        expect({ leftOver, end }).toMatchObject({
          leftOver: '',
          end: { end: 'refused', refusal: { code: 'output', exitCode: 74, hint: 'the disk is full' } },
        })
    }
    expect(ends.map(({ end }) => end)).toEqual(expect.arrayContaining(['written', 'refused']))
    // It became full while folders were made, files opened and written, and the archive written.
    const reached = new Set(ends.filter(({ end }) => end === 'refused').map(({ operations }) => operations.at(-2)))
    expect([...reached]).toEqual(expect.arrayContaining(['mkdir', 'open']))
    expect(new Set(ends.map(({ operations }) => operations.length)).size).toBeGreaterThan(8)
  })
})
