import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { folderOf, preflight } from './preflight.js'

const pack = `stage: config
checks:
  region:
    title: the region is set
    severity: high
    class: config
    env: { name: REGION }
    expect: [{ that: facts.set }]
    fix: set REGION
  zone:
    title: the zone is set
    severity: high
    class: config
    env: { name: ZONE }
    expect: [{ that: facts.set }]
    fix: set ZONE
  host:
    title: the host is set
    severity: high
    class: config
    env: { name: HOST }
    expect: [{ that: facts.set }]
    fix: set HOST
`

it('--failed judges what was not green in the last run of the deployment', async () => {
  const cwd = folderOf({
    'packs/site/a.yaml': pack,
    'one.yaml': 'deployment: one\nchecks: [packs]\n',
    'two.yaml': 'deployment: two\nchecks: [packs]\n',
    '.env': 'HOST=a\n',
  })
  const run = (config: string, ...more: readonly string[]) =>
    preflight(
      ['run', '--no-builtin', '--config', config, '--env-file', '.env', '--state', join(cwd, 'state'), ...more],
      {
        cwd,
      },
    )
  const selected = async (config: string): Promise<readonly string[]> => {
    const { stdout } = await run(config, '--failed', '--format', 'json')
    return (JSON.parse(stdout) as { checks: { id: string }[] }).checks.map(({ id }) => id)
  }
  expect(await run('one.yaml', '--failed')).toMatchObject({
    exitCode: 2,
    stderr: 'Error: no run of one is kept\nHint:  `preflight history` lists what is kept\n',
  })
  expect((await run('one.yaml', 'site')).exitCode).toBe(1)
  expect(await selected('one.yaml')).toEqual(['site/a/region', 'site/a/zone'])
  // A run of another deployment is not the last one of this.
  expect((await run('two.yaml', 'site/a/host')).exitCode).toBe(0)
  writeFileSync(join(cwd, '.env'), 'HOST=a\nREGION=eu\n')
  expect(await selected('one.yaml')).toEqual(['site/a/region', 'site/a/zone'])
  expect(await selected('one.yaml')).toEqual(['site/a/zone'])
  const text = (await run('one.yaml', '--failed')).stdout
  expect(text).toContain('To do (1)\n  ✖ site/a/zone: set ZONE\n')
  writeFileSync(join(cwd, '.env'), 'ZONE=1\n')
  expect(await run('one.yaml', '--failed')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('GO FOR A PART ONLY'),
  })
  const nothing = await run('one.yaml', '--failed')
  expect(nothing.exitCode).toBe(3)
  expect(nothing.stderr).toMatch(
    /^Error: nothing was red in the last run of one \(.*\)\nHint: {2}leave --failed away\n/m,
  )
  expect(await run('one.yaml', '--failed', 'site')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--failed selects the checks: it cannot be used with selectors'),
  })
  expect((await run('one.yaml', '--failed', '--stage', 'config')).exitCode).toBe(2)
})
