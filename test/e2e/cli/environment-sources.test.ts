import { describe, expect, it } from 'vitest'
import type { ResultDocument } from '../../../src/checks/result/report.js'
import { folderOf, ownPacks, preflight, regionPack } from './preflight.js'

const pod = (value: string): string =>
  `kind: Pod\nmetadata: { name: bus }\nspec:\n  containers:\n    - name: main\n      env:\n        - name: REGION\n          value: ${value}\n`
const folder = folderOf({
  'packs/site/a.yaml': regionPack,
  'eu.env': 'REGION=eu\n',
  'us.env': '# where\nREGION = us\n',
  'compose.yaml':
    'services:\n  bus:\n    environment:\n      REGION: ${WHERE:-us}\n      TOKEN: hunter2-hunter2-hunter2\n',
  'quoted.env': 'REGION="eu"\n',
  'export.env': 'export REGION=eu\n',
  'read.yaml': 'environment:\n  - { file: export.env, reader: shell }\n',
  'us.yaml': pod('us'),
  'eu.yaml': pod('eu'),
  'unknown.yaml':
    'kind: Pod\nmetadata: { name: bus }\nspec:\n  containers:\n    - name: main\n      env:\n        - name: REGION\n          valueFrom: { fieldRef: { fieldPath: spec.nodeName } }\n',
  'deployed.yaml': 'environment:\n  - eu.env\n  - { k8s: "us.yaml#bus/main" }\n',
  'broken.yaml': 'environment:\n  - { k8s: us.yaml }\n  - { kubernetes: us.yaml#bus }\n',
})

async function run(...args: readonly string[]) {
  const { stdout, stderr, exitCode } = await preflight(
    ['run', ...ownPacks, '--no-keep', '--format', 'json', ...args, 'site/a/region'],
    { cwd: folder },
  )
  const document = (stdout === '' ? undefined : JSON.parse(stdout)) as
    | (ResultDocument & {
        readonly diagnostics?: readonly { readonly message: string; readonly file: string; readonly line: number }[]
      })
    | undefined
  return { document, stderr, exitCode, subject: document?.checks?.[0]?.subject }
}

describe('each source of variables', () => {
  it.each([
    ['--env-systemd', 'us.env', { file: 'us.env', line: 2 }],
    ['--env-compose', 'compose.yaml#bus', { file: 'compose.yaml', line: 4 }],
    ['--env-k8s', 'us.yaml#bus', { file: 'us.yaml', line: 8 }],
  ])('%s takes one value, and a check that fails names its line', async (flag, value, place) => {
    const { subject, exitCode, stderr } = await run(flag, value)
    expect(exitCode, stderr).toBe(1)
    expect(subject).toEqual({ ...place, variable: 'REGION' })
  })

  it('wins over what is before it on the command line, whatever its kind', async () => {
    expect((await run('--env-k8s', 'us.yaml#bus', '--env-file', 'eu.env')).exitCode).toBe(0)
    expect((await run('--env-file', 'eu.env', '--env-k8s', 'us.yaml#bus')).exitCode).toBe(1)
    expect(
      (await run('--env-k8s=us.yaml#bus', '--env-compose=compose.yaml#bus', '--env-k8s=eu.yaml#bus/main')).exitCode,
    ).toBe(0)
  })

  it('can be in the deployment file as well', async () => {
    const { subject, exitCode } = await run('--config', 'deployed.yaml')
    expect([exitCode, subject?.line]).toEqual([1, 8])
    const { exitCode: broken, stderr } = await run('--config', 'broken.yaml')
    expect(broken).toBe(3)
    expect(stderr).toMatch(/broken\.yaml:2:\d+/)
    expect(stderr).toMatch(/broken\.yaml:3:\d+/)
  })

  it('is refused with its place where a value is known only later', async () => {
    const { exitCode, stderr } = await run('--env-k8s', 'unknown.yaml#bus')
    expect(exitCode).toBe(3)
    expect(stderr).toContain('unknown.yaml:8:')
    expect((await run('--env-k8s', 'unknown.yaml#bus', '--env-file', 'eu.env')).exitCode).toBe(0)
  })

  it('is refused with exit 2 where it names nothing', async () => {
    expect((await run('--env-compose', 'compose.yaml')).exitCode).toBe(2)
    expect((await run('--env-k8s', 'none.yaml#bus')).exitCode).toBe(2)
  })

  it.each(['--env-file', '--env-dotenv', '--env-compose'])(
    'is refused with exit 2 where %s has an empty value, also if a file is to be written',
    async (flag) => {
      for (const output of [[], ['--output', 'empty-name.json']]) {
        const { exitCode, stderr } = await run(`${flag}=`, ...output)
        expect([exitCode, stderr]).toEqual([2, expect.stringContaining('the name of an environment file is empty')])
      }
    },
  )

  it('is read by the reader that is named, and by none alone where readers differ', async () => {
    expect((await run('--env-reader', 'shell', '--env-file', 'export.env')).exitCode).toBe(0)
    expect((await run('--env-file', 'export.env', '--env-reader', 'dotenv')).exitCode).toBe(0)
    expect((await run('--config', 'read.yaml')).exitCode).toBe(0)
    const { exitCode, stderr } = await run('--env-file', 'export.env')
    expect([exitCode, stderr]).toEqual([3, expect.stringMatching(/export\.env:1:1: .*python-dotenv.*systemd.*docker/)])
    expect((await run('--env-reader', 'node', '--env-file', 'eu.env')).exitCode).toBe(2)
    expect((await run('--env-reader', 'shell')).exitCode).toBe(2)
  })

  it('says once that docker keeps quotes, which a run for docker judges as a part of the value', async () => {
    const { exitCode, document, stderr } = await run('--env-file', 'quoted.env', '--env-file', 'quoted.env')
    expect([exitCode, document?.notices]).toEqual([0, [expect.stringContaining('--env-docker')]])
    expect(stderr.split('--env-docker')).toHaveLength(2)
    const docker = await run('--env-docker', 'quoted.env')
    expect([docker.exitCode, docker.document?.notices ?? []]).toEqual([1, []])
  })

  it('says to redact what is secret', async () => {
    const { stdout } = await preflight(['redact', ...ownPacks, '--env-compose', 'compose.yaml#bus', 'compose.yaml'], {
      cwd: folder,
    })
    expect(stdout).toContain('environment:')
    expect(stdout).not.toContain('hunter2')
  })
})
