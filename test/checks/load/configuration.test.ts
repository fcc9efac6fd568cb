import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfiguration } from '../../../src/checks/load/configuration.js'
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
packs: [shield]
checks: [./site, /opt/checks]
runbooks: [./ops, /opt/runbooks]
environment: [.env]
inputs: { port: 9100, strict: true, name: x, hosts: [a, b], ratio: 0.5 }
known-secrets: leaked.txt
concurrency: 4
timeout: 2s
deadline: 5m
incident:
  logs: [bus.log, /var/log/shield.log]
  commands:
    - { name: units, run: [systemctl, status, bus], timeout: 3s }
    - { name: disk-use, run: [./disk.sh] }
waivers: { file: ops/waivers.yaml, signers: /etc/preflight/signers }
`)
    expect(diagnostics).toEqual([])
    const file = join(folder, 'preflight.yaml')
    const plain = (value: string | readonly string[], column: number) => ({
      position: { file, line: 9, column },
      value,
      template: undefined,
      file: undefined,
    })
    expect(configuration).toEqual({
      file,
      digest: createHash('sha256').update(readFileSync(file)).digest('hex'),
      root: expect.objectContaining({ kind: 'map' }),
      deployment: 'eu-1',
      profile: 'staging',
      select: ['arqonbus', 'shield/secrets'],
      packs: ['shield'],
      checks: [join(folder, 'site'), '/opt/checks'],
      runbooks: [join(folder, 'ops'), '/opt/runbooks'],
      alerts: [],
      environment: [join(folder, '.env')],
      inputs: {
        port: plain('9100', 17),
        strict: plain('true', 31),
        name: plain('x', 43),
        hosts: plain(['a', 'b'], 53),
        ratio: plain('0.5', 68),
      },
      knownSecrets: join(folder, 'leaked.txt'),
      concurrency: 4,
      timeout: 2000,
      deadline: 300_000,
      incident: {
        logs: [join(folder, 'bus.log'), '/var/log/shield.log'],
        commands: [
          { name: 'units', run: ['systemctl', 'status', 'bus'], timeout: 3000, folder },
          { name: 'disk-use', run: ['./disk.sh'], timeout: 10_000, folder },
        ],
      },
      waivers: { file: join(folder, 'ops/waivers.yaml'), signers: '/etc/preflight/signers' },
    })
  })

  it('leaves out what is left out', async () => {
    expect((await load('deployment: eu-1')).configuration).toMatchObject({
      profile: undefined,
      select: undefined,
      packs: undefined,
      checks: [],
      runbooks: [],
      alerts: [],
      inputs: {},
      concurrency: undefined,
      incident: { logs: [], commands: [] },
      waivers: { file: undefined, signers: undefined },
    })
  })

  it('lists every mistake at its place', async () => {
    const { configuration, diagnostics } = await load(
      'deploymnet: x\nconcurrency: 0\ntimeout: 30\nselect: []\ninputs: { a: { b: 1 } }\nprofile: 1.1\n',
    )
    expect(configuration).toBeUndefined()
    expect(diagnostics.map(({ position, code, hint }) => [position.line, position.column, code, hint])).toEqual([
      [1, 1, 'unknown-key', 'did you mean deployment?'],
      [2, 14, 'invalid-value', undefined],
      [3, 10, 'wrong-type', 'a duration has a unit: 30s, 30ms or 30m'],
      [4, 9, 'invalid-value', undefined],
      [5, 14, 'missing-key', undefined],
      [6, 10, 'wrong-type', 'put it in quotes'],
    ])
  })

  it('lists every mistake of what is gathered for an incident at its place', async () => {
    const { diagnostics } = await load(`incident:
  log: [a]
  logs: [a.log, "", a.log, 5, "x\\0y"]
  commands:
    - { name: Units, run: [uptime] }
    - { name: disk, run: [] }
    - { name: disk, run: [""], timeout: 5 }
    - { run: [df], timeuot: 5s }
    - { name: who, run: who }
`)
    expect(diagnostics.map(({ position, code }) => `${position.line}:${position.column} ${code}`)).toEqual([
      '2:3 unknown-key',
      '3:17 invalid-value',
      '3:28 wrong-type',
      '3:31 invalid-value',
      '5:15 invalid-value',
      '6:26 invalid-value',
      '7:26 invalid-value',
      '7:41 wrong-type',
      '8:7 missing-key',
      '8:20 unknown-key',
      '9:25 wrong-type',
    ])
  })

  it('refuses what occurs twice among the logs and the commands', async () => {
    const { diagnostics } = await load(
      'incident:\n  logs: [a, b, a]\n  commands: [{ name: x, run: [a] }, { name: x, run: [b] }]\n',
    )
    expect(diagnostics.map(({ position, message }) => [position.line, position.column, message])).toEqual([
      [2, 16, 'incident.logs[2]: duplicate: list it once'],
      [3, 45, 'incident.commands[1].name: duplicate: list it once'],
    ])
  })

  it('names an unknown pack at its line, with the nearest and all that there are', async () => {
    const { configuration, diagnostics } = await load('packs:\n  - shield\n  - arqonbuss\n  - nothing-like-it\n')
    expect(configuration).toBeUndefined()
    expect(diagnostics.map(({ position, code, message, hint }) => [position.line, code, message, hint])).toEqual([
      [
        3,
        'unknown-pack',
        'unknown pack arqonbuss',
        'did you mean arqonbus? (the packs that ship: aegis, arqonbus, shield)',
      ],
      [
        4,
        'unknown-pack',
        'unknown pack nothing-like-it',
        'the packs that ship: aegis, arqonbus, shield; packs of your own are listed under checks:',
      ],
    ])
  })

  it('compiles what the environment fills in, and takes a file for a value', async () => {
    const { folder, configuration, diagnostics } = await load(
      'inputs:\n  port: ${{ int(env.PORT) + 1 }}\n  token: { file: secrets/token }\n  hosts: ["${{ env.HOST }}", b]\n',
    )
    expect(diagnostics).toEqual([])
    const { port, token, hosts } = configuration!.inputs
    expect(port!.template!.references).toEqual(['env.PORT'])
    expect(port!.template!.resolve({ env: { PORT: '9100' } })).toBe(9101)
    expect(hosts!.template!.resolve({ env: { HOST: 'a' } })).toEqual(['a', 'b'])
    expect(token).toMatchObject({ value: undefined, template: undefined, file: join(folder, 'secrets/token') })
  })

  it('refuses an expression that is wrong at its place', async () => {
    const { diagnostics } = await load('inputs:\n  a: ${{ vars.A }}\n  b: "${{ env.B + 1 }}"\n')
    expect(diagnostics.map(({ position, code }) => [position.line, position.column, code])).toEqual([
      [2, 10, 'unknown-name'],
      [3, 11, 'expression'],
    ])
  })

  it('takes none of the built-in packs', async () => {
    expect((await load('packs: []')).configuration).toMatchObject({ packs: [] })
  })

  it.each([
    'packs: shield',
    'packs: [shield, shield]',
    'runbooks: []',
    'inputs: { a: { file: "" } }',
    'inputs: { a: { file: b, c: d } }',
    'concurrency: 513',
    'concurrency: .nan',
    'concurrency: -1',
    'concurrency: 1.5',
    'deadline: 0s',
    'deadline: 25h',
    'timeout: ""',
    '- a',
    '',
    'inputs: { a: ~ }',
    'incident: ~',
    'incident: []',
    'incident: { logs: [] }',
    'incident: { logs: a }',
    'incident: { commands: {} }',
    'waivers: {}',
    'waivers: waivers.yaml',
    'waivers: { file: "" }',
    'waivers: { files: a }',
    'waivers: { file: a, signer: b }',
  ])('refuses %j', async (text) => {
    expect((await load(text)).configuration).toBeUndefined()
  })

  it('says that a file is not there', async () => {
    const { configuration, diagnostics } = await loadConfiguration(join(await folderOf({}), 'none.yaml'))
    expect(configuration).toBeUndefined()
    expect(diagnostics).toMatchObject([{ code: 'unreadable-file', message: 'the file cannot be read (ENOENT)' }])
  })
})
