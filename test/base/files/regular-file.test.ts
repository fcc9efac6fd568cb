import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRegularFile, readRegularFile, withRegularFile } from '../../../src/base/files/regular-file.js'

const folder = mkdtempSync(join(tmpdir(), 'regular-file-'))
const at = (name: string): string => join(folder, name)
const socket = createServer()

beforeAll(async () => {
  writeFileSync(at('plain'), 'four')
  symlinkSync(at('plain'), at('link'))
  mkdirSync(at('folder'))
  execFileSync('mkfifo', [at('pipe')])
  await new Promise<void>((resolve) => socket.listen(at('socket'), resolve))
})

afterAll(() => {
  socket.close()
  rmSync(folder, { recursive: true })
})

describe('a regular file', () => {
  it.each(['pipe', 'folder', 'socket'])('is not a %s, and none is waited for', async (name) => {
    await expect(readRegularFile(at(name), { links: 'follow', most: 100 })).rejects.toMatchObject({
      code: 'not-regular',
    })
  })

  it('is not read through a link that is refused', async () => {
    await expect(openRegularFile(at('link'), { links: 'refuse' })).rejects.toMatchObject({ code: 'ELOOP' })
    expect(String(await readRegularFile(at('link'), { links: 'follow', most: 4 }))).toBe('four')
  })

  it('is read up to its bound and not beyond', async () => {
    expect(String(await readRegularFile(at('plain'), { links: 'refuse', most: 4 }))).toBe('four')
    await expect(readRegularFile(at('plain'), { links: 'refuse', most: 3 })).rejects.toMatchObject({
      code: 'too-large',
    })
    // The system gives no size for it.
    await expect(readRegularFile('/proc/self/status', { links: 'refuse', most: 3 })).rejects.toMatchObject({
      code: 'too-large',
    })
  })

  it('is not created', async () => {
    await expect(openRegularFile(at('none'), { links: 'refuse', access: 'read-write' })).rejects.toMatchObject({
      code: 'ENOENT',
    })
  })

  it('is written only where that was asked for', async () => {
    const written = (access?: 'read-write') =>
      withRegularFile(at('plain'), { links: 'refuse', ...(access && { access }) }, (handle) => handle.write('five', 0))
    await expect(written()).rejects.toMatchObject({ code: 'EBADF' })
    await written('read-write')
    expect(String(await readRegularFile(at('plain'), { links: 'refuse', most: 4 }))).toBe('five')
  })

  it('is closed when its use ends, however it ends', async () => {
    const used: FileHandle[] = []
    const use = withRegularFile(at('plain'), { links: 'refuse' }, async (handle) => {
      used.push(handle)
      throw new Error('over')
    })
    await expect(use).rejects.toThrow('over')
    expect(used.map(({ fd }) => fd)).toEqual([-1])
  })
})
