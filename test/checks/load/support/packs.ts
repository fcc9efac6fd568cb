import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { loadDefinitions, type LoadedDefinitions } from '../../../../src/checks/load/load-definitions.js'
import { collectorRegistry } from '../../../../src/engine/folder-registry.js'
import type { Definitions } from '../../../../src/checks/definition.js'
import { formatPosition } from '../../../../src/base/errors.js'
import { kinds } from './kinds.js'

/** Writes files into a new temporary folder, which goes away with that of the whole run. */
export async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'preflight-load-'))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  return folder
}

export async function load(...roots: Readonly<Record<string, string | Uint8Array>>[]): Promise<LoadedDefinitions> {
  const found = await Promise.all(
    roots.map(async (files, index) => ({
      folder: await folderOf(files),
      label: index === 0 ? 'checks' : `more${index}`,
    })),
  )
  return loadDefinitions(found, kinds, collectorRegistry)
}

export async function definitionsOf(...roots: Readonly<Record<string, string>>[]): Promise<Definitions> {
  const { definitions, diagnostics } = await load(...roots)
  expect(diagnostics).toEqual([])
  return definitions!
}

/** Every problem as `file:line:col code`. */
export async function problemsOf(...roots: Readonly<Record<string, string | Uint8Array>>[]): Promise<string[]> {
  const { definitions, diagnostics } = await load(...roots)
  expect(definitions === undefined).toBe(diagnostics.length > 0)
  return diagnostics.map(({ position, code }) => `${formatPosition(position)} ${code}`)
}

/** A check that compiles, as one line of YAML; `over` replaces or adds properties, `undefined` takes one away. */
export function check(over: Readonly<Record<string, string | undefined>> = {}): string {
  const properties = {
    title: 'it is so',
    severity: 'high',
    class: 'config',
    env: '{ name: A }',
    expect: '[{ that: facts.set }]',
    fix: 'make it so',
    ...over,
  }
  return `{ ${Object.entries(properties)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]))
    .join(', ')} }`
}

/** A file of checks in the stage `config`. */
export function file(checks: Readonly<Record<string, string>>, head = ''): string {
  return `stage: config\n${head}checks:\n${Object.entries(checks)
    .map(([name, body]) => `  ${name}: ${body}\n`)
    .join('')}`
}
