import { describe, expect, it } from 'vitest'
import { folderOf, preflight } from './preflight.js'

const canary = 'q8Zr-canary-of-inputs-Tq84'
const pack = `variables:
  HOST: { exposure: public }
inputs:
  address: { type: url, description: where it is, default: "http://\${{ vars.HOST }}:80" }
  folder: { type: path, description: where it lies }
  token: { type: string, secret: true, description: what it asks for }
  mode: { type: string, values: [fast, slow], description: how it works, default: slow }
  unused: { type: integer, description: read by nothing, default: 1 }
`
const checks = `stage: runtime
checks:
  answers: { title: it answers, severity: high, class: dependency, http: { url: "\${{ inputs.address }}", headers: { authorization: "\${{ inputs.token }}" } }, expect: [facts.status == 200], fix: start it }
  lies: { title: it lies there, severity: high, class: config, file: { path: "\${{ inputs.folder }}" }, expect: [facts.exists], fix: make it }
  stored: { title: it is stored, severity: high, class: dependency, redis: { url: "\${{ env.STORE }}", prefix: "app:" }, expect: [facts.canWrite], fix: start it }
  works: { title: it works, severity: high, class: code, when: inputs.mode == "slow", command: { argv: [ls, -l] }, expect: [facts.exitCode == 0], fix: mend it }
`
const settings = `deployment: site-eu
packs: []
checks: [checks]
environment: [.env]
inputs:
  token: { file: token }
  mode: fast
`
const cwd = folderOf({
  'checks/site/pack.yaml': pack,
  'checks/site/a.yaml': checks,
  'preflight.yaml': settings,
  token: `${canary}\n`,
  '.env': `HOST=web\nSTORE=redis://:${canary}@db:6379/0\n`,
})

interface Listed {
  readonly name: string
  readonly value: string | null
  readonly from: string
  readonly checks: readonly string[]
}

const inputs = async (...args: readonly string[]): Promise<readonly Listed[]> => {
  const { exitCode, stdout, stderr } = await preflight(['inputs', '--format', 'json', ...args], { cwd })
  expect(exitCode, stderr).toBe(0)
  expect(stdout).not.toContain(canary)
  return (JSON.parse(stdout) as { inputs: readonly Listed[] }).inputs
}

describe('inputs', () => {
  it('lists each with its value and where that comes from: missing ones first, then the required ones', async () => {
    expect(await inputs()).toMatchObject([
      { name: 'folder', value: null, from: 'none', required: true, checks: ['site/a/lies'] },
      { name: 'token', value: '[redacted]', from: 'preflight.yaml:6:10', secret: true, checks: ['site/a/answers'] },
      { name: 'address', value: 'http://web:80', from: 'default', variables: [{ name: 'HOST' }] },
      { name: 'mode', value: 'fast', from: 'preflight.yaml:7:9', values: ['fast', 'slow'] },
      { name: 'unused', value: '1', from: 'default', checks: [] },
    ])
  })

  it('a flag comes before the file', async () => {
    const [first] = (await inputs('--input', 'mode=slow')).filter(({ name }) => name === 'mode')
    expect(first).toMatchObject({ value: 'slow', from: 'command line' })
  })

  it('with a selector lists only those of the selected checks', async () => {
    expect((await inputs('site/a/lies')).map(({ name }) => name)).toEqual(['folder'])
  })

  it('says it to a person too', async () => {
    const { exitCode, stdout } = await preflight(['inputs'], { cwd })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('value  missing')
    expect(stdout).toMatch(/from {3}default, HOST \(\S*\.env:1\)/)
    expect(stdout).toContain('5 inputs, 1 missing')
    expect(stdout).not.toContain(canary)
  })
})

describe('requirements', () => {
  it('lists what must be provided, and reads no environment', async () => {
    const { exitCode, stdout, stderr } = await preflight(['requirements', '--format', 'json'], { cwd })
    expect(exitCode, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      deployment: 'site-eu',
      packs: ['site'],
      checks: 4,
      variables: [
        { name: 'HOST', exposure: 'public', checks: ['site/a/answers'] },
        { name: 'STORE', exposure: 'secret', checks: ['site/a/stored'] },
      ],
      servers: [
        { name: null, kind: 'http', decidedBy: ['HOST'], checks: ['site/a/answers'] },
        {
          name: null,
          kind: 'redis',
          decidedBy: ['STORE'],
          rights: ['log in', 'write, read and delete keys and streams below app:'],
        },
      ],
      programs: [{ name: 'ls', checks: ['site/a/works'] }],
      files: [{ name: null, decidedBy: ['the input site.folder'], checks: ['site/a/lies'] }],
    })
    expect(stdout).not.toMatch(new RegExp(`${canary}|web:80|db:6379`))
  })

  it('names an address that no variable decides', async () => {
    const known = folderOf({
      'checks/site/a.yaml':
        'stage: runtime\nchecks:\n  open: { title: t, severity: high, class: config, tcp: { address: "db:5432" }, expect: [facts.open], fix: f }\n',
      'preflight.yaml': 'packs: []\nchecks: [checks]\n',
    })
    const { stdout } = await preflight(['requirements'], { cwd: known })
    expect(stdout).toContain('| `db:5432` | tcp |  | `site/a/open` |')
  })

  it('is a page of its own in HTML, in which nothing is markup that a pack wrote', async () => {
    const strange = folderOf({
      'checks/site/pack.yaml': 'inputs:\n  port: { type: integer, description: "<script>alert(1)</script> | b" }\n',
      'checks/site/a.yaml':
        'stage: runtime\nchecks:\n  open: { title: t, severity: high, class: config, tcp: { host: db, port: "${{ inputs.port }}" }, expect: [facts.open], fix: f }\n',
      'preflight.yaml': 'packs: []\nchecks: [checks]\n',
    })
    const { stdout } = await preflight(['requirements', '--format', 'html'], { cwd: strange })
    expect(stdout).toContain('default-src &#39;none&#39;')
    expect(stdout).toContain('&lt;script&gt;')
    expect(stdout).not.toContain('<script')
    expect((await preflight(['requirements'], { cwd: strange })).stdout).toContain(
      '&lt;script>alert(1)&lt;/script> \\| b',
    )
  })

  it('covers the packs that ship, without an input and without an environment', async () => {
    const { exitCode, stdout } = await preflight(['requirements', '--no-gates'], { cwd: folderOf({}) })
    expect(exitCode).toBe(0)
    for (const title of ['Variables', 'Inputs', 'Servers and ports', 'Files']) expect(stdout).toContain(`## ${title}`)
  })
})
