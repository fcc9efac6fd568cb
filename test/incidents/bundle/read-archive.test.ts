import { gzipSync } from 'node:zlib'
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { BundleFault } from '../../../src/incidents/bundle/entries.js'
import { bundleLimits } from '../../../src/incidents/bundle/manifest.js'
import { readBytes, refusalOf } from './support.js'
import { archive, entry, header, longName, pax, tar, type Entry } from './tar-bytes.js'

const good: Entry = { name: 'b/summary.md', content: 'hello' }
const named = (name: string): Entry => ({ name, content: 'x' })
const big = (value: bigint, first = 0x80): Buffer => {
  const field = Buffer.alloc(12)
  field.writeBigInt64BE(value, 4)
  if (first === 0xff) field.fill(0xff, 1, 4)
  field[0] = first
  return field
}

describe('an archive of plain entries', () => {
  it('is read, with or without entries for its folders', async () => {
    const without = await readBytes(archive(good, { name: 'b/evidence/a', content: 'x'.repeat(1000) }))
    const folders = await readBytes(
      archive(
        { name: 'b/', type: '5' },
        good,
        { name: 'b/evidence/', type: '5' },
        { name: 'b/evidence/a', content: 'x'.repeat(1000) },
      ),
    )
    expect(without).toEqual(folders)
    expect(without).toMatchObject({ name: 'b', source: 'archive', manifest: undefined })
    expect([...without.files].map(([path, content]) => [path, content.toString()])).toEqual([
      ['evidence/a', 'x'.repeat(1000)],
      ['summary.md', 'hello'],
    ])
  })

  it.each<[string, Entry | Buffer]>([
    ['set-user-id bits', { ...good, mode: '0006755' }],
    ['the oldest mark of a file', { ...good, type: '\0' }],
    ['the header of GNU tar', { ...good, magic: 'ustar  \0' }],
    ['the folder in the prefix field', { ...good, name: 'summary.md', prefix: 'b' }],
    ['a size in base 256', { ...good, size: big(5n) }],
  ])('is read with %s', async (_, part) => {
    const bundle = await readBytes(archive(part))
    expect([...bundle.files.keys()]).toEqual(['summary.md'])
    expect(bundle.files.get('summary.md')!.toString()).toBe('hello')
  })

  it('is read with as many zeros behind it as other programs write, and in several members of gzip', async () => {
    const bytes = Buffer.concat([tar(good), Buffer.alloc(10240)])
    expect((await readBytes(gzipSync(bytes))).files.size).toBe(1)
    expect(
      (
        await readBytes(
          Buffer.concat([gzipSync(bytes.subarray(0, 700)), gzipSync(Buffer.alloc(0)), gzipSync(bytes.subarray(700))]),
        )
      ).files.size,
    ).toBe(1)
  })
})

describe('a hostile archive is refused', () => {
  const cases: readonly (readonly [what: string, bytes: Buffer, fault: BundleFault, message: string])[] = [
    ['an absolute path', archive(named('/etc/passwd')), 'unsafe-name', '‘/etc/passwd’ is absolute'],
    ['a path that climbs', archive(named('b/../../etc/passwd')), 'unsafe-name', '‘b/../../etc/passwd’ leaves'],
    ['a climb at the top', archive(named('../summary.md')), 'unsafe-name', 'leaves'],
    ['a climb in a folder entry', archive({ name: 'b/../', type: '5' }), 'unsafe-name', 'leaves'],
    ['a climb in the prefix field', archive({ ...good, prefix: '..' }), 'unsafe-name', 'leaves'],
    ['an absolute prefix', archive({ ...good, prefix: '/etc' }), 'unsafe-name', 'is absolute'],
    ['a dot', archive(named('./b/summary.md')), 'unsafe-name', 'contains . instead of a name'],
    ['an empty segment', archive(named('b//summary.md')), 'unsafe-name', 'an empty name between slashes'],
    ['an empty name', archive(named('')), 'unsafe-name', 'is empty'],
    ['a folder with two slashes', archive({ name: 'b//', type: '5' }), 'unsafe-name', 'an empty name between slashes'],
    ['the root', archive({ name: '/', type: '5' }), 'unsafe-name', 'is empty'],
    ['a backslash', archive(named('b\\..\\x')), 'unsafe-name', 'contains a backslash'],
    ['a drive letter', archive(named('C:summary.md')), 'unsafe-name', 'starts with a drive letter'],
    [
      'an escape sequence',
      archive(named('b/\u001b[2Jsummary.md')),
      'unsafe-name',
      '‘b/\\e[2Jsummary.md’ contains control characters',
    ],
    ['a newline', archive(named('b/evidence/a\nb')), 'unsafe-name', '‘b/evidence/a\\nb’ contains control characters'],
    ['a C1 control', archive(named('b/evidence/a\u009bb')), 'unsafe-name', 'contains control characters'],
    [
      'a bidirectional override',
      archive(named('b/evidence/a\u202egnp.exe')),
      'unsafe-name',
      'invisible or bidirectional',
    ],
    ['a zero-width space', archive(named('b/evidence/a\u200bb')), 'unsafe-name', 'invisible or bidirectional'],
    ['a decomposed letter', archive(named('b/evidence/cafe\u0301')), 'unsafe-name', 'composed form'],
    ['a letter beyond ASCII', archive(named('b/evidence/café')), 'unsafe-name', 'other than ASCII'],
    [
      'bytes that are not UTF-8',
      archive({ name: Buffer.from('622f65766964656e63652fff', 'hex') }),
      'unsafe-name',
      'is not UTF-8',
    ],
    ['a hidden file', archive(named('b/evidence/.bashrc')), 'unsafe-name', 'starts or ends with a forbidden one'],
    [
      'a symbolic link',
      archive({ name: 'b/summary.md', type: '2', link: '/etc/passwd' }),
      'link',
      '‘b/summary.md’ is a symbolic link',
    ],
    [
      'a hard link',
      archive(good, { name: 'b/result.json', type: '1', link: 'b/summary.md' }),
      'link',
      '‘b/result.json’ is a hard link',
    ],
    ['a character device', archive({ name: 'b/summary.md', type: '3' }), 'special-file', 'neither a file nor a folder'],
    ['a block device', archive({ name: 'b/summary.md', type: '4' }), 'special-file', 'neither a file nor a folder'],
    ['a named pipe', archive({ name: 'b/summary.md', type: '6' }), 'special-file', 'a named pipe'],
    ['a contiguous file', archive({ ...good, type: '7' }), 'special-file', 'neither a file nor a folder'],
    [
      'a sparse file of GNU tar',
      archive({ ...good, type: 'S', magic: 'ustar  \0' }),
      'special-file',
      'neither a file nor a folder',
    ],
    [
      'a continued volume',
      archive({ ...good, type: 'M', magic: 'ustar  \0' }),
      'special-file',
      'neither a file nor a folder',
    ],
    ['an unknown type', archive({ ...good, type: 'Z' }), 'special-file', 'neither a file nor a folder'],
    ['the same file twice', archive(good, good), 'duplicate', '‘summary.md’ is a duplicate'],
    [
      'the same file in another case',
      archive(named('b/evidence/a'), named('b/evidence/A')),
      'duplicate',
      'is a duplicate, possibly in another case',
    ],
    [
      'the same folder twice',
      archive({ name: 'b/', type: '5' }, { name: 'b', type: '5' }),
      'duplicate',
      'is a duplicate',
    ],
    ['a document in another case', archive(named('b/SUMMARY.md')), 'unknown-file', '‘SUMMARY.md’ is not one of'],
    ['an unknown file', archive(named('b/run-me.sh')), 'unknown-file', '‘run-me.sh’ is not one of incident.json'],
    ['an unknown folder', archive({ name: 'b/bin/', type: '5' }), 'unknown-file', '‘bin/’ is not a folder of a bundle'],
    ['a folder below the evidence', archive(named('b/evidence/a/b')), 'unknown-file', '‘evidence/a/b’ is not one of'],
    [
      'a file that is a folder as well',
      archive(named('b/evidence'), named('b/evidence/a')),
      'unknown-file',
      '‘evidence’ is a file, but must be a folder',
    ],
    [
      'a document that is a folder',
      archive({ name: 'b/summary.md/', type: '5' }),
      'unknown-file',
      'is not a folder of a bundle',
    ],
    ['a document that holds a file', archive(good, named('b/summary.md/x')), 'unknown-file', 'is not one of'],
    [
      'a file beside the folder',
      archive(good, named('summary.md')),
      'unknown-file',
      'is outside the folder of the bundle',
    ],
    ['two folders', archive(good, named('c/summary.md')), 'several-folders', '‘b’ and ‘c’ are both at its'],
    [
      'a long name of GNU tar that climbs',
      archive(good, longName('b/../../x'), named('b/evidence/a')),
      'extension',
      'an extended header',
    ],
    ['a long link name of GNU tar', archive(longName('/etc/passwd', 'K'), good), 'extension', 'an extended header'],
    [
      'a long name without an entry',
      archive(good, longName('b/../../x')),
      'trailing-data',
      'there is more data after its last entry',
    ],
    ['a pax path that climbs', archive(pax({ path: 'b/../../x' }), good), 'extension', 'an extended header'],
    ['a pax path with a NUL', archive(pax({ path: 'b/summary.md\0x' }), good), 'extension', 'an extended header'],
    ['a pax size that lies', archive(pax({ size: '1' }), good), 'extension', 'an extended header'],
    ['a negative pax size', archive(pax({ size: '-5' }), good), 'damaged', 'not valid'],
    [
      'a pax size that is not a number',
      archive(good, pax({ size: 'many' }), named('b/evidence/a')),
      'damaged',
      'not valid',
    ],
    [
      'a sparse map in pax records',
      archive(pax({ 'GNU.sparse.major': '1', 'GNU.sparse.name': '/etc/passwd' }), good),
      'extension',
      'an extended header',
    ],
    ['a global pax header', archive(pax({ path: 'b/../../x' }, 'g'), good), 'extension', 'an extended header'],
    [
      'a pax header of 5 MiB',
      archive({ name: 'PaxHeader', type: 'x', content: Buffer.alloc(5 << 20, '9') }),
      'extension',
      'more than 4 MiB',
    ],
    [
      'a pax header that says it is endless',
      archive({ name: 'PaxHeader', type: 'x', size: '77777777777' }),
      'extension',
      'more than 4 MiB',
    ],
    [
      'a pax header of negative size',
      archive({ name: 'PaxHeader', type: 'x', size: big(-512n, 0xff) }, good),
      'extension',
      'an extended header',
    ],
    ['a negative size', archive({ ...good, size: big(-5n, 0xff) }), 'damaged', 'not valid'],
    ['a size of 2⁶²', archive({ ...good, size: big(2n ** 62n) }), 'damaged', 'an impossible size'],
    [
      'a size over the limit',
      archive({ ...good, size: (bundleLimits.fileBytes + 1).toString(8).padStart(11, '0') }),
      'too-large',
      `has ${bundleLimits.fileBytes + 1} bytes`,
    ],
    ['a size beyond the end', archive({ ...good, size: '00000100000' }), 'truncated', 'ends in the middle of an entry'],
    [
      'a size that hides what follows',
      archive({ ...good, size: '00000000000' }),
      'damaged',
      'a tar header is not valid',
    ],
    ['a size that is not a number', archive({ ...good, size: 'xyz' }), 'damaged', 'not valid'],
    ['a folder with a content', archive({ name: 'b/', type: '5', content: 'x' }), 'damaged', 'has content'],
    [
      'a file by its type, with the slash of a folder',
      archive({ ...good, name: 'b/evidence/' }),
      'unsafe-name',
      'an empty name between slashes',
    ],
    [
      'a wrong checksum',
      archive(good, { ...named('b/evidence/a'), checksum: '000000\0 ' }),
      'damaged',
      'a tar header is not valid',
    ],
    [
      'the format before POSIX',
      archive(good, { ...named('b/evidence/a'), magic: '' }),
      'damaged',
      'a tar header is not valid',
    ],
    [
      'an end mark between two entries',
      archive(good, Buffer.alloc(512), named('b/evidence/a')),
      'extension',
      'the end mark of another archive',
    ],
    [
      'an archive appended to another',
      archive(tar(good), tar(named('b/evidence/a'))),
      'extension',
      'the end mark of another archive',
    ],
    [
      'something behind the end mark',
      gzipSync(Buffer.concat([tar(good), Buffer.alloc(511), Buffer.from('x')])),
      'damaged',
      'a tar header is not valid',
    ],
    [
      'less than a block behind the end mark',
      gzipSync(Buffer.concat([tar(good), Buffer.from('x')])),
      'truncated',
      'ends',
    ],
    ['no end mark', gzipSync(entry(good)), 'truncated', 'before its end mark'],
    ['half an end mark', gzipSync(Buffer.concat([entry(good), Buffer.alloc(512)])), 'truncated', 'before its end mark'],
    ['only a header', gzipSync(header(good)), 'truncated', 'ends'],
    [
      'zeros behind the compressed data',
      Buffer.concat([archive(good), Buffer.alloc(1)]),
      'trailing-data',
      'more data after the end of the compressed data',
    ],
    [
      'a lot of zeros behind the compressed data',
      Buffer.concat([archive(good), Buffer.alloc(1 << 20)]),
      'trailing-data',
      'more data after the end of the compressed data',
    ],
    [
      'words behind the compressed data',
      Buffer.concat([archive(good), Buffer.from('and more')]),
      'trailing-data',
      'more data after the end of the compressed data',
    ],
    [
      'a lot of words behind the compressed data',
      Buffer.concat([archive(good), Buffer.alloc(1 << 20, 'x')]),
      'trailing-data',
      'more data after the end of the compressed data',
    ],
    [
      'zeros and words behind the compressed data',
      Buffer.concat([archive(good), Buffer.alloc(8), Buffer.from('x')]),
      'trailing-data',
      'more data after the end of the compressed data',
    ],
    [
      'half a second member',
      Buffer.concat([archive(good), archive(good).subarray(0, 20)]),
      'truncated',
      'are incomplete',
    ],
    [
      'a wrong checksum of gzip',
      Buffer.concat([archive(good).subarray(0, -8), Buffer.alloc(8)]),
      'damaged',
      'the compressed data are damaged',
    ],
    ['nothing at all', Buffer.alloc(0), 'not-a-bundle', 'the file is empty'],
    ['one byte', Buffer.from([0x1f]), 'not-a-bundle', 'not compressed with gzip'],
    ['a tar that is not compressed', tar(good), 'not-a-bundle', 'not compressed with gzip'],
    ['a zip', Buffer.from('PK\u0003\u0004 and so on'), 'not-a-bundle', 'not compressed with gzip'],
    ['a compressed text', gzipSync('x'.repeat(2000)), 'not-a-bundle', 'not a tar archive'],
    ['random compressed bytes', gzipSync(randomBytes(5000)), 'not-a-bundle', 'not a tar archive'],
    ['an empty archive', archive(), 'not-a-bundle', 'it is empty'],
    ['only the folder of the bundle, by its name a file', archive(named('b')), 'unknown-file', 'outside'],
  ]

  it.each(cases)('for %s', async (_, bytes, fault, message) => {
    const refusal = await refusalOf(readBytes(bytes))
    expect(refusal).toMatchObject({ code: `bundle-${fault}`, exitCode: 28 })
    expect(refusal.message).toContain(message)
    expect(refusal.hint).not.toBe('')
    expect(refusal.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b\u202e]/)
  })

  it('and reading it can be ended', async () => {
    const abort = new AbortController()
    const reason = new Error('the operator had enough')
    abort.abort(reason)
    await expect(readBytes(archive(good), { signal: abort.signal })).rejects.toBe(reason)
  })

  it('and a long name is cut in the refusal', async () => {
    const refusal = await refusalOf(readBytes(archive({ name: 'n'.repeat(100), prefix: `/${'p/'.repeat(77)}` })))
    expect(refusal.message.length).toBeLessThan(300)
    expect(refusal.message).toContain('…')
  })
})
