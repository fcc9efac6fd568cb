import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folderOf } from '../cli/preflight.js'
import { runShell } from './shell.js'

const checkout = join(import.meta.dirname, '../../..')
const read = (file: string): string => readFileSync(join(checkout, file), 'utf8')

/** The instructions of a Dockerfile with their arguments, continued lines joined. */
function instructionsOf(text: string): readonly (readonly [string, string])[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? []
      return [name, rest.trim()] as const
    })
}

const instructions = instructionsOf(read('Dockerfile'))
const only = (name: string): string => {
  const found = instructions.filter(([each]) => each === name)
  expect(found, name).toHaveLength(1)
  return found[0]![1]
}
const manifest = JSON.parse(read('package.json')) as {
  readonly name: string
  readonly version: string
  readonly bin: Readonly<Record<string, string>>
}

it('has known instructions only, in an order that a builder takes', () => {
  const known = ['ARG', 'FROM', 'COPY', 'RUN', 'USER', 'WORKDIR', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD']
  expect(instructions.map(([name]) => name).filter((name) => !known.includes(name))).toEqual([])
  expect(instructions.map(([name]) => name).slice(0, 2)).toEqual(['ARG', 'FROM'])
})

it('starts from an exact version and a digest that must be given, which the docs name', () => {
  const [, version] = /^node:(\d+\.\d+\.\d+)-bookworm-slim@\$\{NODE_DIGEST\}$/.exec(only('FROM')) ?? []
  expect(version).toBeDefined()
  expect(instructions[0]).toEqual(['ARG', 'NODE_DIGEST'])
  expect(read('docs/releasing.md')).toContain(`node:${version}-bookworm-slim`)
  expect(read('docs/releasing.md')).toContain('--build-arg NODE_DIGEST=sha256:')
})

it('runs the program as somebody else than root, in exec form', () => {
  expect(only('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/)
  const at = (name: string): number => instructions.findIndex(([each]) => each === name)
  expect(at('USER')).toBeGreaterThan(at('RUN'))
  for (const argv of [only('ENTRYPOINT'), only('CMD'), only('HEALTHCHECK').replace(/^.* CMD /, '')])
    expect(JSON.parse(argv)).toEqual(expect.arrayContaining([expect.any(String)]))
  expect(Object.keys(manifest.bin)).toContain((JSON.parse(only('ENTRYPOINT')) as string[])[0])
})

it('copies the tarball that is packed, and nothing else reaches the builder', () => {
  const tarball = `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`
  expect(instructions).toContainEqual(['ARG', `PREFLIGHT_TARBALL=${tarball}`])
  expect(only('COPY')).toBe('${PREFLIGHT_TARBALL} /tmp/preflight.tgz')
  const ignored = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  expect(ignored).toEqual(['*', '!arqonbus-preflight-*.tgz'])
})

it.each([
  ['what it says', `sha512-${createHash('sha512').update('tarball').digest('base64')}`, 0],
  ['nothing', '', 1],
  ['something else', 'sha512-AAAA', 1],
])('installs a tarball whose sha512 is %s', async (_, PREFLIGHT_INTEGRITY, exitCode) => {
  const folder = folderOf({ 'bin/npm': '#!/bin/sh\necho "$*"\n' })
  writeFileSync(join(folder, 'preflight.tgz'), 'tarball')
  const script = only('RUN').replaceAll('/tmp/', `${folder}/`).replaceAll('/root/', `${folder}/`)
  const ended = await runShell(['sh', '-c', `chmod +x bin/npm; ${script}`], {
    cwd: folder,
    environment: { PREFLIGHT_INTEGRITY },
    path: [join(folder, 'bin')],
  })
  expect(ended.exitCode, ended.output).toBe(exitCode)
  expect(ended.output.includes('install --global')).toBe(exitCode === 0)
})
