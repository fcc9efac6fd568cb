import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refuseOverwriting } from '../../../src/base/files/whole-file.js'
import { UsageError } from '../../../src/base/errors.js'

let folder = ''
const at = (name: string): string => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-overwriting-'))
  for (const name of ['packs/site/proto', 'out', 'packs/other']) mkdirSync(at(name), { recursive: true })
  for (const name of ['prod.env', 'packs/site/a.yaml', 'packs/site/proto/bus.proto', 'out/kept.json'])
    writeFileSync(at(name), 'kept')
  linkSync(at('prod.env'), at('out/second-name.json'))
  linkSync(at('packs/site/proto/bus.proto'), at('out/second-name.proto'))
  linkSync(at('out/kept.json'), at('out/kept-too.json'))
  symlinkSync(at('prod.env'), at('out/link.json'))
  symlinkSync(at('packs'), at('linked'))
  symlinkSync(at('packs/site'), at('site'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const read = ['prod.env', 'packs/site', 'waivers.yaml', 'nowhere/at-all']
const refusing = (file: string) => refuseOverwriting(file, read.map(at), 'name another')

describe('a file that is read is not written over', () => {
  it.each([
    'prod.env',
    'out/../prod.env',
    'out/second-name.json',
    'out/link.json',
    'waivers.yaml',
    'packs/site/a.yaml',
    'packs/site/proto/bus.proto',
    'packs/site/new.json',
    'linked/site/a.yaml',
    'site/a.yaml',
    'site/proto/../a.yaml',
    'out/second-name.proto',
    'packs/site',
  ])('%s', async (name) => {
    await expect(refusing(at(name))).rejects.toThrow(UsageError)
    await expect(refusing(at(name))).rejects.toThrow(/^refusing to (?:over)?write .*: this command reads/)
    await expect(refusing(relative('', at(name)))).rejects.toThrow(UsageError)
  })

  it.each([
    'out/new.json',
    'out/kept.json',
    'out/kept-too.json',
    'packs/result.json',
    'packs/site-report.json',
    'nowhere/else',
    'prod.env.json',
  ])('and no other is refused: %s', async (name) => {
    await expect(refusing(at(name))).resolves.toBeUndefined()
  })
})
