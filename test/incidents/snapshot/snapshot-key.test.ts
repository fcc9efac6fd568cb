import { randomBytes } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/base/errors.js'
import { fileKey, randomKey } from '../../../src/incidents/snapshot/snapshot-key.js'
import { asNobody } from '../../as-nobody.js'

const folder = mkdtempSync(join(tmpdir(), 'preflight-key-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function keyFile(name: string, bytes: Buffer, mode = 0o600): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  chmodSync(path, mode)
  return path
}

describe('a key', () => {
  it('of a file is the same each time; a random one never', async () => {
    const path = keyFile('good', randomBytes(32))
    const [a, b] = [await fileKey(path), await fileKey(path)]
    expect(a.kind).toBe('file')
    expect([a.id, a.ofValue('A', 'x'), a.ofName('A')]).toEqual([b.id, b.ofValue('A', 'x'), b.ofName('A')])
    expect(randomKey().id).not.toBe(randomKey().id)
  })

  it('tells values, names and variables apart', () => {
    const key = randomKey()
    const prints = [
      key.id,
      key.ofValue('A', 'x'),
      key.ofValue('B', 'x'),
      key.ofValue('A', 'y'),
      key.ofName('A'),
      key.ofName('x'),
    ]
    expect(new Set(prints).size).toBe(prints.length)
  })

  it('shows none of its bytes', async () => {
    const bytes = Buffer.from('0123456789abcdefghijklmnopqrstuv')
    const key = await fileKey(keyFile('shown', bytes))
    expect(inspect(key, { depth: 5, showHidden: true }) + JSON.stringify(key)).not.toContain('0123456789')
    expect(inspect(key, { depth: 5, showHidden: true })).not.toContain(bytes.toString('hex').slice(0, 10))
  })

  it('may be named by a link: its permissions count, not the name', async () => {
    symlinkSync(keyFile('linked', randomBytes(40)), join(folder, 'link'))
    expect((await fileKey(join(folder, 'link'))).kind).toBe('file')
  })
})

describe('no key is', () => {
  it.each<[string, () => string, RegExp]>([
    ['a file that does not exist', () => join(folder, 'nowhere'), /does not exist/],
    [
      'a folder',
      () => (mkdirSync(join(folder, 'folder'), { mode: 0o700 }), join(folder, 'folder')),
      /not a regular file/,
    ],
    [
      'a pipe without a writer',
      () => (execFileSync('mkfifo', ['-m', '600', join(folder, 'pipe')]), join(folder, 'pipe')),
      /not a regular file/,
    ],
    ['a file that others can read', () => keyFile('open', randomBytes(32), 0o604), /readable by other users/],
    ['a file that its group can read', () => keyFile('group', randomBytes(32), 0o640), /readable by other users/],
    ['a short file', () => keyFile('short', randomBytes(31)), /shorter than 32 bytes/],
    ['a file of zeroes', () => keyFile('zeroes', Buffer.alloc(64)), /almost entirely of one repeated byte/],
    ['a huge file', () => keyFile('huge', randomBytes(70_000)), /longer than/],
  ])('%s', async (_, path, message) => {
    const refusal = await fileKey(path()).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(UsageError)
    expect((refusal as UsageError).message).toMatch(message)
  })

  it.runIf(process.geteuid?.() === 0)('a file of somebody else', async () => {
    const path = keyFile('foreign', randomBytes(32))
    chmodSync(folder, 0o755)
    chownSync(path, 65_533, 65_533)
    await expect(asNobody(() => fileKey(path))).rejects.toThrow(/key file/)
  })
})
