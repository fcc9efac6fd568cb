import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

const base = ['src/base']
const redaction = [...base, 'src/redaction']
const definitions = [...redaction, 'src/definitions']
const net = [...redaction, 'src/net']
const host = [...base, 'src/host']
const processes = [...redaction, ...host, 'src/processes']
const environment = [...net, ...processes, 'src/definitions', 'src/environment']
const engine = [...environment, 'src/engine']
const checks = [...engine, 'src/secret-strength', 'src/checks']
const features = [...checks, 'src/alerts', 'src/reports', 'src/runbooks', 'src/incidents', 'src/attestation']

/** Which rooms each room may import from, itself among them. A room not listed here may not exist. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'src/base': base,
  'src/redaction': redaction,
  'src/secret-strength': [...base, 'src/secret-strength'],
  'src/definitions': definitions,
  'src/net': net,
  'src/host': host,
  'src/processes': processes,
  'src/environment': environment,
  'src/engine': engine,
  'src/checks': checks,
  'src/reports': [...checks, 'src/reports'],
  'src/alerts': [...checks, 'src/alerts'],
  'src/runbooks': [...checks, 'src/runbooks'],
  'src/incidents': [...checks, 'src/incidents'],
  'src/attestation': [...checks, 'src/attestation'],
  'src/cli': [...features, 'src/cli', 'sandbox'],
  commands: [...features, 'src/cli', 'commands'],
  sandbox: ['sandbox'],
}

/** The self-tests of probes try them against real servers and stand-ins. */
const isSelfTest = (file: string): boolean =>
  file.endsWith('.self-test.ts') || file.startsWith('src/checks/probes/peers/')

/** What people type as secrets: data about words, in which the names of systems are words like any other. */
const wordLists = ['src/secret-strength/words/published-keys.ts', 'src/secret-strength/words/verses.ts']

/** The only probe that may look at strength. */
const strengthReaders = ['src/checks/probes/secret.ts', 'src/checks/probes/secret/']

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
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    normalize(join(dirname(file), match[1]!)).replace(/\.js$/, '.ts'),
  )
}

/** One cycle for each place at which a walk comes back on itself: `a → b → a`. */
function cyclesOf(graph: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const cycles: string[] = []
  const ended = new Set<string>()
  const walk = (node: string, path: readonly string[]): void => {
    if (path.includes(node)) cycles.push([...path.slice(path.indexOf(node)), node].join(' → '))
    if (ended.has(node) || path.includes(node)) return
    for (const next of graph.get(node) ?? []) walk(next, [...path, node])
    ended.add(node)
  }
  for (const node of graph.keys()) walk(node, [])
  return cycles
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
    const wrong = edges.filter(
      ({ file, target }) =>
        !(allowed[roomOf(file)] ?? []).includes(roomOf(target)) && !(isSelfTest(file) && roomOf(target) === 'sandbox'),
    )
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([])
  })

  it('has no cycle between rooms', () => {
    const rooms = new Map<string, Set<string>>()
    for (const { file, target } of edges)
      if (roomOf(file) !== roomOf(target))
        rooms.set(roomOf(file), (rooms.get(roomOf(file)) ?? new Set()).add(roomOf(target)))
    expect(cyclesOf(rooms)).toEqual([])
  })

  it('has no cycle between files', () => {
    const files = new Map<string, Set<string>>()
    for (const { file, target } of edges) files.set(file, (files.get(file) ?? new Set()).add(target))
    expect(cyclesOf(files)).toEqual([])
  })

  it('lets only the secret probe look at strength', () => {
    const wrong = edges.filter(
      ({ file, target }) =>
        roomOf(file) !== roomOf(target) &&
        roomOf(target) === 'src/secret-strength' &&
        !strengthReaders.some((reader) => file.startsWith(reader)),
    )
    expect(wrong).toEqual([])
  })

  it('keeps every system’s name out of the sources', () => {
    const systems = readdirSync(join(root, 'checks'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
    const named = sourceFiles()
      .filter((file) => file.startsWith('src/') && !wordLists.includes(file))
      .filter((file) =>
        systems.some((system) => new RegExp(`\\b${system}\\b`, 'i').test(readFileSync(join(root, file), 'utf8'))),
      )
    expect(systems).toContain('arqonbus')
    expect(named).toEqual([])
  })
})
