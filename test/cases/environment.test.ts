import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEnvironmentSource } from '../../src/environment/sources/read-source.js'
import {
  environmentReaders,
  fileReadBy,
  type EnvironmentReader,
  type EnvironmentSource,
} from '../../src/environment/environment-source.js'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'cases-environment-'))))
afterAll(() => rm(folder, { recursive: true }))

/** Values, or the codes of what is wrong with them. */
type Judged = Readonly<Record<string, string>> | readonly string[]

async function judged(source: EnvironmentSource): Promise<Judged> {
  const { variables, unknown, diagnostics } = await readEnvironmentSource(source, undefined)
  const problems = [...diagnostics, ...unknown.map(([, reason]) => reason)]
  return problems.length > 0
    ? problems.map(({ code }) => code)
    : Object.fromEntries(variables.map(([name, { value }]) => [name, value.reveal()]))
}

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

interface Case {
  readonly title: string
  readonly text: string
  readonly withoutReader: Judged
  readonly by: Readonly<Record<EnvironmentReader, Judged>>
}

/**
 * Values by the programs themselves: python-dotenv 1.2.4, dash, docker 28.2.2 (a value as its API got it), systemd's
 * parser.
 */
const cases: readonly Case[] = [
  {
    title: 'e01-docker-quotes: docker keeps quotes and comments',
    text: 'API_TOKEN="letter"\nLISTEN="8081"\nMODE="on" # why\n',
    withoutReader: ['comment-after-value'],
    by: {
      dotenv: { API_TOKEN: 'letter', LISTEN: '8081', MODE: 'on' },
      shell: { API_TOKEN: 'letter', LISTEN: '8081', MODE: 'on' },
      docker: { API_TOKEN: '"letter"', LISTEN: '"8081"', MODE: '"on" # why' },
      systemd: { API_TOKEN: 'letter', LISTEN: '8081', MODE: 'on# why' },
    },
  },
  {
    title: 'e03-unresolved-reference: a reference that nothing resolves, and a command',
    text: 'LISTEN=${ADDRESS}\nMODE=$(cat /run/mode)\n',
    withoutReader: ['reference', 'reference'],
    by: {
      dotenv: ['unknown-value'],
      shell: ['command', 'unknown-value'],
      docker: { LISTEN: '${ADDRESS}', MODE: '$(cat /run/mode)' },
      systemd: { LISTEN: '${ADDRESS}', MODE: '$(cat /run/mode)' },
    },
  },
  {
    title: 'e04-two-on-one-line: two assignments on one line',
    text: 'LISTEN=127.0.0.1 MODE=debug\n',
    withoutReader: ['second-assignment'],
    by: {
      dotenv: { LISTEN: '127.0.0.1 MODE=debug' },
      shell: ['second-word'],
      docker: { LISTEN: '127.0.0.1 MODE=debug' },
      systemd: { LISTEN: '127.0.0.1 MODE=debug' },
    },
  },
  {
    title: 'e06-dollar-word-shell: a dollar sign before a word, in double quotes',
    text: 'LISTEN="n$ode"\n',
    withoutReader: ['reference'],
    by: {
      dotenv: { LISTEN: 'n$ode' },
      shell: ['unknown-value'],
      docker: { LISTEN: '"n$ode"' },
      systemd: { LISTEN: 'n$ode' },
    },
  },
  {
    title: 'e07-tab-escape: a backslash and a letter, in double quotes',
    text: 'MODE="x\\ty"\n',
    withoutReader: ['backslash'],
    by: { dotenv: { MODE: 'x\ty' }, shell: { MODE: 'x\\ty' }, docker: { MODE: '"x\\ty"' }, systemd: { MODE: 'x\\ty' } },
  },
  {
    title: 'e09-over-128k: a value over 128 KiB',
    text: `MODE=${'m'.repeat(131_072)}\n`,
    withoutReader: ['value-too-long'],
    by: {
      dotenv: ['value-too-long'],
      shell: ['value-too-long'],
      docker: ['line-too-long'],
      systemd: ['value-too-long'],
    },
  },
]

describe.each(cases)('$title', ({ title, text, withoutReader, by }) => {
  it('with no reader named', async () => {
    expect(await judged(await write(`${title.slice(0, 3)}.env`, text))).toEqual(withoutReader)
  })

  it.each(environmentReaders)('with reader %s', async (reader) => {
    expect(await judged(fileReadBy(reader, await write(`${title.slice(0, 3)}-${reader}.env`, text)))).toEqual(
      by[reader],
    )
  })
})

describe('e09-over-128k: the longest variable that Linux starts a process with', () => {
  // Name, =, value and NUL: 131,072 bytes.
  const longest = 131_072 - 'MODE='.length - 1

  it('is read, and one byte more is refused, from each kind of source', async () => {
    for (const [length, expected] of [
      [longest, 'read'],
      [longest + 1, 'value-too-long'],
    ] as const) {
      const value = 'm'.repeat(length)
      const compose = await write('long.yaml', `services:\n  bus:\n    environment:\n      MODE: ${value}\n`)
      const pod = await write(
        'long-pod.yaml',
        `kind: Pod\nmetadata: { name: bus }\nspec: { containers: [{ env: [{ name: MODE, value: ${value} }] }] }\n`,
      )
      const file = await write('long.env', `MODE=${value}\n`)
      for (const source of [
        file,
        { dotenv: file },
        { shell: file },
        { systemd: file },
        { compose: `${compose}#bus` },
        { k8s: `${pod}#bus` },
      ]) {
        const answer = await judged(source)
        expect(Array.isArray(answer) ? answer : ['read']).toEqual([expected])
      }
    }
  })

  it('is counted in bytes', async () => {
    expect(await judged(await write('bytes.env', `MODE='${'ü'.repeat(longest / 2 + 1)}'\n`))).toEqual([
      'value-too-long',
    ])
  })
})

it('c01-compose-crlf-comment: Compose reads an env_file with carriage returns and a comment after a quoted value', async () => {
  await write('crlf.env', 'LISTEN=8081\r\nMODE=\'debug\' # why\r\nLEVEL="a b"\t# note\r\n')
  const compose = await write('crlf.yaml', 'services: { node: { image: y, env_file: [crlf.env] } }\n')
  expect(await judged({ compose: `${compose}#node` })).toEqual({ LISTEN: '8081', MODE: 'debug', LEVEL: 'a b' })
})

it('k01-yaml11-keys: keys that YAML 1.1 takes for truth values set no variables of those names', async () => {
  const manifest = await write(
    'keys.yaml',
    [
      'kind: ConfigMap',
      'metadata: { name: towns }',
      'data:',
      '  ON: "first"',
      '  n: "second"',
      '  SIZE: "3"',
      '---',
      'kind: Pod',
      'metadata: { name: node }',
      'spec: { containers: [{ name: node, envFrom: [{ configMapRef: { name: towns } }] }] }',
      '',
    ].join('\n'),
  )
  expect(await judged({ k8s: `${manifest}#node` })).toEqual(['key-not-text', 'key-not-text'])
})

it('k02-rollout: a Rollout of Argo and a Service of Knative have containers', async () => {
  const spec = 'spec: { template: { spec: { containers: [{ name: node, env: [{ name: MODE, value: "debug" }] }] } } }'
  const manifest = await write(
    'kinds.yaml',
    [
      'apiVersion: argoproj.io/v1alpha1',
      'kind: Rollout',
      'metadata: { name: node }',
      spec,
      '---',
      'apiVersion: serving.knative.dev/v1',
      'kind: Service',
      'metadata: { name: node2 }',
      spec,
      '',
    ].join('\n'),
  )
  expect(await judged({ k8s: `${manifest}#node` })).toEqual({ MODE: 'debug' })
  expect(await judged({ k8s: `${manifest}#node2` })).toEqual({ MODE: 'debug' })
})
