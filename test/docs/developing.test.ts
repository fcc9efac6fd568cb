import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { BaseCommand } from '../../src/cli/base-command.js'
import { validateDefinitions } from '../../src/cli/validate-definitions.js'
import { runSelfTest } from '../../src/checks/self-test/run-self-test.js'
import type { Reporter } from '../../src/checks/result/reporter.js'
import type { Collector } from '../../src/engine/collector.js'
import { folderRegistry, type NamedUnit, type Registry } from '../../src/engine/folder-registry.js'
import type { Probe } from '../../src/engine/probe.js'
import type { SelfTest } from '../../src/engine/self-test.js'
import { noSurroundings, type Driver } from '../../src/net/drivers/driver.js'
import { Secret } from '../../src/redaction/secret-value.js'
import type { StepKind } from '../../src/runbooks/definition/step-kind.js'
import { collect } from '../incidents/collectors/collect.js'
import { everyDocument } from '../reports/documents.js'

const root = resolve(import.meta.dirname, '../..')
const pages = join(root, 'docs/developing')

/** The complete files on the pages, by path: blocks whose first line is a comment with a path. */
const examples = new Map(
  readdirSync(pages).flatMap((page) =>
    [...readFileSync(join(pages, page), 'utf8').matchAll(/^```(?:ts|yaml)\n(?:\/\/|#) (\S+\/\S+)\n(.*?)^```$/gms)].map(
      ([, path = '', text = '']) => [path, text] as const,
    ),
  ),
)

/** A folder with the examples, in which everything else is the checkout: only so do their imports lead anywhere. */
const tree = mkdtempSync(join(tmpdir(), 'preflight-examples-'))
fill('')

function fill(folder: string): void {
  mkdirSync(join(tree, folder), { recursive: true })
  const below = [...examples.keys()].filter((path) => folder === '' || path.startsWith(`${folder}/`))
  const inside = new Set(below.map((path) => path.slice(folder === '' ? 0 : folder.length + 1).split('/')[0]!))
  for (const name of inside) {
    const path = join(folder, name)
    const text = examples.get(path)
    if (text === undefined) fill(path)
    else writeFileSync(join(tree, path), text)
  }
  for (const name of namesIn(join(root, folder)))
    if (!inside.has(name)) symlinkSync(join(root, folder, name), join(tree, folder, name))
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** The units of the examples in one folder, as the program finds them: by their files. */
function unitsIn<Unit extends NamedUnit>(folder: string, exported: string, suffix = ''): Registry<Unit> {
  const all = folderRegistry<Unit>({
    folder: relative(join(root, 'src'), join(tree, folder)),
    what: exported,
    exported,
    suffix,
  })
  const ours = all.names().filter((name) => examples.has(`${folder}/${name}${suffix}.ts`))
  return { ...all, names: () => ours, has: (name) => ours.includes(name) }
}

/** The only unit among them, whose name must be that of its file. */
async function unitIn<Unit extends NamedUnit>(folder: string, exported: string, key: keyof Unit): Promise<Unit> {
  const registry = unitsIn<Unit>(folder, exported)
  expect(registry.names()).toHaveLength(1)
  const unit = await registry.load(registry.names()[0]!)
  expect(unit[key]).toBe(registry.names()[0])
  return unit
}

it('there is a complete example of each kind of unit, with its tests', () => {
  expect([...examples.keys()].map((path) => path.replace(/[a-z-]+(?=\.)/, '*')).toSorted()).toEqual([
    'checks/site/*.yaml',
    'commands/*.ts',
    'runbooks/site/*.yaml',
    'src/checks/probes/*.self-test.ts',
    'src/checks/probes/*.ts',
    'src/incidents/collectors/*.ts',
    'src/net/drivers/*.ts',
    'src/reports/*.ts',
    'src/runbooks/actions/*.ts',
    'test/checks/probes/*.test.ts',
    'test/incidents/collectors/*.test.ts',
    'test/reports/*.test.ts',
    'test/runbooks/actions/*.test.ts',
  ])
  for (const path of examples.keys())
    if (path.startsWith('test/'))
      expect([...examples.keys()]).toContain(path.replace(/^test(.*)\.test\.ts$/, 'src$1.ts'))
})

it('the probe kind accepts its examples, and its self-test comes out as it must', async () => {
  const probe = await unitIn<Probe>('src/checks/probes', 'probe', 'kind')
  for (const { input } of probe.examples) expect(probe.input.safeParse(input).success).toBe(true)
  const report = await runSelfTest({
    signal: new AbortController().signal,
    limit: 60_000,
    probes: unitsIn<Probe>('src/checks/probes', 'probe'),
    selfTests: unitsIn<SelfTest>('src/checks/probes', 'selfTest', '.self-test'),
  })
  expect(report.kinds).toHaveLength(1)
  expect(report.isTrusted).toBe(true)
})

it('the step kind accepts its examples', async () => {
  const action = await unitIn<StepKind>('src/runbooks/actions', 'action', 'kind')
  for (const { input } of action.examples) expect(action.input.safeParse(input).success).toBe(true)
})

it('the reporter renders a document', async () => {
  const reporter = await unitIn<Reporter>('src/reports', 'reporter', 'format')
  for (const [, document] of await everyDocument())
    expect(reporter.render(document, { colour: false, width: 80 })).toMatch(/\n$/)
})

it('the collector gathers something', async () => {
  const collector = await unitIn<Collector>('src/incidents/collectors', 'collector', 'kind')
  expect(await collect(collector, {})).toMatchObject({ form: 'text' })
})

it('the driver reads a URL, and refuses another', async () => {
  const driver = await unitIn<Driver>('src/net/drivers', 'driver', 'name')
  expect(driver.read(new Secret('redis://:pw@cache:7000/2'), noSurroundings)).toMatchObject({
    connection: { endpoints: [{ host: 'cache', port: 7000 }], database: '2' },
  })
  expect(driver.read(new Secret('redis://cache/2?x=1'), noSurroundings)).toHaveProperty('refusal')
})

it('the command is one', async () => {
  const [path = ''] = [...examples.keys()].filter((name) => name.startsWith('commands/'))
  const { default: command } = (await import(pathToFileURL(join(tree, path)).href)) as { default: typeof BaseCommand }
  expect(command.prototype).toBeInstanceOf(BaseCommand)
  expect(command.summary).toMatch(/\.$/)
})

it('the check and the runbook compile', async () => {
  const only = (folder: string, path: string): string => {
    const place = mkdtempSync(join(tmpdir(), 'preflight-examples-'))
    mkdirSync(dirname(join(place, path)), { recursive: true })
    writeFileSync(join(place, path), examples.get(path)!)
    return join(place, folder)
  }
  const [check = '', runbook = ''] = [...examples.keys()].filter((path) => path.endsWith('.yaml')).toSorted()
  const valid = await validateDefinitions({
    definitions: { checks: [only('checks', check)], noBuiltin: true, config: undefined },
    runbooks: [only('runbooks', runbook)],
    alerts: [],
  })
  expect(valid.packs.map(({ checks }) => checks.length)).toEqual([1])
  expect(valid.runbooks).toHaveLength(1)
})
