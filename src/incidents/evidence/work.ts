import { basename, dirname } from 'node:path'
import type { IncidentConfiguration } from '../../checks/load/configuration.js'
import type { EvidenceDefinition, Pack } from '../../checks/definition.js'
import type { Scope } from '../../definitions/expression/expression.js'
import { concludeCondition } from '../../checks/run/conclusion.js'
import type { Ground } from '../../checks/ground.js'

/** What keeps a piece of evidence from being gathered at all. */
export interface Obstacle {
  readonly state: 'failed' | 'not-applicable'
  readonly message: string
}

/** One thing to gather. */
export interface EvidenceTask {
  /** A file name without its ending, unique in a bundle. */
  readonly name: string
  readonly system: string
  readonly kind: string
  readonly title: string
  /** Milliseconds. */
  readonly timeout: number
  obstacle(): Obstacle | undefined
  /** @throws Error when something that it reads is missing */
  input(): unknown
}

export interface EvidenceSources {
  readonly ground: Pick<Ground, 'definitions' | 'configuration' | 'environment'>
  /** What the expressions of each system's pack see, every input resolved as far as it can be. */
  readonly scopes: ReadonlyMap<string, Scope>
  /** Systems whose packs' evidence is gathered. */
  readonly systems: ReadonlySet<string>
}

/** The system of evidence that no pack names. */
const deployment = 'deployment'

const ownTimeout = 10_000

/** Everything that is to be gathered, in order: the machine, what the packs name, what the deployment names. */
export function evidenceTasks({ ground, scopes, systems }: EvidenceSources): readonly EvidenceTask[] {
  const { incident } = ground.configuration
  const packs = ground.definitions.packs.filter(({ system }) => systems.has(system))
  return uniqueNames([
    machineTask(incident),
    ...packs.flatMap((pack) => pack.evidence.map((evidence) => packTask(pack, evidence, scopes))),
    ...incident.logs.map((path) =>
      given(`log-${fileName(basename(path), 'log')}`, 'log', `the end of ${path}`, ownTimeout, { path }),
    ),
    ...incident.commands.map(({ name, run, timeout, folder }) =>
      given(`command-${name}`, 'program', `the command ${name} of the deployment file`, timeout, {
        argv: run,
        cwd: folder,
      }),
    ),
  ])
}

/** A full disk and a full memory explain much, whatever system failed: also where the logs lie. */
function machineTask({ logs }: IncidentConfiguration): EvidenceTask {
  return given('machine', 'system', 'disk, memory and load of this machine', ownTimeout, {
    paths: [...new Set(['/', ...logs.map((path) => dirname(path))])],
  })
}

function given(name: string, kind: string, title: string, timeout: number, input: unknown): EvidenceTask {
  return {
    name: `${deployment}-${name}`,
    system: deployment,
    kind,
    title,
    timeout,
    obstacle: () => undefined,
    input: () => input,
  }
}

function packTask(
  pack: Pack,
  { name, system, title, call, when, timeout }: EvidenceDefinition,
  scopes: EvidenceSources['scopes'],
): EvidenceTask {
  const scope = (): Scope => scopes.get(system) ?? nothingKnown(system)
  const secretInputs = new Set(pack.inputs.filter((input) => input.secret).map((input) => input.name))
  return {
    name: `${system}-${name}`,
    system,
    kind: call.kind,
    title,
    timeout,
    obstacle() {
      const conclusion = concludeCondition({ when }, { scope: scope(), variables: pack.variables, secretInputs })
      if (conclusion === undefined) return undefined
      return {
        state: conclusion.status === 'not-applicable' ? 'not-applicable' : 'failed',
        message: conclusion.message,
      }
    },
    input: () => call.input.resolve(scope()),
  }
}

function nothingKnown(system: string): never {
  throw new Error(`the values for the expressions of ${system} are unknown`)
}

const longest = 80

/** What is left of a text as part of a file name: small letters, digits and single hyphens. */
export function fileName(text: string, fallback: string): string {
  const safe = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replace(/^-+|-+$/g, '')
  return safe === '' ? fallback : safe
}

/**
 * The same things, a number behind each name that another of them has already: `a-b` of system `a` is `b`, and so is
 * system `a-b`'s own.
 */
export function uniqueNames<Named extends { readonly name: string }>(all: readonly Named[]): readonly Named[] {
  const taken = new Set<string>()
  return all.map((one) => {
    let name = one.name
    for (let number = 2; taken.has(name); number += 1) name = `${one.name}-${number}`
    taken.add(name)
    return { ...one, name }
  })
}
