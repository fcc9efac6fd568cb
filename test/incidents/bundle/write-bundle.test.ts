import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { partialName, ownId } from '../../../src/incidents/bundle/partial.js'
import { readBundle, verifyBundle } from '../../../src/incidents/bundle/read-bundle.js'
import { writeBundle, type BundleRequest, type WrittenBundle } from '../../../src/incidents/bundle/write-bundle.js'
import { contents, origin, temporaryFolder } from './support.js'
import { propertyRuns } from '../../property-runs.js'

const mode = (path: string): number => lstatSync(path).mode & 0o7777
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

function write(parent: string, more: Partial<BundleRequest> = {}): Promise<WrittenBundle> {
  return writeBundle({ parent, name: 'incident', files: contents, manifest: origin, ...more })
}

/**
 * Makes a folder such that nothing in it can be removed until the test ends; root needs more than permissions for that.
 */
async function freeze(folder: string): Promise<void> {
  const frozen = process.getuid?.() === 0 ? ['chattr', '+i'] : ['chmod', '500']
  const thawed = process.getuid?.() === 0 ? ['chattr', '-i'] : ['chmod', '700']
  execFileSync(frozen[0]!, [frozen[1]!, folder])
  onTestFinished(() => void execFileSync(thawed[0]!, [thawed[1]!, folder]))
}

/** Everything below a folder, with what a reader could tell a change by. */
function listing(folder: string): string {
  return execFileSync('find', [folder, '-mindepth', '1', '-printf', '%P %y %m %s %T@ %l\n'], { encoding: 'utf8' })
}

describe('writeBundle', () => {
  it('writes a folder and an archive of it that only their owner can read, whatever the umask', async () => {
    for (const umask of [0o022, 0, 0o777]) {
      const parent = await temporaryFolder()
      const before = process.umask(umask)
      const written = await write(parent).finally(() => process.umask(before))
      expect(written).toMatchObject({
        folder: join(parent, 'incident'),
        archive: join(parent, 'incident.tar.gz'),
        leftovers: [],
      })
      expect(written.files).toEqual([...contents.map(({ path }) => path), 'manifest.json'].sort())
      expect(written.archiveSha256).toBe(sha256(readFileSync(written.archive)))
      expect(readdirSync(parent).sort()).toEqual(['incident', 'incident.tar.gz'])
      expect([mode(written.folder), mode(join(written.folder, 'evidence')), mode(written.archive)]).toEqual([
        0o700, 0o700, 0o600,
      ])
      for (const path of written.files) expect(mode(join(written.folder, path))).toBe(0o600)
    }
  })

  it('lists every file but itself in the manifest', async () => {
    const { folder } = await write(await temporaryFolder())
    expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))).toEqual({
      schemaVersion: 1,
      ...origin,
      files: [...contents]
        .sort((a, b) => (a.path < b.path ? -1 : 1))
        .map(({ path, content }) => ({
          path,
          bytes: Buffer.byteLength(content),
          sha256: sha256(Buffer.from(content)),
        })),
    })
  })

  it('writes what other programs unpack to the same', async () => {
    const parent = await temporaryFolder()
    const { archive, folder } = await write(parent)
    const elsewhere = join(parent, 'elsewhere')
    await mkdir(elsewhere)
    expect(execFileSync('tar', ['-xzpf', archive, '-C', elsewhere], { encoding: 'utf8' })).toBe('')
    execFileSync('diff', ['-r', folder, join(elsewhere, 'incident')])
    expect([
      mode(join(elsewhere, 'incident')),
      mode(join(elsewhere, 'incident/evidence')),
      mode(join(elsewhere, 'incident/summary.md')),
    ]).toEqual([0o700, 0o700, 0o600])
    expect(verifyBundle(await readBundle(join(elsewhere, 'incident')))).toEqual([])
  })

  it('writes the same archive for the same content, in whatever order it comes', async () => {
    const one = await write(await temporaryFolder())
    const other = await write(join(await temporaryFolder(), 'new', 'folder'), { files: [...contents].reverse() })
    expect(readFileSync(other.archive)).toEqual(readFileSync(one.archive))
    expect(
      (await write(await temporaryFolder(), { manifest: { ...origin, incident: 'another' } })).archiveSha256,
    ).not.toBe(one.archiveSha256)
  })

  it('writes nothing but a manifest where there is nothing', async () => {
    const { folder, archive } = await write(await temporaryFolder(), { files: [] })
    expect(readdirSync(folder)).toEqual(['manifest.json'])
    expect(verifyBundle(await readBundle(archive))).toEqual([])
  })

  it('writes what is read again, from the folder as from the archive', async () => {
    const parent = await temporaryFolder()
    const name = fc.stringMatching(/^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?$/)
    const path = fc.oneof(
      fc.constantFrom('incident.json', 'summary.md', 'result.json', 'report.html', 'snapshot.json'),
      name.map((of) => `evidence/${of}`),
    )
    const content = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom(0, 511, 512, 513, 1024, 70_000).map((length) => Buffer.alloc(length, 'x')),
    )
    let round = 0
    await fc.assert(
      fc.asyncProperty(
        name,
        fc.uniqueArray(fc.record({ path, content }), { selector: (file) => file.path.toLowerCase(), maxLength: 6 }),
        async (called, files) => {
          const { folder, archive } = await write(join(parent, `${(round += 1)}`), { name: called, files })
          for (const place of [folder, archive]) {
            const bundle = await readBundle(place)
            expect(bundle.name).toBe(called)
            expect(verifyBundle(bundle)).toEqual([])
            const { 'manifest.json': manifest, ...others } = Object.fromEntries(bundle.files)
            expect(others).toEqual(Object.fromEntries(files.map((file) => [file.path, Buffer.from(file.content)])))
            expect(JSON.parse(manifest!.toString())).toEqual(bundle.manifest)
          }
        },
      ),
      { numRuns: propertyRuns(25) },
    )
  })
})

describe('writeBundle searches what it wrote', () => {
  it('in every file as it is on disk, then in the unpacked archive with its names', async () => {
    const searched = new Map<string, string>()
    const parent = await temporaryFolder()
    await write(parent, {
      gate: (text, path) => {
        searched.set(path, text)
        expect(existsSync(join(parent, 'incident'))).toBe(false)
        expect(existsSync(join(parent, 'incident.tar.gz'))).toBe(false)
        return []
      },
    })
    expect([...searched.keys()]).toEqual(
      [...contents.map(({ path }) => path), 'manifest.json'].sort().concat('incident.tar.gz'),
    )
    const whole = searched.get('incident.tar.gz')!
    for (const { path, content } of contents) {
      expect(searched.get(path)).toBe(content.toString())
      expect(whole).toContain(content.toString())
      expect(whole).toContain(`incident/${path}`)
    }
  })

  it.each<[string, string]>([
    ['a file', 'evidence/bus-status.json'],
    ['the manifest', 'manifest.json'],
    ['the archive alone', 'incident.tar.gz'],
  ])('and deletes everything for a hit in %s', async (_, hit) => {
    const parent = await temporaryFolder()
    const writing = write(parent, { gate: (_text, path) => (path === hit ? ['JWT_SECRET', 'EVIL\u001b[2J'] : []) })
    await expect(writing).rejects.toMatchObject({
      exitCode: 74,
      message: `${hit} still contains secrets: JWT_SECRET, EVIL\\e[2J; the bundle was deleted`,
    })
    expect(readdirSync(parent)).toEqual([])
  })

  it('and deletes everything when the search fails, without its message', async () => {
    const parent = await temporaryFolder()
    const writing = write(parent, {
      gate: () => {
        throw new Error('near hunter2')
      },
    })
    await expect(writing).rejects.toMatchObject({
      exitCode: 74,
      message: 'the search for secrets in evidence/bus-status.json failed; the bundle was deleted',
    })
    expect(readdirSync(parent)).toEqual([])
  })

  it('and refuses what another has changed on the disk meanwhile', async () => {
    const parent = await temporaryFolder()
    const partial = join(parent, partialName('incident', ownId()))
    const writing = write(parent, {
      gate: (_, path) => {
        if (path === 'manifest.json') execFileSync('cp', ['/bin/true', join(partial, 'incident.tar.gz')])
        return []
      },
    })
    await expect(writing).rejects.toMatchObject({
      exitCode: 74,
      message: 'incident.tar.gz does not contain what was written to it; the bundle was deleted',
    })
    expect(readdirSync(parent)).toEqual([])
  })
})

describe('writeBundle refuses and changes nothing', () => {
  const target = 'precious'
  it.each<[string, (parent: string) => Promise<unknown>, string]>([
    ['a bundle of that name', (parent) => write(parent), 'a folder already exists there'],
    ['a folder of that name', (parent) => mkdir(join(parent, 'incident')), 'a folder already exists there'],
    ['a file of that name', (parent) => writeFile(join(parent, 'incident'), ''), 'a file already exists there'],
    [
      'an archive of that name',
      (parent) => writeFile(join(parent, 'incident.tar.gz'), ''),
      'a file already exists there',
    ],
    [
      'a link in the folder’s place',
      (parent) => symlink(target, join(parent, 'incident')),
      'a symbolic link already exists there',
    ],
    [
      'a dangling link in the folder’s place',
      (parent) => symlink('nowhere', join(parent, 'incident')),
      'a symbolic link already exists there',
    ],
    [
      'a link in the archive’s place',
      (parent) => symlink(`${target}/file`, join(parent, 'incident.tar.gz')),
      'a symbolic link already exists there',
    ],
    [
      'a pipe in the archive’s place',
      (parent) => Promise.resolve(execFileSync('mkfifo', [join(parent, 'incident.tar.gz')])),
      'a special file already exists there',
    ],
    [
      'a link in the hidden folder’s place',
      (parent) => symlink(target, join(parent, partialName('incident', ownId()))),
      'EEXIST',
    ],
    [
      'a folder in the hidden folder’s place',
      (parent) => mkdir(join(parent, partialName('incident', ownId()))),
      'EEXIST',
    ],
    ['a folder that every user may change', (parent) => chmod(parent, 0o777), 'every user of this machine'],
  ])('for %s', async (_, prepare, message) => {
    const parent = await temporaryFolder()
    await mkdir(join(parent, target))
    await writeFile(join(parent, target, 'file'), target)
    await prepare(parent)
    const before = listing(parent)
    await expect(write(parent)).rejects.toMatchObject({
      name: 'OutputError',
      code: 'output',
      exitCode: 74,
      message: expect.stringContaining(message) as string,
    })
    expect(listing(parent)).toBe(before)
  })

  it.each<[string, (folder: string) => Promise<string>, string]>([
    [
      'a link',
      async (folder) => {
        await mkdir(join(folder, 'real'))
        await symlink('real', join(folder, 'link'))
        return join(folder, 'link/')
      },
      'it is a symbolic link',
    ],
    [
      'a dangling link',
      async (folder) => {
        await symlink('nowhere', join(folder, 'link'))
        return join(folder, 'link')
      },
      'symbolic link',
    ],
    [
      'a file',
      async (folder) => {
        await writeFile(join(folder, 'file'), '')
        return join(folder, 'file')
      },
      'it is not a folder',
    ],
    [
      'something below a file',
      async (folder) => {
        await writeFile(join(folder, 'file'), '')
        return join(folder, 'file/deep')
      },
      'ENOTDIR',
    ],
  ])('when the parent is %s', async (_, prepare, message) => {
    const folder = await temporaryFolder()
    const parent = await prepare(folder)
    const before = listing(folder)
    await expect(write(parent)).rejects.toMatchObject({
      exitCode: 74,
      message: expect.stringContaining(message) as string,
    })
    expect(listing(folder)).toBe(before)
  })

  it.each<[string, Partial<BundleRequest>, string]>([
    ['a name that climbs', { name: '../incident' }, 'cannot have that'],
    ['a hidden name', { name: '.incident' }, 'cannot have that'],
    ['an empty name', { name: '' }, 'cannot have that'],
    ['a name of 101 bytes', { name: 'x'.repeat(101) }, 'cannot have that'],
    ['a file that climbs', { files: [{ path: 'evidence/../../x', content: '' }] }, 'is not one of'],
    ['a file that no bundle holds', { files: [{ path: 'core', content: '' }] }, 'is not one of'],
    [
      'a file twice',
      {
        files: [
          { path: 'evidence/a', content: '' },
          { path: 'evidence/A', content: '' },
        ],
      },
      'is a duplicate',
    ],
    ['a manifest of its own', { files: [{ path: 'manifest.json', content: '' }] }, 'is a duplicate'],
    [
      'a file that no reader would take',
      { files: [{ path: 'evidence/a', content: Buffer.alloc(33 << 20) }] },
      'bytes; the maximum is 33554432',
    ],
    [
      'more files than a reader would take',
      { files: Array.from({ length: 1000 }, (_, index) => ({ path: `evidence/${index}`, content: '' })) },
      'more than 1000 files',
    ],
  ])('%s', async (_, more, message) => {
    const parent = await temporaryFolder()
    await expect(write(parent, more)).rejects.toMatchObject({
      exitCode: 74,
      message: expect.stringContaining(message) as string,
    })
    expect(readdirSync(parent)).toEqual([])
  })

  it('a folder of all users is good enough where they cannot touch each other’s files', async () => {
    const parent = await temporaryFolder()
    await chmod(parent, 0o1777)
    expect(verifyBundle(await readBundle((await write(parent)).archive))).toEqual([])
  })

  it('what came into the archive’s place during the search, and keeps that', async () => {
    const parent = await temporaryFolder()
    await mkdir(join(parent, target))
    const writing = write(parent, {
      gate: (_, path) => {
        if (path === 'incident.tar.gz') execFileSync('ln', ['-s', `${target}/file`, join(parent, 'incident.tar.gz')])
        return []
      },
    })
    await expect(writing).rejects.toMatchObject({ exitCode: 74 })
    expect(readdirSync(parent).sort()).toEqual(['incident.tar.gz', target])
    expect(readdirSync(join(parent, target))).toEqual([])
  })
})

describe('writeBundle can be ended', () => {
  it.each(['before it begins', 'evidence/redis-info', 'manifest.json', 'incident.tar.gz'])(
    'at %s, and leaves nothing',
    async (at) => {
      const parent = await temporaryFolder()
      const abort = new AbortController()
      const reason = new Error('the operator had enough')
      if (at === 'before it begins') abort.abort(reason)
      const writing = write(parent, {
        signal: abort.signal,
        gate: (_, path) => {
          if (path === at) abort.abort(reason)
          return []
        },
      })
      await expect(writing).rejects.toBe(reason)
      expect(readdirSync(parent)).toEqual([])
    },
  )
})

describe('several writers', () => {
  it('of one name: one writes, the others are refused, and it is whole', async () => {
    const parent = await temporaryFolder()
    const ends = await Promise.allSettled([write(parent), write(parent), write(parent)])
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject({ exitCode: 74 })
    expect(readdirSync(parent).sort()).toEqual(['incident', 'incident.tar.gz'])
    for (const name of readdirSync(parent)) expect(verifyBundle(await readBundle(join(parent, name)))).toEqual([])
  })

  it('of different names do not disturb each other', async () => {
    const parent = await temporaryFolder()
    const names = Array.from({ length: 8 }, (_, index) => `incident-${index}`)
    const written = await Promise.all(names.map((name) => write(parent, { name })))
    expect(written.flatMap(({ leftovers }) => leftovers)).toEqual([])
    expect(readdirSync(parent).sort()).toEqual(names.flatMap((name) => [name, `${name}.tar.gz`]))
  })
})

describe('what other writers left', () => {
  const lastPid = Number(readFileSync('/proc/sys/kernel/pid_max', 'utf8')) + 1
  const own = ownId()

  it.each<[string, { pid?: number; started?: number; place?: string; days?: number }, boolean]>([
    ['of a process that runs', {}, false],
    ['of a process that ended', { pid: lastPid }, true],
    ['of a process whose number another has now', { started: own.started - 1 }, true],
    ['of another machine or container, just now', { pid: lastPid, place: '0123456789ab' }, false],
    ['of another machine or container, two days ago', { place: '0123456789ab', days: 2 }, true],
    ['of a process that runs, for two days', { days: 2 }, false],
  ])('is removed only when its process is gone: %s', async (_, { days = 0, ...writer }, isRemoved) => {
    const parent = await temporaryFolder()
    const left = join(parent, partialName('older', { ...own, ...writer }))
    await mkdir(join(left, 'older'), { recursive: true })
    await writeFile(join(left, 'older/summary.md'), 'half')
    const then = Date.now() / 1000 - days * 24 * 60 * 60
    await utimes(left, then, then)
    const { leftovers } = await write(parent)
    expect(leftovers).toEqual(isRemoved ? [{ path: left, became: 'removed', because: '' }] : [])
    expect(existsSync(left)).toBe(!isRemoved)
  })

  it('is left alone when it only looks like it', async () => {
    const parent = await temporaryFolder()
    const dead = partialName('older', { ...own, pid: lastPid })
    await mkdir(join(parent, 'elsewhere'))
    await writeFile(join(parent, 'elsewhere/file'), 'precious')
    await symlink('elsewhere', join(parent, dead))
    await writeFile(join(parent, partialName('file', { ...own, pid: lastPid })), 'precious')
    await mkdir(join(parent, '.older.partial'))
    await mkdir(join(parent, `${dead}.bak`))
    await mkdir(join(parent, '.a b.1-1-0123456789ab.partial'))
    const before = listing(parent)
    expect((await write(parent)).leftovers).toEqual([])
    await rm(join(parent, 'incident'), { recursive: true })
    await rm(join(parent, 'incident.tar.gz'))
    expect(listing(parent)).toBe(before)
  })

  it('is named when it cannot be removed, and another bundle is written', async () => {
    const parent = await temporaryFolder()
    const left = join(parent, partialName('older', { ...own, pid: lastPid }))
    await mkdir(left)
    await writeFile(join(left, 'older.tar.gz'), '')
    await freeze(left)
    const { leftovers } = await write(parent)
    expect(leftovers).toEqual([{ path: left, became: 'kept', because: expect.stringMatching(/^E[A-Z]+: /) as string }])
    expect(verifyBundle(await readBundle(join(parent, 'incident')))).toEqual([])
  })
})
