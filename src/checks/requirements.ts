import { noPeers } from './peers.js'
import { randomUUID } from 'node:crypto'
import type { ProbeNeeds } from '../engine/probe.js'
import { probeRegistry } from '../engine/folder-registry.js'
import { noEnvironment } from '../environment/tested-environment.js'
import { refuseWrongSelection } from './list-checks.js'
import type { CheckDefinition, Pack } from './definition.js'
import { readWritten, scopesOf, withEnvironment } from './ground.js'
import { fullInputName } from './input-names.js'
import { readsOf } from './load/reads-of.js'
import type { InputOption } from './input-options.js'
import { contactOf } from './plan-run.js'
import { selectedOf } from './plan/selected-of.js'
import type { PreparedRun } from './prepare.js'
import { readConfiguration, type DefinitionOptions, type SelectionOptions } from './settings.js'
import { readingText } from './text/list-text.js'

/** What needs something: ids of checks. */
interface Needed {
  readonly checks: readonly string[]
}

/** Something with a name or a value, and what decides it where it is still unknown: variables and inputs. */
interface Named extends Needed {
  /** `undefined` while it is unknown. */
  readonly name: string | undefined
  readonly decidedBy: readonly string[]
}

interface RequiredServer extends Named {
  /** The kind of probe that contacts it. */
  readonly kind: string
  readonly rights: readonly string[]
}

/** What a deployment must bring for a selection of checks. Holds no value of an environment, and no secret. */
export interface Requirements {
  readonly deployment: string | undefined
  readonly profile: string
  readonly packs: readonly string[]
  readonly checks: number
  readonly variables: readonly (Needed & {
    readonly name: string
    readonly pack: string
    readonly exposure: string
    /** How it is read and what it may be, with its default. */
    readonly reading: string
  })[]
  readonly inputs: readonly (Needed & {
    readonly name: string
    readonly pack: string
    readonly type: string
    readonly description: string
    readonly isRequired: boolean
    readonly isSecret: boolean
  })[]
  readonly servers: readonly RequiredServer[]
  readonly programs: readonly Named[]
  readonly files: readonly Named[]
  /** Of the user that preflight runs as. */
  readonly rights: readonly Named[]
}

interface RequirementsOptions extends DefinitionOptions {
  readonly selection: SelectionOptions
  /** What the command line gives. */
  readonly inputs?: readonly InputOption[]
}

/**
 * What the selected checks need, all of the packs in use without a selector. No environment is read.
 *
 * @throws UsageError or DefinitionsError, whichever of the user's words is wrong
 */
export async function requirementsOf(options: RequirementsOptions): Promise<Requirements> {
  const configuration = await readConfiguration(options)
  const written = await readWritten(
    { ...options, environment: noEnvironment, inputs: options.inputs ?? [] },
    configuration,
  )
  const ground = await withEnvironment(written, noEnvironment)
  const { definitions } = written
  refuseWrongSelection({ ...options.selection, selectors: ['*'] }, configuration, definitions)
  const plan = selectedOf(definitions, options.selection, configuration)
  const kinds = [...new Set(plan.checks.map(({ definition }) => definition.probe.kind))]
  const probes = new Map(await Promise.all(kinds.map(async (kind) => [kind, await probeRegistry.load(kind)] as const)))
  const scopes = scopesOf(ground, plan.profile)
  const prepared: PreparedRun = {
    ...ground,
    plan,
    probes,
    peers: noPeers,
    scopeOf: ({ system }) => scopes.get(system)!,
  }
  const checks = plan.checks.map(({ definition }) => definition)
  const packs = definitions.packs.filter(({ system }) => checks.some((check) => check.system === system))
  return {
    deployment: configuration.deployment,
    profile: plan.profile,
    packs: packs.map(({ system }) => system),
    checks: checks.length,
    variables: packs.flatMap((pack) => variablesOf(pack, checks)),
    inputs: packs.flatMap((pack) => inputsOf(pack, checks)),
    ...merged(plan.checks.map((check) => observed(check, prepared))),
  }
}

function variablesOf(pack: Pack, checks: readonly CheckDefinition[]): Requirements['variables'] {
  const own = checks.filter(({ system }) => system === pack.system)
  return [...new Set(own.flatMap(({ variables }) => variables))].map((name) => ({
    name,
    pack: pack.system,
    exposure: pack.variables[name]?.exposure ?? 'secret',
    reading: readingText(pack.variables[name]),
    checks: own.filter(({ variables }) => variables.includes(name)).map(({ id }) => id),
  }))
}

function inputsOf(pack: Pack, checks: readonly CheckDefinition[]): Requirements['inputs'] {
  return pack.inputs.flatMap(({ name, type, description, default: fallback, secret }) => {
    const readers = checks.filter(({ system, inputs }) => system === pack.system && inputs.includes(name))
    if (readers.length === 0) return []
    return [
      {
        name,
        pack: pack.system,
        type,
        description,
        isRequired: fallback === undefined,
        isSecret: secret,
        checks: readers.map(({ id }) => id),
      },
    ]
  })
}

type Observed = Pick<Requirements, 'servers' | 'programs' | 'files' | 'rights'>

/** What one check needs for its probe. */
function observed(check: PreparedRun['plan']['checks'][number], prepared: PreparedRun): Observed {
  const { definition } = check
  const { kind } = definition.probe
  const probe = prepared.probes.get(kind)!
  const decidedBy = decidersOf(definition, prepared)
  const checks = [definition.id]
  const needs = needsOf(definition, prepared)
  const named = (names: readonly string[] = []): readonly Named[] =>
    names.map((name) => (name === '' ? { name: undefined, decidedBy, checks } : { name, decidedBy: [], checks }))
  const local = { programs: named(needs.programs), files: named(needs.files) }
  if (probe.addresses === undefined) return { ...local, servers: [], rights: named(needs.rights) }
  const { addresses } = contactOf(check, prepared)
  const names = addresses.length > 0 || decidedBy.length === 0 ? addresses : ['']
  const rights = needs.rights ?? []
  return { ...local, servers: named(names).map((name) => ({ ...name, kind, rights })), rights: [] }
}

/** The variables and the required inputs behind what a probe is given. */
function decidersOf({ system, probe }: CheckDefinition, { definitions, written }: PreparedRun): readonly string[] {
  const { inputs } = definitions.packs.find((pack) => pack.system === system)!
  const given = (name: string) => written.inputs.get(fullInputName({ system, name }))
  const reads = readsOf(probe.input.references, inputs, (name) => given(name)?.template?.references)
  const open = inputs.filter(({ name, default: fallback }) => fallback === undefined && given(name) === undefined)
  return [
    ...reads.variables,
    ...open.flatMap((input) => (reads.inputs.includes(input.name) ? [`the input ${fullInputName(input)}`] : [])),
  ]
}

/** What the probe of a check needs, as far as its input is known: a mark takes the place of the rest. */
function needsOf(definition: CheckDefinition, { probes, redactor, scopeOf }: PreparedRun): ProbeNeeds {
  const probe = probes.get(definition.probe.kind)!
  if (probe.needs === undefined) return {}
  const mark = `unknown-${randomUUID()}`
  const parsed = probe.input.safeParse(definition.probe.input.resolve(scopeOf(definition), () => mark))
  if (!parsed.success) return {}
  const { programs, files, rights } = probe.needs(parsed.data)
  const known = (texts: readonly string[] = []): readonly string[] =>
    texts.map((text) => (text.includes(mark) ? '' : redactor.text(text)))
  return { programs: known(programs), files: known(files), rights: known(rights).filter((right) => right !== '') }
}

/** Each requirement once, with all the checks that have it. */
function merged(all: readonly Observed[]): Observed {
  return {
    servers: grouped(
      all.flatMap(({ servers }) => servers),
      (first, other) => ({ ...first, rights: [...new Set([...first.rights, ...other.rights])] }),
    ),
    programs: grouped(all.flatMap(({ programs }) => programs)),
    files: grouped(all.flatMap(({ files }) => files)),
    rights: grouped(all.flatMap(({ rights }) => rights)),
  }
}

function grouped<Item extends Named & { readonly kind?: string }>(
  items: readonly Item[],
  join: (first: Item, other: Item) => Item = (first) => first,
): readonly Item[] {
  const groups = new Map<string, Item>()
  for (const item of items) {
    const key = JSON.stringify([item.kind, item.name, item.name === undefined ? item.decidedBy.toSorted() : []])
    const first = groups.get(key)
    groups.set(key, first === undefined ? item : { ...join(first, item), checks: [...first.checks, ...item.checks] })
  }
  return [...groups.values()]
}
