import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collector } from '../../../src/incidents/collectors/log.js'
import { collect, textOf } from './collect.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-log-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let count = 0
function written(content: string | Buffer): string {
  const path = join(folder, `${(count += 1)}.log`)
  writeFileSync(path, content)
  return path
}

describe('the end of a log', () => {
  it('is all of a short one', async () => {
    expect(await textOf(collector, { path: written('one\ntwo\n') })).toEqual({ text: 'one\ntwo\n', omitted: '' })
    expect(await textOf(collector, { path: written('') })).toEqual({ text: '', omitted: '' })
    expect(await textOf(collector, { path: written('no end of line') })).toEqual({
      text: 'no end of line',
      omitted: '',
    })
  })

  it('is its last lines, and says how much comes before', async () => {
    const path = written(Array.from({ length: 100 }, (_, line) => `line ${line}\n`).join(''))
    expect(await textOf(collector, { path, lines: 2 })).toEqual({
      text: 'line 98\nline 99\n',
      omitted: 'the earlier part: the file has 790 bytes, and these are its last 16',
    })
    expect((await textOf(collector, { path, lines: 100 })).omitted).toBe('')
    expect((await textOf(collector, { path, lines: 99 })).text.startsWith('line 1\n')).toBe(true)
  })

  it('is whole lines within the bytes, never half of one', async () => {
    const path = written('password=canary\nabc\ndef\n')
    expect((await textOf(collector, { path, 'max-bytes': 8 })).text).toBe('abc\ndef\n')
    for (const bytes of [9, 10, 20, 23])
      expect((await textOf(collector, { path, 'max-bytes': bytes })).text).toBe('abc\ndef\n')
    for (const bytes of [4, 5, 6, 7]) expect((await textOf(collector, { path, 'max-bytes': bytes })).text).toBe('def\n')
    for (const bytes of [1, 2, 3])
      expect(await textOf(collector, { path, 'max-bytes': bytes })).toEqual({
        text: '',
        omitted: `no complete line fits into ${bytes} bytes`,
      })
    expect(await textOf(collector, { path, 'max-bytes': 24 })).toEqual({
      text: 'password=canary\nabc\ndef\n',
      omitted: '',
    })
  })

  it('is read from the end, however long the file is', async () => {
    const path = written('')
    truncateSync(path, 50 * 1024 ** 3)
    appendFileSync(path, '\nthe last words\n')
    expect((await textOf(collector, { path, lines: 1 })).text).toBe('the last words\n')
  })

  it('leaves out NUL characters and says so, and takes what is not UTF-8 as it can', async () => {
    expect(await textOf(collector, { path: written('\0\0\0after a truncation\n') })).toEqual({
      text: 'after a truncation\n',
      omitted: 'NUL characters',
    })
    expect((await textOf(collector, { path: written(Buffer.from([0x61, 0xff, 0x0a])) })).text).toBe('a\uFFFD\n')
  })
})

describe('what is not a log', () => {
  it('is not waited for: a pipe, a socket, a device, a folder', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const socket = join(folder, 'socket')
    const server = createServer().listen(socket)
    await new Promise((fulfil) => server.once('listening', fulfil))
    await expect(collect(collector, { path: pipe })).rejects.toThrow(`${pipe} is a pipe, not a file`)
    await expect(collect(collector, { path: socket })).rejects.toThrow(`${socket} is a socket, not a file`)
    await expect(collect(collector, { path: '/dev/zero' })).rejects.toThrow('/dev/zero is a device, not a file')
    await expect(collect(collector, { path: folder })).rejects.toThrow(`${folder} is a folder, not a file`)
    symlinkSync(pipe, join(folder, 'to-pipe'))
    await expect(collect(collector, { path: join(folder, 'to-pipe') })).rejects.toThrow('is a pipe, not a file')
    await new Promise((fulfil) => server.close(fulfil))
  })

  it('is reported when it is not there', async () => {
    await expect(collect(collector, { path: join(folder, 'none') })).rejects.toThrow(
      `${join(folder, 'none')} does not exist`,
    )
    await expect(collect(collector, { path: join(written('x'), 'below') })).rejects.toThrow('does not exist')
    symlinkSync('loop', join(folder, 'loop'))
    await expect(collect(collector, { path: join(folder, 'loop') })).rejects.toThrow('a missing file')
    symlinkSync('nowhere', join(folder, 'dangling'))
    await expect(collect(collector, { path: join(folder, 'dangling') })).rejects.toThrow('does not exist')
  })
})

describe('a link', () => {
  it('is followed to the file of the day', async () => {
    const link = join(folder, 'current.log')
    symlinkSync(written('today\n'), link)
    expect((await textOf(collector, { path: link })).text).toBe('today\n')
  })

  it.runIf(process.getuid?.() === 0)(
    'is not followed when somebody else set it to a file that is not theirs',
    async () => {
      const secret = written('canary\n')
      const place = join(folder, 'theirs')
      mkdirSync(place)
      const link = join(place, 'service.log')
      symlinkSync(secret, link)
      lchownSync(link, 65_534, 65_534)
      await expect(collect(collector, { path: link })).rejects.toThrow(/is a link to a file of another user/)
      chownSync(secret, 65_534, 65_534)
      expect((await textOf(collector, { path: link })).text).toBe('canary\n')
    },
  )
})
