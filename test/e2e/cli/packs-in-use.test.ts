import { describe, expect, it } from 'vitest'
import { folderOf, preflight, regionPack } from './preflight.js'

const ownRunbook = `title: our own
steps:
  - id: look
    run: ['true']
    effect: read
`

const deployment = (text: string) =>
  folderOf({ 'preflight.yaml': text, 'packs/site/a.yaml': regionPack, 'ops/site/look.yaml': ownRunbook })

async function listed(cwd: string, ...args: string[]): Promise<ReadonlySet<string>> {
  const { stdout, stderr } = await preflight(['list', '--format', 'json', ...args], { cwd })
  expect(stdout, stderr).not.toBe('')
  const { checks } = JSON.parse(stdout) as { checks: { id: string }[] }
  return new Set(checks.map(({ id }) => id.split('/')[0]!))
}

async function runbookSystems(cwd: string, ...args: string[]): Promise<ReadonlySet<string>> {
  const { stdout, stderr } = await preflight(['runbook', 'list', '--format', 'json', ...args], { cwd })
  expect(stdout, stderr).not.toBe('')
  return new Set((JSON.parse(stdout) as { id: string }[]).map(({ id }) => id.split('/')[0]!))
}

describe('packs: in preflight.yaml', () => {
  it('leaves out the built-in packs that it does not name', async () => {
    const one = deployment('packs: [shield]\nchecks: [packs]\n')
    expect(await listed(one)).toEqual(new Set(['shield', 'site']))
    const explained = await preflight(['explain', 'arqonbus/config/infra-protocol'], { cwd: one })
    expect(explained).toMatchObject({ exitCode: 2, stdout: '' })
    expect(explained.stderr).toContain('unknown check arqonbus/config/infra-protocol')
    const validated = await preflight(['validate'], { cwd: one })
    expect(validated.stdout).toMatch(/^valid: \d+ checks in 2 packs \(shield, site\)\n/)
    const given = await preflight(['plan', '--input', 'conda=conda'], { cwd: one })
    expect(given.stderr).toContain('unknown input conda')
  })

  it('selects only the packs in use when nothing is named', async () => {
    const { stdout, exitCode } = await preflight(['plan', '--env-file', '/dev/null', '--format', 'json'], {
      cwd: deployment('packs: []\nchecks: [packs]\n'),
    })
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      checks: [{ id: 'site/a/region' }, { id: 'site/a/hint' }, { id: 'site/a/slow' }],
    })
  })

  it('leaves out their runbooks too, and [] leaves out all', async () => {
    expect(await runbookSystems(deployment('packs: [arqonbus]\nrunbooks: [ops]\n'))).toEqual(
      new Set(['arqonbus', 'site']),
    )
    expect(await runbookSystems(deployment('packs: [shield]\nrunbooks: [ops]\n'))).toEqual(new Set(['site']))
    const none = deployment('packs: []\nchecks: [packs]\nrunbooks: [ops]\n')
    expect(await listed(none)).toEqual(new Set(['site']))
    expect(await runbookSystems(none)).toEqual(new Set(['site']))
  })

  it('--no-builtin is the flag for []', async () => {
    const cwd = deployment('packs: [shield]\nchecks: [packs]\n')
    expect(await listed(cwd, '--no-builtin')).toEqual(new Set(['site']))
  })

  it('says what to do where nothing is left', async () => {
    const { exitCode, stderr } = await preflight(['list'], { cwd: deployment('packs: []\n') })
    expect(exitCode).toBe(2)
    expect(stderr).toBe(
      'Error: no packs to read\nHint:  name a folder with --checks or under checks: in preflight.yaml, or name a built-in pack under packs:\n',
    )
  })
})

describe('runbooks: in preflight.yaml', () => {
  it('is what every command on runbooks reads, and a flag adds to it', async () => {
    const folder = folderOf({
      'deploy/preflight.yaml': 'packs: []\nrunbooks: [ops]\n',
      'deploy/ops/site/look.yaml': ownRunbook,
      'more/other/look.yaml': ownRunbook,
    })
    const config = ['--config', 'deploy/preflight.yaml']
    expect(await runbookSystems(folder, ...config, '--runbooks', 'more')).toEqual(new Set(['other', 'site']))
    for (const args of [
      ['runbook', 'show', 'site/look'],
      ['runbook', 'plan', 'site/look'],
      ['runbook', 'render', 'site/look'],
      ['runbook', 'run', 'site/look', '--state', 'state'],
      ['validate'],
    ]) {
      const { exitCode, stderr } = await preflight([...args, ...config], { cwd: folder })
      expect(exitCode, `${args.join(' ')}: ${stderr}`).toBe(0)
    }
  })
})
