import { execFileSync } from 'node:child_process'
import { createServer } from 'node:net'
import { chmod, cp, link, mkdir, readdir, rename, symlink, truncate, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readBundle, verifyBundle } from '../../../src/incidents/bundle/read-bundle.js'
import { writeBundle } from '../../../src/incidents/bundle/write-bundle.js'
import { contents, origin, refusalOf, temporaryFolder } from './support.js'

const limits = { bytes: 100_000, fileBytes: 40_000, entries: 50 }

async function writtenFolder(): Promise<string> {
  const { folder } = await writeBundle({
    parent: await temporaryFolder(),
    name: 'incident',
    files: contents,
    manifest: origin,
  })
  return folder
}

async function listening(path: string): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(path, resolve))
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())))
}

describe('a folder', () => {
  it('is read, with a slash at its end and under any name', async () => {
    const folder = await writtenFolder()
    const renamed = `${folder} (copy)`
    await cp(folder, renamed, { recursive: true })
    for (const path of [folder, `${folder}/`, renamed]) {
      const bundle = await readBundle(path)
      expect(bundle).toMatchObject({ name: basename(path), source: 'folder', manifest: { incident: origin.incident } })
      expect([...bundle.files.keys()]).toEqual([...contents.map(({ path }) => path), 'manifest.json'].sort())
      expect(verifyBundle(bundle)).toEqual([])
    }
  })

  it('is read and named without what its own name would do to a terminal', async () => {
    const folder = await writtenFolder()
    await rename(folder, `${folder}\u001b[2J`)
    expect((await readBundle(`${folder}\u001b[2J`)).name).toBe('incident\\e[2J')
  })

  it('is not changed by reading', async () => {
    const folder = await writtenFolder()
    await chmod(join(folder, 'summary.md'), 0o4755)
    const before = execFileSync('find', [folder, '-printf', '%p %m %s %T@ %C@\\n'], { encoding: 'utf8' })
    await readBundle(folder)
    expect(execFileSync('find', [folder, '-printf', '%p %m %s %T@ %C@\\n'], { encoding: 'utf8' })).toBe(before)
  })
})

describe('a hostile folder is refused', () => {
  it.each<[string, (folder: string) => Promise<unknown>, string, string]>([
    [
      'a symbolic link to a file',
      (folder) => symlink('/etc/hostname', join(folder, 'evidence/hosts')),
      'link',
      '‘evidence/hosts’ is a symbolic link',
    ],
    ['a dangling link', (folder) => symlink('/nowhere', join(folder, 'evidence/hosts')), 'link', 'is a symbolic link'],
    [
      'evidence that is a link to a folder',
      async (folder) => {
        await rename(join(folder, 'evidence'), join(folder, '../elsewhere'))
        await symlink('../elsewhere', join(folder, 'evidence'))
      },
      'link',
      '‘evidence’ is a symbolic link',
    ],
    [
      'a hard link',
      (folder) => link(join(folder, 'summary.md'), join(folder, '../other')),
      'link',
      '‘summary.md’ is a hard link',
    ],
    [
      'a named pipe without a writer',
      (folder) => Promise.resolve(execFileSync('mkfifo', [join(folder, 'evidence/pipe')])),
      'special-file',
      '‘evidence/pipe’ is a named pipe',
    ],
    [
      'a socket',
      (folder) => listening(join(folder, 'evidence/socket')),
      'special-file',
      '‘evidence/socket’ is a socket',
    ],
    [
      'an unknown file',
      (folder) => writeFile(join(folder, 'run-me.sh'), ''),
      'unknown-file',
      '‘run-me.sh’ is not one of',
    ],
    ['an unknown folder', (folder) => mkdir(join(folder, 'bin')), 'unknown-file', '‘bin/’ is not a folder of a bundle'],
    [
      'a folder in the evidence',
      (folder) => mkdir(join(folder, 'evidence/deep')),
      'unknown-file',
      '‘evidence/deep/’ is not a folder',
    ],
    [
      'a document that is a folder',
      async (folder) => {
        await rename(join(folder, 'summary.md'), join(folder, '../summary.md'))
        await mkdir(join(folder, 'summary.md'))
      },
      'unknown-file',
      '‘summary.md/’ is not a folder',
    ],
    [
      'evidence that is a file',
      async (folder) => {
        await rename(join(folder, 'evidence'), join(folder, '../elsewhere'))
        await writeFile(join(folder, 'evidence'), '')
      },
      'unknown-file',
      '‘evidence’ is a file, but must be a folder',
    ],
    [
      'a name with an escape',
      (folder) => writeFile(join(folder, 'evidence/\u001b[31mred'), ''),
      'unsafe-name',
      '‘\\e[31mred’ contains control characters',
    ],
    [
      'a name with a newline',
      (folder) => writeFile(join(folder, 'evidence/a\nb'), ''),
      'unsafe-name',
      'control characters',
    ],
    ['a backslash', (folder) => writeFile(join(folder, 'evidence/..\\x'), ''), 'unsafe-name', 'contains a backslash'],
    [
      'a name that is not UTF-8',
      (folder) => writeFile(Buffer.concat([Buffer.from(`${folder}/evidence/`), Buffer.from([0xff, 0xfe])]), ''),
      'unsafe-name',
      'is not UTF-8',
    ],
    [
      'a name of 101 bytes',
      (folder) => writeFile(join(folder, 'evidence', 'x'.repeat(101)), ''),
      'unsafe-name',
      'longer than 100 bytes',
    ],
    [
      'two names that differ in case only',
      async (folder) => {
        await writeFile(join(folder, 'evidence/log'), '')
        await writeFile(join(folder, 'evidence/LOG'), '')
      },
      'duplicate',
      'in another case',
    ],
    [
      'a file of 1 TB that takes no room',
      async (folder) => {
        await writeFile(join(folder, 'evidence/log'), '')
        await truncate(join(folder, 'evidence/log'), 1e12)
      },
      'too-large',
      'has 1000000000000 bytes',
    ],
    [
      'files that are too much together',
      async (folder) => {
        for (let index = 0; index < 3; index += 1) {
          await writeFile(join(folder, `evidence/${index}`), '')
          await truncate(join(folder, `evidence/${index}`), 39_000)
        }
      },
      'too-large',
      'bytes in total',
    ],
    [
      'too many files',
      async (folder) => {
        for (let index = 0; index < limits.entries; index += 1) await writeFile(join(folder, `evidence/${index}`), '')
      },
      'too-many',
      'more than 50 files',
    ],
  ])('for %s', async (_, spoil, fault, message) => {
    const folder = await writtenFolder()
    await spoil(folder)
    const refusal = await refusalOf(readBundle(folder, { limits }))
    expect(refusal).toMatchObject({ code: `bundle-${fault}`, exitCode: 28 })
    expect(refusal.message).toContain(message)
  })

  it.each<[string, (folder: string) => Promise<string>, string]>([
    [
      'a link to a bundle',
      async (folder) => {
        await symlink(folder, `${folder}-latest`)
        return `${folder}-latest/`
      },
      'link',
    ],
    [
      'a link to an archive',
      async (folder) => {
        await symlink(`${folder}.tar.gz`, `${folder}-latest.tar.gz`)
        return `${folder}-latest.tar.gz`
      },
      'link',
    ],
    [
      'a named pipe',
      async (folder) => {
        execFileSync('mkfifo', [`${folder}.tgz`])
        return `${folder}.tgz`
      },
      'not-a-bundle',
    ],
    ['a device without an end', () => Promise.resolve('/dev/zero'), 'not-a-bundle'],
    ['what is not there', async (folder) => `${folder}-gone`, 'absent'],
    ['what is not there, with an escape in its name', async (folder) => `${folder}\u001b[2J`, 'absent'],
    ['a file taken for a folder', async (folder) => `${folder}.tar.gz/summary.md`, 'absent'],
  ])('by its path, for %s', async (_, made, fault) => {
    const refusal = await refusalOf(readBundle(await made(await writtenFolder())))
    expect(refusal).toMatchObject({ code: `bundle-${fault}` })
    expect(refusal.message).not.toContain('\u001b')
  })

  it.skipIf(process.getuid?.() === 0)('for what may not be read', async () => {
    const folder = await writtenFolder()
    await chmod(join(folder, 'summary.md'), 0)
    expect(await refusalOf(readBundle(folder))).toMatchObject({ code: 'bundle-unreadable' })
  })

  it('leaves nothing open', async () => {
    const folder = await writtenFolder()
    const before = (await readdir('/proc/self/fd')).length
    await writeFile(join(folder, 'run-me.sh'), '')
    for (let round = 0; round < 20; round += 1) {
      await refusalOf(readBundle(folder))
      await readBundle(`${folder}.tar.gz`)
    }
    expect((await readdir('/proc/self/fd')).length).toBeLessThan(before + 10)
  })
})
