import { shownPath } from '../base/files/shown-path.js'
import { counted, suggestionHint } from '../base/text/wording.js'
import { dirname, join } from 'node:path'
import { UsageError, PreflightError, exitCodes, DefinitionsError } from '../base/errors.js'
import { isThere } from '../base/files/state-folder.js'
import { loadConfiguration, type Configuration } from './load/configuration.js'
import { deploymentPlace } from './load/deployment-place.js'
import type { SelectionRequest, Plan } from './plan/plan.js'
import { defaultProfile, stages, type Stage } from '../base/vocabulary.js'
import { builtinChecks } from '../base/package.js'
import type { PackRoot } from './load/pack-files.js'
import type { Outcome } from './check-event.js'
import type { RunLock } from './result/report.js'
import { countObserved } from './run/verdict.js'

/** The settings of every command that works on definitions, as given on the command line. */
export interface DefinitionOptions {
  readonly checks: readonly string[]
  readonly noBuiltin: boolean
  readonly config: string | undefined
}

export interface SelectionOptions {
  readonly selectors: readonly string[]
  readonly profile: string | undefined
  readonly stages: readonly string[]
  readonly skip: readonly string[]
  readonly beforeStart: boolean
  readonly afterStart: boolean
  /** What is said of a selector that selects nothing and resembles nothing. */
  readonly unknownHint?: string | undefined
  /** `--gates`, `--no-gates`, or nothing. */
  readonly gates?: boolean | undefined
}

/** What a deployment file is called where none is named. */
export const configurationFileName = 'preflight.yaml'

/** The settings of a deployment that has no file. */
export const noConfiguration: Configuration = {
  file: configurationFileName,
  digest: null,
  root: undefined,
  deployment: undefined,
  profile: undefined,
  select: undefined,
  gates: undefined,
  packs: undefined,
  checks: [],
  runbooks: [],
  alerts: [],
  environment: [],
  inputs: {},
  docsUrl: undefined,
  knownSecrets: undefined,
  concurrency: undefined,
  timeout: undefined,
  deadline: undefined,
  incident: { logs: [], commands: [] },
  waivers: { file: undefined, signers: undefined },
}

/** The deployment file: the one named, else `preflight.yaml` here, be it there or not. */
export function configurationFileOf({ config }: Pick<DefinitionOptions, 'config'>): string {
  return config ?? configurationFileName
}

/**
 * Reads the deployment file, if there is one.
 *
 * @throws DefinitionsError when it is wrong; UsageError when the one named is not there
 */
export async function readConfiguration(options: Pick<DefinitionOptions, 'config'>): Promise<Configuration> {
  const file = configurationFileOf(options)
  if (!(await isThere(file))) {
    if (options.config === undefined) return noConfiguration
    throw new UsageError(`deployment file ${file} not found`, { hint: '`preflight init` writes one to start from' })
  }
  const { configuration, diagnostics } = await loadConfiguration(file)
  if (configuration === undefined) throw new DefinitionsError(diagnostics)
  return configuration
}

/** Where a file of this name would lie beside the deployment file, be there one or not. */
export function besideConfiguration(file: string, name: string): string {
  return join(dirname(file), name)
}

/** A folder of the product, with the built-in packs in use; none where none is in use. */
export function builtinRoots(
  root: PackRoot,
  { noBuiltin }: Pick<DefinitionOptions, 'noBuiltin'>,
  { packs }: Pick<Configuration, 'packs'>,
): readonly PackRoot[] {
  const systems = noBuiltin ? [] : packs
  if (systems === undefined) return [root]
  return systems.length === 0 ? [] : [{ ...root, systems }]
}

/** What to do where neither a built-in pack nor a folder is in use. */
export function noRootsHint(
  { noBuiltin }: Pick<DefinitionOptions, 'noBuiltin'>,
  what: 'checks' | 'runbooks' | 'alerts',
): string {
  const away = noBuiltin ? 'leave out --no-builtin' : 'name a built-in pack under packs:'
  return `name a folder with --${what} or under ${what}: in ${configurationFileName}, or ${away}`
}

/** The folders of packs, runbooks or alerts that the deployment file names. */
export function configuredRoots(
  configuration: Configuration,
  key: 'checks' | 'runbooks' | 'alerts',
): readonly PackRoot[] {
  return configuration[key].map((folder, index) => ({
    folder,
    label: shownPath(folder),
    namedAt: deploymentPlace(configuration, [key, index]),
  }))
}

/** The pack roots, the built-in one first. */
export function packRoots(options: DefinitionOptions, configuration: Configuration): readonly PackRoot[] {
  const builtin = builtinRoots({ folder: builtinChecks, label: 'checks' }, options, configuration)
  const roots = [
    ...builtin,
    ...configuredRoots(configuration, 'checks'),
    ...options.checks.map((folder) => ({ folder, label: folder })),
  ]
  if (roots.length === 0) throw new UsageError('no packs to read', { hint: noRootsHint(options, 'checks') })
  return roots
}

/**
 * The selection as asked for: the command line's, else the deployment file's, else empty (the default of the packs).
 */
export function selectionRequest(options: SelectionOptions, configuration: Configuration): SelectionRequest {
  return {
    selectors: options.selectors.length > 0 ? options.selectors : (configuration.select ?? []),
    given: options.selectors,
    stages: options.stages.map(stageOf),
    skip: options.skip,
    phase: options.beforeStart ? 'before-start' : options.afterStart ? 'after-start' : 'all',
    profile: options.profile ?? configuration.profile ?? defaultProfile,
    ...(options.unknownHint === undefined ? {} : { unknownHint: options.unknownHint }),
    gates: options.gates,
    withoutGates: withoutGates(options.gates, configuration),
  }
}

/** Where it is written that the gates are left out; `undefined` where they are not. The command line comes first. */
export function withoutGates(
  flag: boolean | undefined,
  configuration: Pick<Configuration, 'file' | 'root' | 'gates'>,
): string | undefined {
  if (flag !== undefined) return flag ? undefined : '--no-gates'
  if (configuration.gates !== false) return undefined
  return `gates: false, ${configuration.file}:${deploymentPlace(configuration, ['gates']).line}`
}

function stageOf(name: string): Stage {
  const stage = stages.find((each) => each === name)
  if (stage === undefined)
    throw new UsageError(`unknown stage ${name}`, {
      hint: suggestionHint(name, stages) ?? `the stages are ${stages.join(', ')}`,
    })
  return stage
}

/**
 * Whether a run is of all that is locked, or of all that the deployment file or the packs select: then what it has no
 * use for, no run has.
 */
export function isWholeSelection(request: SelectionRequest, lock: RunLock | null): boolean {
  const { given, stages, skip, phase, gates } = request
  const isUnasked = given.length + stages.length + skip.length === 0 && phase === 'all' && gates !== false
  return lock?.state === 'locked' || isUnasked
}

/** @throws PreflightError (exit 3) when fewer checks are selected than must be observed */
export function refuseTooFew({ checks }: Plan, minChecks: number | undefined): void {
  if (minChecks === undefined || checks.length >= minChecks) return
  throw new PreflightError(
    'too-few-checks',
    exitCodes.invalid,
    `only ${counted(checks.length, 'check')} selected, and --min-checks asks for ${minChecks}`,
    { hint: 'look with `preflight plan` at what is left out' },
  )
}

/** What is to be said when fewer were observed; nothing when there were enough. */
export function tooFewNotice(outcomes: readonly Outcome[], minChecks: number | undefined): readonly string[] {
  const observed = countObserved(outcomes)
  return minChecks === undefined || observed >= minChecks
    ? []
    : [`only ${counted(observed, 'check')} observed, and --min-checks asks for ${minChecks}`]
}
