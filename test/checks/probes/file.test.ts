import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { probe } from '../../../src/checks/probes/file.js'
import { asNobody } from '../../as-nobody.js'
import { observe } from './observe.js'

let folder: string
const at = (name: string) => join(folder, name)
const see = (name: string, more: Partial<{ follow: boolean; hash: boolean; text: boolean; json: boolean }> = {}) =>
  observe(probe, { path: at(name), ...more })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-'))
  await chmod(folder, 0o755)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a regular file', () => {
  beforeAll(async () => {
    await writeFile(at('key'), 'zażółć\n')
    await chmod(at('key'), 0o640)
    await utimes(at('key'), 0, Date.now() / 1000 - 7200)
  })

  it('shows what it is and who may do what with it', async () => {
    const facts = await see('key')
    expect(facts).toMatchObject({
      exists: true,
      refusal: 'none',
      kind: 'file',
      size: 11,
      mode: '0640',
      readable: true,
      writableByOthers: false,
      readableByOthers: false,
      sha256: '',
      text: '',
    })
    expect(facts.ownerUid).toBe(process.getuid?.())
    expect(Math.floor(facts.ageSeconds / 3600)).toBe(2)
  })

  it('shows its first bytes', async () => {
    await writeFile(at('module'), Buffer.from('0061736d0100000000', 'hex'))
    await writeFile(at('short'), Buffer.from([0x7f]))
    await writeFile(at('empty'), '')
    expect((await see('module', { hash: true })).head).toBe('0061736d01000000')
    expect((await see('short')).head).toBe('7f')
    expect((await see('empty')).head).toBe('')
  })

  it('shows its digest and its text on demand', async () => {
    expect(await see('key', { hash: true, text: true })).toMatchObject({
      text: 'zażółć\n',
      sha256: createHash('sha256').update('zażółć\n').digest('hex'),
    })
    expect(await observe(probe, { path: relative(process.cwd(), at('key')), text: true })).toMatchObject({
      text: 'zażółć\n',
    })
  })

  it('shows that other users can write to it', async () => {
    await writeFile(at('open'), '')
    await chmod(at('open'), 0o4666)
    expect(await see('open')).toMatchObject({ mode: '4666', writableByOthers: true, readableByOthers: true, size: 0 })
  })

  it('shows no text that is too long or no text, and still its digest', async () => {
    await writeFile(at('bytes'), Buffer.from([0xff, 0xfe]))
    expect(await see('bytes', { text: true, hash: true })).toMatchObject({
      readable: true,
      text: '',
      sha256: createHash('sha256')
        .update(Buffer.from([0xff, 0xfe]))
        .digest('hex'),
    })
    await writeFile(at('long'), 'x'.repeat(65_537))
    expect(await see('long', { text: true, hash: true })).toMatchObject({
      text: '',
      sha256: createHash('sha256').update('x'.repeat(65_537)).digest('hex'),
    })
    await writeFile(at('just'), 'x'.repeat(65_536))
    expect((await see('just', { text: true })).text).toHaveLength(65_536)
  })

  it('is read as JSON on demand', async () => {
    await writeFile(at('figures'), '{"p99_ms":0.7,"runs":[1]}')
    const facts = await see('figures', { json: true })
    expect(facts).toMatchObject({ isJson: true, json: { p99_ms: 0.7, runs: [1] }, text: '' })
    expect((await see('figures', { json: true, text: true })).text).toBe('{"p99_ms":0.7,"runs":[1]}')
    expect(await see('figures')).toMatchObject({ isJson: false, json: {} })
  })

  it.each([
    ['cut off', '{"p99_ms":'],
    ['empty', ''],
    ['too long', `"${'x'.repeat(65_535)}"`],
    ['with a duplicate key', '{"a":1,"a":2}'],
  ])('is no JSON when it is %s', async (_, text) => {
    await writeFile(at('no-json'), text)
    expect(await see('no-json', { json: true })).toMatchObject({ isJson: false, json: {} })
  })

  it('shows no digest of one too large to read through', async () => {
    await writeFile(at('huge'), '')
    await truncate(at('huge'), 256 * 1024 * 1024 + 1)
    expect(await see('huge', { hash: true })).toMatchObject({ readable: true, sha256: '', size: 268_435_457 })
  })

  it('that is not readable exists and is not readable', async () => {
    await writeFile(at('closed'), 'x')
    await chmod(at('closed'), 0)
    expect(await asNobody(() => see('closed', { text: true }))).toMatchObject({
      exists: true,
      kind: 'file',
      readable: false,
      text: '',
    })
  })
})

describe('what is not a regular file', () => {
  it('is recognised by its kind, and never opened', async () => {
    await mkdir(at('folder'))
    execFileSync('mkfifo', [at('pipe')])
    const server = createServer()
    await new Promise<void>((resolve) => void server.listen(at('socket'), resolve))
    expect(await see('folder', { hash: true, text: true })).toMatchObject({
      kind: 'folder',
      readable: true,
      sha256: '',
      text: '',
    })
    expect(await see('pipe', { hash: true, text: true })).toMatchObject({ kind: 'pipe', sha256: '' })
    expect(await see('socket')).toMatchObject({ kind: 'socket' })
    expect(await observe(probe, { path: '/dev/zero', hash: true, text: true })).toMatchObject({
      kind: 'device',
      sha256: '',
    })
    await new Promise((resolve) => server.close(resolve))
  })

  it('a link is itself unless it is to be followed', async () => {
    await writeFile(at('target'), 'content')
    await symlink(at('target'), at('link'))
    expect(await see('link', { text: true })).toMatchObject({
      exists: true,
      kind: 'link',
      readable: false,
      writableByOthers: false,
      text: '',
    })
    expect(await see('link', { text: true, follow: true })).toMatchObject({
      kind: 'file',
      readable: true,
      text: 'content',
    })
  })
})

describe('nothing', () => {
  it('says why', async () => {
    await writeFile(at('plain'), '')
    await symlink(at('loop'), at('loop'))
    await symlink(at('gone'), at('dangling'))
    expect(await see('missing')).toMatchObject({
      exists: false,
      refusal: 'missing',
      kind: 'none',
      mode: '',
      ownerUid: -1,
      readable: false,
    })
    expect(await see('plain/below')).toMatchObject({ exists: false, refusal: 'missing' })
    expect(await see('x'.repeat(300))).toMatchObject({ exists: false, refusal: 'missing' })
    expect(await see('loop', { follow: true })).toMatchObject({ exists: false, refusal: 'link-loop' })
    expect(await see('dangling', { follow: true })).toMatchObject({ exists: false, refusal: 'missing' })
    expect(await see('dangling')).toMatchObject({ exists: true, kind: 'link' })
  })

  it('says that it was not allowed to look', async () => {
    await mkdir(at('shut'), { mode: 0 })
    expect(await asNobody(() => see('shut/inside'))).toMatchObject({ exists: false, refusal: 'forbidden' })
  })
})

it.each([[{}], [{ path: '' }], [{ path: 'a\0b' }], [{ path: 'a', folow: true }]])('refuses the input %j', (input) => {
  expect(probe.input.safeParse(input).success).toBe(false)
})
