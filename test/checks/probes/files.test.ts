import fc from 'fast-check'
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { matcherOf } from '../../../src/base/text/name-pattern.js'
import { probe } from '../../../src/checks/probes/files.js'
import { propertyRuns } from '../../property-runs.js'
import { asNobody } from '../../as-nobody.js'
import { observe } from './observe.js'

/** A folder of files by name, each with its size and how many seconds ago it was changed. */
function folderOf(files: Readonly<Record<string, readonly [bytes: number, age: number]>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-files-'))
  for (const [name, [bytes, age]] of Object.entries(files)) {
    writeFileSync(join(folder, name), Buffer.alloc(bytes))
    const changed = Date.now() / 1000 - age
    utimesSync(join(folder, name), changed, changed)
  }
  return folder
}

const none = {
  count: 0,
  newest: '',
  newestReadable: false,
  newestAgeSeconds: Number.MAX_SAFE_INTEGER,
  oldestAgeSeconds: Number.MAX_SAFE_INTEGER,
}

it('finds the newest and the oldest of the files with such a name', async () => {
  const folder = folderOf({ 'a.dump': [3, 90_000], 'b.dump': [5, 3_600], 'c.dump': [2, 200_000], 'd.log': [9, 1] })
  const facts = await observe(probe, { folder, name: '*.dump' })
  expect(facts).toMatchObject({
    exists: true,
    refusal: 'none',
    count: 3,
    totalBytes: 10,
    leastBytes: 2,
    newest: 'b.dump',
    newestBytes: 5,
    newestReadable: true,
    oldest: 'c.dump',
    fromFuture: 0,
  })
  expect(Math.abs(facts.newestAgeSeconds - 3_600)).toBeLessThan(1000)
  expect(Math.abs(facts.oldestAgeSeconds - 200_000)).toBeLessThan(1000)
})

it('takes no file from the future for the newest', async () => {
  const folder = folderOf({ 'a.dump': [3, 90_000], 'b.dump': [5, -90_000] })
  expect(await observe(probe, { folder })).toMatchObject({
    count: 2,
    newest: 'a.dump',
    oldest: 'a.dump',
    fromFuture: 1,
  })
})

it('has the worst to say of a folder in which no file has such a name, and of none at all', async () => {
  const folder = folderOf({ '.hidden': [1, 1], 'a.log': [1, 1] })
  mkdirSync(join(folder, 'a.dump'))
  symlinkSync('nowhere', join(folder, 'b.dump'))
  expect(await observe(probe, { folder, name: '*.dump' })).toMatchObject({ ...none, exists: true, refusal: 'none' })
  expect(await observe(probe, { folder: join(folder, 'nothing') })).toMatchObject({
    ...none,
    exists: false,
    refusal: 'missing',
  })
  expect(await observe(probe, { folder: join(folder, 'a.log') })).toMatchObject({ exists: false, refusal: 'missing' })
})

it('says that the newest may not be read, and that a folder may not be listed', async () => {
  const folder = folderOf({ 'a.dump': [3, 10], 'b.dump': [3, 20] })
  chmodSync(folder, 0o755)
  chmodSync(join(folder, 'a.dump'), 0)
  expect(await asNobody(() => observe(probe, { folder }))).toMatchObject({ newest: 'a.dump', newestReadable: false })
  chmodSync(folder, 0)
  expect(await asNobody(() => observe(probe, { folder }))).toMatchObject({
    ...none,
    exists: false,
    refusal: 'forbidden',
  })
  chmodSync(folder, 0o755)
})

it('follows a link to a file', async () => {
  const folder = folderOf({ 'a.dump': [3, 10] })
  symlinkSync('a.dump', join(folder, 'latest'))
  expect(await observe(probe, { folder, name: 'latest' })).toMatchObject({ count: 1, newestBytes: 3 })
})

it('leaves hidden files out unless they are meant', async () => {
  const folder = folderOf({ '.a': [1, 1], b: [1, 1] })
  expect(await observe(probe, { folder })).toMatchObject({ count: 1, newest: 'b' })
  expect(await observe(probe, { folder, name: '.*' })).toMatchObject({ count: 1, newest: '.a' })
})

it('stops when it is given up', async () => {
  const folder = folderOf({ a: [1, 1] })
  await expect(observe(probe, { folder }, { signal: AbortSignal.abort() })).rejects.toThrow()
})

it.each([
  [{}],
  [{ folder: '' }],
  [{ folder: '/', name: 'a/b' }],
  [{ folder: '/', name: '' }],
  [{ folder: '/', path: 1 }],
])('refuses the input %j', (input) => {
  expect(probe.input.safeParse(input).success).toBe(false)
})

const inRegExp = new Map([
  ['*', '.*'],
  ['?', '.'],
  ['.', '\\.'],
])

it('matches names as the shell does', () => {
  const pattern = fc.array(fc.constantFrom('*', '?', 'a', 'b', '.'), { minLength: 1, maxLength: 8 })
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 10 })
  fc.assert(
    fc.property(pattern, name, (parts, text) => {
      const written = parts.join('')
      const shell = new RegExp(`^${parts.map((part) => inRegExp.get(part) ?? part).join('')}$`)
      expect(matcherOf(written)(text)).toBe(shell.test(text) && (!text.startsWith('.') || written.startsWith('.')))
    }),
    { numRuns: propertyRuns(3000) },
  )
})

it('takes a pattern of many stars without going through all ways to match', () => {
  expect(matcherOf('*a'.repeat(100))('a'.repeat(250) + 'b')).toBe(false)
})
