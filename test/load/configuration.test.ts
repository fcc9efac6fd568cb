import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfiguration } from '../../src/load/configuration.js'
import { folderOf } from './support/packs.js'

async function load(text: string) {
  const folder = await folderOf({ 'preflight.yaml': text })
  return { folder, ...(await loadConfiguration(join(folder, 'preflight.yaml'))) }
}

describe('loadConfiguration', () => {
  it('reads everything, with paths relative to the file', async () => {
    const { folder, configuration, diagnostics } = await load(`
deployment: eu-1
profile: staging
select: [arqonbus, shield/secrets]
checks: [./site, /opt/checks]
env-files: [.env]
inputs: { port: 9100, strict: true, name: x, hosts: [a, b], ratio: 0.5 }
known-secrets: leaked.txt
concurrency: 4
timeout: 2s
deadline: 5m
`)
    expect(diagnostics).toEqual([])
    expect(configuration).toEqual({
      deployment: 'eu-1',
      profile: 'staging',
      select: ['arqonbus', 'shield/secrets'],
      checks: [join(folder, 'site'), '/opt/checks'],
      envFiles: [join(folder, '.env')],
      inputs: { port: '9100', strict: 'true', name: 'x', hosts: ['a', 'b'], ratio: '0.5' },
      knownSecrets: join(folder, 'leaked.txt'),
      concurrency: 4,
      timeout: 2000,
      deadline: 300_000,
    })
  })

  it('leaves out what is left out', async () => {
    expect((await load('deployment: eu-1')).configuration).toMatchObject({ profile: undefined, select: undefined, checks: [], inputs: {}, concurrency: undefined })
  })

  it('lists every mistake at its place', async () => {
    const { configuration, diagnostics } = await load('deploymnet: x\nconcurrency: 0\ntimeout: 30\nselect: []\ninputs: { a: { b: 1 } }\nprofile: 1.1\n')
    expect(configuration).toBeUndefined()
    expect(diagnostics.map(({ position, code, hint }) => [position.line, position.column, code, hint])).toEqual([
      [1, 1, 'unknown-key', 'did you mean deployment?'],
      [2, 14, 'invalid-value', undefined],
      [3, 10, 'wrong-type', 'put it in quotes'],
      [4, 9, 'invalid-value', undefined],
      [5, 14, 'invalid-value', undefined],
      [6, 10, 'wrong-type', 'put it in quotes'],
    ])
  })

  it.each(['concurrency: 65', 'concurrency: .nan', 'concurrency: -1', 'concurrency: 1.5', 'deadline: 0s', 'deadline: 25h', 'timeout: ""', '- a', '', 'inputs: { a: ~ }'])('refuses %j', async (text) => {
    expect((await load(text)).configuration).toBeUndefined()
  })

  it('says that a file is not there', async () => {
    const { configuration, diagnostics } = await loadConfiguration(join(await folderOf({}), 'none.yaml'))
    expect(configuration).toBeUndefined()
    expect(diagnostics).toMatchObject([{ code: 'unreadable-file', message: 'the file cannot be read (ENOENT)' }])
  })
})
