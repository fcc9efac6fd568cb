import { chmodSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folderOf, ownPacks, preflight, regionPack } from './preflight.js'

const place = () => folderOf({ 'packs/site/a.yaml': regionPack, 'eu.env': 'REGION=eu\n' })
const line = ['run', ...ownPacks, '--env-file', 'eu.env', '--report', 'prometheus=p.prom', '--output', 'r.json']

const modesIn = (folder: string): readonly string[] =>
  ['p.prom', 'r.json'].map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8))

it.each([
  [[], ['600', '600']],
  [
    ['--report-mode', '0644'],
    ['644', '644'],
  ],
  [
    ['--report-mode', '640'],
    ['640', '640'],
  ],
])('reports have the permissions that are asked for: %j', async (flags, modes) => {
  const folder = place()
  const ended = await preflight([...line, ...flags], { cwd: folder })
  expect(ended.exitCode, ended.stderr).toBe(0)
  expect(modesIn(folder)).toEqual(modes)
})

it('those of a file that exists are kept, unless others are asked for', async () => {
  const folder = place()
  for (const name of ['p.prom', 'r.json']) {
    writeFileSync(join(folder, name), '')
    chmodSync(join(folder, name), 0o660)
  }
  expect((await preflight(line, { cwd: folder })).exitCode).toBe(0)
  expect(modesIn(folder)).toEqual(['660', '660'])
  expect((await preflight([...line, '--report-mode', '0644'], { cwd: folder })).exitCode).toBe(0)
  expect(modesIn(folder)).toEqual(['644', '644'])
  const again = await preflight(['report', 'r.json', '--report', 'junit=j.xml', '--report-mode', '0664'], {
    cwd: folder,
  })
  expect(again.exitCode, again.stderr).toBe(0)
  expect((statSync(join(folder, 'j.xml')).mode & 0o777).toString(8)).toBe('664')
})

it.each(['0755', '0777', '0400', '0700', '0606x', '1644', '', 'rw-r--r--'])('%j is refused', async (mode) => {
  const ended = await preflight([...line, `--report-mode=${mode}`], { cwd: place() })
  expect(ended.exitCode).toBe(2)
  expect(ended.stderr).toContain('--report-mode')
})
