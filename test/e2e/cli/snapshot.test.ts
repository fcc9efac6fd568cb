import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { snapshotSchema, type Snapshot } from '../../../src/incidents/snapshot/snapshot.js'
import { folderOf, preflight, regionPack, ownPacks } from './preflight.js'

const [secret, renewed] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')]
const environment = (value: string) =>
  `REGION=eu\nJWT_SECRET=${value}\nSTORE_URL=redis://:${value}@h:6379/0\nconstructor=${value}\n`
const files = {
  'packs/site/a.yaml': regionPack,
  'prod.env': environment(secret),
  key: randomBytes(32),
  'preflight.yaml': 'deployment: eu-west\n',
}
const args = ['snapshot', ...ownPacks, '--env-file', 'prod.env'] as const

function folder(): string {
  const path = folderOf(files)
  chmodSync(join(path, 'key'), 0o600)
  return path
}

const parsed = (text: string): Snapshot => snapshotSchema.parse(JSON.parse(text))
const fingerprints = ({ variables }: Snapshot): Record<string, string | null> =>
  Object.fromEntries(variables.map(({ name, fingerprint }) => [name, fingerprint]))

describe('a snapshot', () => {
  it('shows what is public, and of a secret nothing, in both formats and in the file', async () => {
    const cwd = folder()
    const [human, json] = await Promise.all([
      preflight([...args, '--output', 'snapshot.json'], { cwd }),
      preflight([...args, '--format', 'json'], { cwd }),
    ])
    const file = readFileSync(join(cwd, 'snapshot.json'), 'utf8')
    expect([human.exitCode, json.exitCode, human.stderr, json.stderr]).toEqual([0, 0, '', ''])
    expect(human.stdout).toMatch(/^ {2}REGION {2}eu$/m)
    for (const snapshot of [parsed(json.stdout), parsed(file)]) {
      expect(snapshot).toMatchObject({
        deployment: 'eu-west',
        profile: 'prod',
        key: { kind: 'random' },
        result: null,
        repository: null,
      })
      expect(snapshot.variables.map(({ name, value, shape, bytes }) => [name, value, shape, bytes])).toEqual([
        ['JWT_SECRET', null, 'base64', '32-63'],
        ['REGION', 'eu', null, null],
        ['STORE_URL', null, 'url', '32-63'],
        ['constructor', null, 'base64', '32-63'],
      ])
    }
    for (let at = 0; at + 10 <= secret.length; at++)
      expect(human.stdout + json.stdout + file).not.toContain(secret.slice(at, at + 10))
    expect(statSync(join(cwd, 'snapshot.json')).mode & 0o777).toBe(0o600)
    expect(readdirSync(cwd).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('can be compared with another under the operator’s key, and not without', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'renewed.env'), `REGION=eu\nJWT_SECRET=${renewed}\nSTORE_URL=redis://:${secret}@h:6379/0\n`)
    const [first, again, changed, random] = await Promise.all([
      preflight([...args, '--key-file', 'key', '--format', 'json'], { cwd }),
      preflight([...args, '--key-file', 'key', '--format', 'json'], { cwd }),
      preflight(['snapshot', ...ownPacks, '--env-file', 'renewed.env', '--key-file', 'key', '--format', 'json'], {
        cwd,
      }),
      preflight([...args, '--format', 'json'], { cwd }),
    ])
    const [a, b, c, d] = [first, again, changed, random].map(({ stdout }) => parsed(stdout)) as [
      Snapshot,
      Snapshot,
      Snapshot,
      Snapshot,
    ]
    expect(fingerprints(a)).toEqual(fingerprints(b))
    expect([a.key, c.key]).toEqual([b.key, b.key])
    expect(fingerprints(c)['JWT_SECRET']).not.toBe(fingerprints(a)['JWT_SECRET'])
    expect(fingerprints(c)['STORE_URL']).toBe(fingerprints(a)['STORE_URL'])
    expect(d.key.id).not.toBe(a.key.id)
    expect(fingerprints(d)['JWT_SECRET']).not.toBe(fingerprints(a)['JWT_SECRET'])
  })

  it('names the commit, the branch and what differs of the checkout, and the servers of a result', async () => {
    const cwd = folder()
    execFileSync('git', ['init', '--quiet', '--initial-branch', 'release', cwd])
    execFileSync('git', ['-C', cwd, 'add', 'packs'])
    execFileSync('git', [
      '-C',
      cwd,
      '-c',
      'user.name=t',
      '-c',
      'user.email=t@example.org',
      'commit',
      '--quiet',
      '--message',
      'one',
    ])
    writeFileSync(join(cwd, 'packs/site/a.yaml'), `${regionPack}# changed\n`)
    const run = await preflight(
      ['run', ...ownPacks, '--env-file', 'prod.env', '--stage', 'config', '--output', 'result.json', '--no-keep'],
      { cwd },
    )
    expect(run.exitCode).toBe(0)
    const { stdout } = await preflight([...args, '--format', 'json', '--result', 'result.json'], { cwd })
    const snapshot = parsed(stdout)
    expect(snapshot.repository).toMatchObject({ branch: 'release', dirty: true })
    expect(snapshot.repository?.changed[0]).toEqual({ state: ' M', file: 'packs/site/a.yaml' })
    expect(snapshot.result?.runId).toBe(
      (JSON.parse(readFileSync(join(cwd, 'result.json'), 'utf8')) as { run: { id: string } }).run.id,
    )
    expect(snapshot.servers).toEqual([])
  })
})

describe.concurrent.each<[string, readonly string[], number, RegExp]>([
  ['a key that others can read', ['--key-file', 'open.key'], 2, /open\.key is readable by other users[^]*chmod 600/],
  ['a result that is none', ['--result', 'preflight.yaml'], 3, /preflight\.yaml is not JSON/],
  ['both results', ['--run', 'last', '--result', 'x'], 2, /--result|--run/],
  ['a file that is a link', ['--output', 'link.json'], 74, /symbolic link/],
])('%s', (_, more, exitCode, message) => {
  it(`ends with ${exitCode} and says why, without a value`, async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'open.key'), randomBytes(32), { mode: 0o644 })
    symlinkSync('elsewhere.json', join(cwd, 'link.json'))
    const ended = await preflight([...args, ...more], { cwd, environment: { XDG_STATE_HOME: join(cwd, 'state') } })
    expect(ended.exitCode).toBe(exitCode)
    expect(ended.stderr.replaceAll(/\s+/g, ' ')).toMatch(message)
    expect(ended.stdout + ended.stderr).not.toContain(secret.slice(0, 10))
  })
})

it('shows examples in its help', async () => {
  const { exitCode, stdout } = await preflight(['snapshot', '--help'])
  expect(exitCode).toBe(0)
  expect(stdout).toContain('EXAMPLES')
  expect(stdout).toContain('--key-file snapshot.key')
})
