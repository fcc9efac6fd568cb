import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  isEnvironmentNamed,
  noEnvironment,
  readTestedEnvironment,
  sourceTitles,
} from '../../src/environment/tested-environment.js'
import { withVariables } from '../with-variables.js'
import { sourceOptions, thisShell, type EnvironmentSource } from '../../src/environment/environment-source.js'
import { DefinitionsError } from '../../src/base/errors.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tested-environment-'))
  const files = {
    'a.env': 'A=file\nIP=10.0.0.1\n',
    's.env': 'A = systemd\n; a comment\nB=systemd\n',
    'compose.yaml':
      'services:\n  bus:\n    environment: { A: compose, B: compose, C: compose }\n  shell:\n    environment: [ONLY_IN_THE_SHELL]\n',
    'pod.yaml':
      'kind: Pod\nmetadata: { name: bus }\nspec:\n  containers:\n    - name: main\n      env:\n        - { name: A, value: k8s }\n        - name: IP\n          valueFrom: { fieldRef: { fieldPath: status.podIP } }\n',
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
})
afterAll(() => rm(folder, { recursive: true }))

const file = (name: string): string => join(folder, name)
const sources = {
  file: () => file('a.env'),
  systemd: () => ({ systemd: file('s.env') }),
  compose: () => ({ compose: file('compose.yaml#bus') }),
  k8s: () => ({ k8s: file('pod.yaml#bus') }),
}

async function read(...files: readonly EnvironmentSource[]) {
  const environment = await readTestedEnvironment({ files, pid: undefined, inherit: false })
  return Object.fromEntries(
    environment
      .entries()
      .map(([name, { value, origin }]) => [
        name,
        `${value.reveal()} ${origin.source.slice(folder.length + 1)}:${origin.line}`,
      ]),
  )
}
const problemsOf = async (...files: readonly EnvironmentSource[]) => {
  const error: unknown = await read(...files).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DefinitionsError)
  return (error as DefinitionsError).diagnostics.map(
    ({ position, message }) => `${position.file.slice(folder.length + 1)}:${position.line} ${message}`,
  )
}

describe('several sources', () => {
  it('are read in their order, the later one winning', async () => {
    expect(await read(sources.file(), sources.systemd(), sources.compose())).toEqual({
      A: 'compose compose.yaml:3',
      B: 'compose compose.yaml:3',
      C: 'compose compose.yaml:3',
      IP: '10.0.0.1 a.env:2',
    })
    expect(await read(sources.compose(), sources.systemd(), sources.file())).toEqual({
      A: 'file a.env:1',
      B: 'systemd s.env:3',
      C: 'compose compose.yaml:3',
      IP: '10.0.0.1 a.env:2',
    })
  })

  it('leave nothing unknown: a later one must say it, an earlier one is overridden', async () => {
    const ip = 'pod.yaml:9 IP is known only when the pod runs (status.podIP)'
    expect(await problemsOf(sources.k8s())).toEqual([ip])
    expect(await problemsOf(sources.file(), sources.k8s())).toEqual([ip])
    expect(await read(sources.k8s(), sources.file())).toEqual({ A: 'file a.env:1', IP: '10.0.0.1 a.env:2' })
  })

  it('tell the problems of all of them at once', async () => {
    await writeFile(file('bad.env'), 'x\n')
    expect(await problemsOf(file('bad.env'), sources.k8s())).toHaveLength(2)
  })
})

it('lets --inherit-env, and nothing else, take a variable of the shell for a Compose file', async () => {
  const shell = { compose: file('compose.yaml#shell') }
  expect(await problemsOf(shell)).toEqual([
    'compose.yaml:5 ONLY_IN_THE_SHELL has no value here: Compose takes it from the shell that starts it',
  ])
  process.env['ONLY_IN_THE_SHELL'] = 'shell'
  try {
    const environment = await readTestedEnvironment({ files: [shell], pid: undefined, inherit: true })
    expect([environment.get('ONLY_IN_THE_SHELL')?.reveal(), environment.origin('ONLY_IN_THE_SHELL')?.line]).toEqual([
      'shell',
      5,
    ])
    expect(await problemsOf(shell)).toHaveLength(1)
  } finally {
    delete process.env['ONLY_IN_THE_SHELL']
  }
})

it('carries what is said of the sources once, and nothing where there is nothing to say', async () => {
  await writeFile(file('q1.env'), "A='1'\n")
  await writeFile(file('q2.env'), 'B="2"\nC="3"\n')
  expect(
    (await readTestedEnvironment({ files: [file('q1.env'), file('q2.env')], pid: undefined, inherit: false })).notices,
  ).toEqual([expect.stringContaining('--env-docker')])
  expect(
    (
      await readTestedEnvironment({
        files: [file('a.env'), { docker: file('q1.env') }],
        pid: undefined,
        inherit: false,
      })
    ).notices,
  ).toEqual([])
})

it("lets a process's own variables win over a file that python-dotenv loads", async () => {
  await writeFile(file('own.env'), 'ONLY_HERE=file\nB=${ONLY_HERE}\n')
  const read = async (inherit: boolean) => {
    const environment = await readTestedEnvironment({ files: [{ dotenv: file('own.env') }], pid: undefined, inherit })
    return [environment.get('ONLY_HERE')?.reveal(), environment.get('B')?.reveal()]
  }
  expect(await read(false)).toEqual(['file', 'file'])
  process.env['ONLY_HERE'] = 'shell'
  try {
    expect(await read(true)).toEqual(['shell', 'shell'])
  } finally {
    delete process.env['ONLY_HERE']
  }
})

it('writes sources as the command line has them', () => {
  expect(
    sourceOptions([
      'a.env',
      { dotenv: 'e' },
      { shell: 'h' },
      { docker: 'd' },
      { systemd: 's' },
      { compose: 'c#x' },
      { k8s: 'k#x/y' },
      { 'pid-file': 'p' },
      thisShell,
    ]),
  ).toEqual([
    '--env-file',
    'a.env',
    '--env-dotenv',
    'e',
    '--env-sourced',
    'h',
    '--env-docker',
    'd',
    '--env-systemd',
    's',
    '--env-compose',
    'c#x',
    '--env-k8s',
    'k#x/y',
    '--env-pid-file',
    'p',
    '--env-shell',
  ])
})

it('is empty when no source was named', async () => {
  expect((await readTestedEnvironment(noEnvironment)).names()).toEqual([])
  expect(isEnvironmentNamed(noEnvironment)).toBe(false)
})

it('takes this shell as one source among others: the later one wins', async () => {
  const values = async (...files: readonly EnvironmentSource[]) => {
    const environment = await readTestedEnvironment({ ...noEnvironment, files })
    return ['A', 'PATH'].map((name) => environment.get(name)?.reveal())
  }
  const path = process.env['PATH']
  await withVariables({ A: 'shell' }, async () => {
    expect(await values(thisShell)).toEqual(['shell', path])
    expect(await values(thisShell, file('a.env'))).toEqual(['file', path])
    expect(await values(file('a.env'), thisShell)).toEqual(['shell', path])
  })
})

it('takes the environment of the process whose id a file has', async () => {
  const child = spawn('sleep', ['60'], { env: { DEPLOYED: 'yes' }, stdio: 'ignore' })
  try {
    await once(child, 'spawn')
    await writeFile(file('bus.pid'), `${child.pid!}\n`)
    await writeFile(file('bad.pid'), 'pid 12\n')
    const environment = await readTestedEnvironment({ ...noEnvironment, files: [{ 'pid-file': file('bus.pid') }] })
    expect(environment.get('DEPLOYED')?.reveal()).toBe('yes')
    await expect(readTestedEnvironment({ ...noEnvironment, files: [{ 'pid-file': file('bad.pid') }] })).rejects.toThrow(
      'bad.pid does not contain a process id',
    )
  } finally {
    child.kill()
  }
})

it('names every source for reports', () => {
  const files: readonly EnvironmentSource[] = ['a.env', { dotenv: '.env' }, { compose: 'c.yaml#bus' }, thisShell]
  expect(sourceTitles({ files, pid: 7, inherit: true })).toEqual([
    'this shell (--inherit-env)',
    'process 7',
    'a.env',
    '.env (dotenv)',
    'c.yaml#bus (compose)',
    'this shell',
  ])
})
