import { execFile } from 'node:child_process'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { constants, deflateRawSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { bundleLimits } from '../../../src/incidents/bundle/manifest.js'
import { refusalOf, readBytes, temporaryFolder } from './support.js'
import { archive, entry, header, longName, pax } from './tar-bytes.js'
import { compiled } from '../../compiled.js'

const mebibyte = 1024 * 1024
const tenGigabytes = 10 * 1000 * mebibyte
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])

/** Piece after piece as one member of gzip. What follows the last is not reached. */
function bomb(pieces: readonly (readonly [content: Buffer, times: number])[]): Buffer {
  return Buffer.concat([
    gzipHeader,
    ...pieces.flatMap(([content, times]) => Array<Buffer>(times).fill(squeezed(content))),
  ])
}

function squeezed(content: Buffer): Buffer {
  return content === zeros ? squeezedZeros : deflateRawSync(content, { finishFlush: constants.Z_FULL_FLUSH })
}

const zeros = Buffer.alloc(16 * mebibyte)
const squeezedZeros = deflateRawSync(zeros, { finishFlush: constants.Z_FULL_FLUSH })
const sized = (name: string, bytes: number): Buffer => header({ name, size: bytes.toString(8).padStart(11, '0') })

/** Reads a bundle in a process of its own, and says how it ended and how much memory that process ever had. */
const reader = `
  import { readBundle } from ${JSON.stringify(compiled(join(import.meta.dirname, '../../../src/incidents/bundle/read-bundle.ts')))}
  readBundle(process.argv[2]).then(() => ({ code: 'read' }), (error) => error).then(({ code, message }) =>
    console.log(JSON.stringify({ code, message, mebibytes: process.resourceUsage().maxRSS / 1024 })))
`

async function readApart(
  bytes: Buffer,
): Promise<{ readonly code: string; readonly message: string; readonly mebibytes: number }> {
  const folder = await temporaryFolder()
  const path = join(folder, 'bomb.tar.gz')
  const script = join(folder, 'read.mjs')
  await writeFile(path, bytes)
  await writeFile(script, reader)
  const { stdout } = await promisify(execFile)(process.execPath, [script, path])
  expect(await readdir(folder)).toHaveLength(2)
  expect((await stat(path)).size).toBe(bytes.length)
  return JSON.parse(stdout) as { code: string; message: string; mebibytes: number }
}

describe('an archive that unpacks to 10 GB', () => {
  it.each<[string, () => Buffer, string]>([
    [
      'one file, of which its header lies',
      () =>
        bomb([
          [entry({ name: 'b/summary.md', content: 'x' }), 1],
          [zeros, tenGigabytes / zeros.length],
        ]),
      'bundle-too-large',
    ],
    [
      'one file, by its header too',
      () =>
        bomb([
          [sized('b/summary.md', 0o77777777777), 1],
          [zeros, tenGigabytes / zeros.length],
        ]),
      'bundle-too-large',
    ],
    [
      'many members of gzip',
      () =>
        Buffer.concat([
          gzipSync(entry({ name: 'b/summary.md' })),
          ...Array<Buffer>(tenGigabytes / zeros.length).fill(gzipSync(zeros)),
        ]),
      'bundle-too-large',
    ],
    [
      'files of the largest size, one after another',
      () =>
        bomb(
          Array.from({ length: 320 }, (_, index) => [
            [sized(`b/evidence/${index}`, bundleLimits.fileBytes), 1] as const,
            [zeros, 2] as const,
          ]).flat(),
        ),
      'bundle-too-large',
    ],
    [
      'extended headers without an entry',
      () =>
        bomb([
          [
            entry({ name: 'PaxHeader', type: 'x', content: Buffer.alloc(4 * mebibyte - 512, '9') }),
            tenGigabytes / (4 * mebibyte),
          ],
        ]),
      'bundle-too-large',
    ],
    [
      'long names without an entry',
      () => bomb([[entry({ ...longName('x'.repeat(4 * mebibyte - 513)) }), tenGigabytes / (4 * mebibyte)]]),
      'bundle-too-large',
    ],
  ])('is refused early and in little memory: %s', async (_, made, code) => {
    const bytes = made()
    expect(bytes.length).toBeLessThan(16 * mebibyte)
    const outcome = await readApart(bytes)
    expect(outcome).toMatchObject({ code })
    // The program itself, what was kept until then, and the garbage of reading.
    expect(outcome.mebibytes).toBeLessThan(4 * (bundleLimits.bytes / mebibyte))
  })
})

describe('an archive of very many entries', () => {
  it.each<[string, () => Buffer, string]>([
    [
      'tiny files',
      () =>
        archive(...Array.from({ length: bundleLimits.entries + 1 }, (_, index) => ({ name: `b/evidence/${index}` }))),
      'bundle-too-many',
    ],
    ['a folder, again and again', () => bomb([[header({ name: 'b/', type: '5' }), 1000]]), 'bundle-duplicate'],
    [
      'tiny extended headers',
      () => bomb([[Buffer.concat(Array<Buffer>(1000).fill(entry(pax({ path: 'x' })))), 20]]),
      'bundle-too-large',
    ],
    [
      'extended headers of many records',
      () =>
        archive(pax(Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`key${index}`, 'x']))), {
          name: 'b/summary.md',
        }),
      'bundle-extension',
    ],
    [
      'empty members of gzip',
      () => Buffer.concat([gzipSync(entry({ name: 'b/summary.md' })), ...Array<Buffer>(500_000).fill(gzipSync(''))]),
      'bundle-truncated',
    ],
  ])('is refused: %s', async (_, made, code) => {
    const limits = { ...bundleLimits, bytes: 8 * mebibyte }
    expect(await refusalOf(readBytes(made(), { limits }))).toMatchObject({ code })
  })

  it('is refused before it is unpacked when it is larger than anything it may unpack to', async () => {
    const bytes = Buffer.concat([archive({ name: 'b/summary.md' }), Buffer.alloc(10_000)])
    expect(
      (await refusalOf(readBytes(bytes, { limits: { bytes: 1000 - mebibyte, fileBytes: 1000, entries: 1 } }))).message,
    ).toContain('before it is unpacked')
  })
})
