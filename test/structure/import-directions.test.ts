import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** Which rooms each room may import from. A room not listed here may not exist. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'src/kernel': [],
  'src/model': ['src/kernel', 'src/drivers'],
  'src/strength': ['src/kernel'],
  // How client libraries read a URL: what a variable's reading and the connecting probes share.
  'src/drivers': ['src/kernel'],
  'src/wire': ['src/kernel', 'src/model', 'src/drivers'],
  'src/process': ['src/kernel', 'src/model'],
  'src/selftest': ['src/kernel', 'src/model', 'sandbox'],
  'src/probes': ['src/kernel', 'src/model', 'src/drivers', 'src/wire', 'src/strength', 'src/process'],
  'src/actions': ['src/kernel', 'src/model', 'src/wire', 'src/process'],
  'src/collectors': ['src/kernel', 'src/model', 'src/drivers', 'src/wire', 'src/process'],
  'src/render': ['src/kernel', 'src/model'],
  'src/journal': ['src/kernel', 'src/model'],
  'src/bundle': ['src/kernel', 'src/model', 'src/journal'],
  'src/lock': ['src/kernel', 'src/model', 'src/wire'],
  'src/reporters': ['src/kernel', 'src/model', 'src/render'],
  'src/registry': ['src/kernel', 'src/model'],
  'src/load': ['src/kernel', 'src/model', 'src/drivers'],
  'src/plan': ['src/kernel', 'src/model'],
  'src/run': ['src/kernel', 'src/model'],
  'src/view': ['src/kernel', 'src/model'],
  'src/app': ['src/kernel', 'src/model', 'src/load', 'src/plan', 'src/run', 'src/view', 'src/render', 'src/journal', 'src/bundle', 'src/lock', 'src/process', 'src/registry', 'sandbox'],
  'src/cli': ['src/kernel', 'src/model', 'src/app'],
  commands: ['src/kernel', 'src/model', 'src/app', 'src/cli'],
  sandbox: [],
}

/** What people type as secrets: data about words, in which the names of systems are words like any other. */
const wordLists = ['src/strength/published-keys.ts', 'src/strength/words/technical.ts']

/** The only probe that may look at strength, and the drivers' one place. */
const strengthReaders = ['src/probes/secret.ts']

function sourceFiles(): string[] {
  return ['src', 'commands', 'sandbox'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  )
}

function roomOf(file: string): string {
  const [first = '', second = ''] = file.split('/')
  return first === 'src' ? `src/${second}` : first
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => normalize(join(dirname(file), match[1]!)).replace(/\.js$/, '.ts'))
}

const edges = sourceFiles().flatMap((file) => importsOf(file).map((target) => ({ file, target })))

describe('import directions', () => {
  it('finds the imports of the sources', () => {
    expect(edges.length).toBeGreaterThan(100)
  })

  it('puts every file into a known room', () => {
    expect(sourceFiles().filter((file) => !(roomOf(file) in allowed))).toEqual([])
  })

  it('lets no import go against the arrows', () => {
    const wrong = edges.filter(({ file, target }) => roomOf(file) !== roomOf(target) && !(allowed[roomOf(file)] ?? []).includes(roomOf(target)))
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([])
  })

  it('lets only the secret probe look at strength', () => {
    const wrong = edges.filter(({ file, target }) => roomOf(file) === 'src/probes' && roomOf(target) === 'src/strength' && !strengthReaders.includes(file) && !file.startsWith('src/probes/secret/'))
    expect(wrong).toEqual([])
  })

  it('keeps every system’s name out of the sources', () => {
    const systems = readdirSync(join(root, 'checks'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name)
    const named = sourceFiles()
      .filter((file) => file.startsWith('src/') && !wordLists.includes(file))
      .filter((file) => systems.some((system) => new RegExp(`\\b${system}\\b`, 'i').test(readFileSync(join(root, file), 'utf8'))))
    expect(systems).toContain('arqonbus')
    expect(named).toEqual([])
  })
})
