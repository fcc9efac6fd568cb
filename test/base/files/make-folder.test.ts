import { mkdtempSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeFolder } from '../../../src/base/files/state-folder.js'

const folder = mkdtempSync(join(tmpdir(), 'preflight-make-folder-'))

it('makes what is missing above it, with its permissions, and is content with what is there', async () => {
  await Promise.all([1, 2, 3].map(() => makeFolder(join(folder, 'a/b/c'), { mode: 0o700 })))
  for (const name of ['a', 'a/b', 'a/b/c']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o700)
  await makeFolder(join(folder, 'a/b/c'))
})

it.runIf(process.platform === 'linux')(
  'ends where nothing can be made, though the system says that it is not there',
  async () => {
    await expect(makeFolder('/proc/1/home/state/preflight')).rejects.toThrow(/ENOENT/)
  },
)

it('refuses a file, a folder below a file, and a link that leads nowhere', async () => {
  writeFileSync(join(folder, 'file'), '')
  symlinkSync('nowhere', join(folder, 'link'))
  await expect(makeFolder(join(folder, 'file'))).rejects.toThrow(/EEXIST/)
  await expect(makeFolder(join(folder, 'file/below'))).rejects.toThrow(/ENOTDIR/)
  await expect(makeFolder(join(folder, 'link'))).rejects.toThrow(/EEXIST/)
})
