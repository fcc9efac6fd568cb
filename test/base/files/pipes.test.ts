import { execFileSync } from 'node:child_process'
import { constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readableOf, readUnlessPipe } from '../../../src/base/files/pipes.js'

function folderForTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-pipes-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function newPipe(): string {
  const path = join(folderForTest(), 'pipe')
  execFileSync('mkfifo', [path])
  return path
}

function newFile(content: string): string {
  const path = join(folderForTest(), 'file')
  writeFileSync(path, content)
  return path
}

describe('a file that must not be a pipe', () => {
  it('is read whole', async () => {
    expect(String(await readUnlessPipe(newFile('all of it\n')))).toBe('all of it\n')
    expect(String(await readUnlessPipe('/dev/null'))).toBe('')
  })

  it('is refused where it is a pipe that no process writes to, at once', async () => {
    await expect(readUnlessPipe(newPipe())).rejects.toThrow(/is a pipe, not a file$/)
  })

  it('is refused with the code of the system where there is none', async () => {
    await expect(readUnlessPipe(join(folderForTest(), 'missing'))).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(readUnlessPipe(folderForTest())).rejects.toMatchObject({ code: 'EISDIR' })
  })
})

describe('a stream of a file or a pipe', () => {
  it('holds what a file holds, up to a last byte', async () => {
    expect(await text(readableOf(newFile('0123456789')))).toBe('0123456789')
    expect(await text(readableOf(newFile('0123456789'), { last: 3 }))).toBe('0123')
  })

  it('waits for the writer of a pipe', async () => {
    const path = newPipe()
    const all = text(readableOf(path))
    const writer = await open(path, constants.O_WRONLY)
    await writer.writeFile('one\ntwo\n')
    await writer.close()
    expect(await all).toBe('one\ntwo\n')
  })

  it('ends with an error where no process writes to the pipe', async () => {
    await expect(text(readableOf(newPipe(), { silence: 50 }))).rejects.toThrow(
      'nothing was written to this pipe for 50ms',
    )
  })

  it('ends with the code of the system where there is nothing', async () => {
    await expect(text(readableOf(join(folderForTest(), 'missing')))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
