import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { probe } from '../../../src/checks/probes/disk.js'
import { observe } from './observe.js'

it('agrees with df', async () => {
  const facts = await observe(probe, { path: tmpdir() })
  const [total = 0, available = 0] = execFileSync('df', ['--block-size=1', '--output=size,avail', tmpdir()], {
    encoding: 'utf8',
  })
    .split('\n')[1]!
    .trim()
    .split(/\s+/)
    .map(Number)
  expect(facts.totalBytes).toBe(total)
  // Colleagues of this test write meanwhile: only the order of magnitude is certain.
  expect(Math.abs(facts.freeBytes - available)).toBeLessThan(total / 10)
  expect(facts.freePercent).toBeCloseTo((facts.freeBytes / facts.totalBytes) * 100, 6)
  expect(facts).toMatchObject({ exists: true, refusal: 'none', writable: true })
})

it('knows the file system of a file as well as that of a folder', async () => {
  const [file, folder] = [
    await observe(probe, { path: import.meta.filename }),
    await observe(probe, { path: import.meta.dirname }),
  ]
  expect(file.totalBytes).toBe(folder.totalBytes)
  expect(file.inodesFreePercent).toBeGreaterThan(0)
})

it('has no room where there can be none', async () => {
  expect(await observe(probe, { path: '/proc' })).toMatchObject({
    exists: true,
    totalBytes: 0,
    freePercent: 0,
    inodesFreePercent: 100,
  })
})

it('says that there is nothing at the path', async () => {
  expect(await observe(probe, { path: '/no/such/folder' })).toMatchObject({
    exists: false,
    refusal: 'missing',
    freeBytes: 0,
  })
})

it.each([[{}], [{ path: '' }], [{ path: '/', pahts: 1 }]])('refuses the input %j', (input) => {
  expect(probe.input.safeParse(input).success).toBe(false)
})
