import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { Problems, plainValue } from '../../src/definitions/yaml-node.js'
import { readSourceFile } from '../../src/definitions/source-file.js'

function fileOf(text: string | Buffer): { readonly path: string; write(text: string): void } {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-source-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'a.yaml')
  writeFileSync(path, text)
  return { path, write: (next) => writeFileSync(path, next) }
}

async function read(path: string, file = 'site/a.yaml') {
  const problems = new Problems()
  const root = await readSourceFile(path, file, problems)
  return {
    value: root === undefined ? undefined : plainValue(root),
    told: problems.sorted().map(({ position, code }) => `${position.file}:${position.line} ${code}`),
  }
}

it('a file that was changed is read as it is now, and one that was changed back too', async () => {
  const { path, write } = fileOf('a: 1\n')
  expect(await read(path)).toEqual({ value: { a: 1 }, told: [] })
  expect(await read(path)).toEqual({ value: { a: 1 }, told: [] })
  write('a: 2\n')
  expect((await read(path)).value).toEqual({ a: 2 })
  write('a: 1\n')
  expect((await read(path)).value).toEqual({ a: 1 })
})

it('mistakes are told every time', async () => {
  const { path } = fileOf('a: 1\na: 2\n')
  for (let times = 0; times < 3; times += 1)
    expect(await read(path)).toEqual({ value: { a: 1 }, told: ['site/a.yaml:2 duplicate-key'] })
})

it('mistakes that another file of that name has told already are told of the next compilation', async () => {
  const [one, other] = [fileOf('a: 1\na: 2\n'), fileOf('a: 1\na: 2\n')]
  const problems = new Problems()
  await readSourceFile(one.path, 'site/a.yaml', problems)
  await readSourceFile(other.path, 'site/a.yaml', problems)
  expect(problems.count).toBe(1)
  expect((await read(other.path)).told).toEqual(['site/a.yaml:2 duplicate-key'])
})

it('files that share a name are told apart by what they hold, and the same text under two names by its place', async () => {
  const [one, other] = [fileOf('a: 1\n'), fileOf('b: 1\n')]
  expect((await read(one.path)).value).toEqual({ a: 1 })
  expect((await read(other.path)).value).toEqual({ b: 1 })
  const problems = new Problems()
  expect((await readSourceFile(one.path, 'elsewhere/a.yaml', problems))?.position.file).toBe('elsewhere/a.yaml')
})

it('a file that is gone, is no text, or is too large is told of, also after it could be read', async () => {
  const { path } = fileOf('a: 1\n')
  await read(path)
  rmSync(path)
  expect(await read(path)).toEqual({ value: undefined, told: ['site/a.yaml:1 unreadable-file'] })
  expect((await read(fileOf(Buffer.from([0x61, 0xff])).path)).told).toEqual(['site/a.yaml:1 unreadable-file'])
  const largest = 4 * 1024 * 1024
  const filled = (size: number) => read(fileOf(`a: ${'x'.repeat(size - 4)}\n`).path)
  expect((await filled(largest)).told).toEqual([])
  expect((await filled(largest + 1)).told).toEqual(['site/a.yaml:1 unreadable-file'])
})

it('what is not a regular file is told of, and never waited for', async () => {
  const { path } = fileOf('a: 1\n')
  rmSync(path)
  execFileSync('mkfifo', [path])
  for (const other of [path, '/dev/zero', tmpdir()])
    expect(await read(other)).toEqual({ value: undefined, told: ['site/a.yaml:1 unreadable-file'] })
})
