import { suggestionHint, counted } from '../base/text/wording.js'
import { DefinitionsError, type Diagnostic, type Position } from '../base/errors.js'
import type { AlertDefinition } from '../alerts/alert-definition.js'
import { alertRoots, allAlerts } from '../alerts/alert-options.js'
import type { Pack, CheckDefinition } from '../checks/definition.js'
import { type RunbookDefinition, addedGuards } from '../runbooks/definition/runbook-definition.js'
import type { Waiver } from '../checks/waivers/waiver.js'
import { loadPacks, type Loaded, configurationProblems } from '../checks/list-checks.js'
import type { Configuration } from '../checks/load/configuration.js'
import { writtenInputs } from '../checks/given-inputs.js'
import { readConfiguration } from '../checks/settings.js'
import { runbookFolders, type RunbookSource } from '../runbooks/prepare/runbook-options.js'
import { unknownInputs } from '../runbooks/prepare/parameter-inputs.js'
import { guardProblems } from '../runbooks/guard-problems.js'
import { allRunbooks } from '../runbooks/prepare/runbook-source.js'
import { compiled } from '../checks/waivers/list-waivers.js'
import { readWaiverBytes, waiverFileOf } from '../checks/waivers/waiver-file.js'

interface Validated {
  readonly packs: readonly Pack[]
  readonly runbooks: readonly RunbookDefinition[]
  readonly alerts: readonly AlertDefinition[]
  /** `undefined` when the deployment file names no waivers. */
  readonly waivers: number | undefined
}

/** What is validated. */
export interface ValidateSource extends RunbookSource {
  /** Further folders of alerts, beside the built-in one and those of the deployment file. */
  readonly alerts: readonly string[]
}

/** What `preflight validate` says. */
interface Answer extends Validated {
  /** Files that ship and are what the build keeps of them; `undefined` when that was not asked. */
  readonly builtIn?: number | undefined
}

/**
 * Compiles every check, every runbook, every alert and the waivers that the deployment file names. Whether waivers are
 * signed as they must be is not asked here.
 *
 * @throws DefinitionsError with every problem of all of them
 */
export async function validateDefinitions(source: ValidateSource): Promise<Validated> {
  const { definitions: options } = source
  const configuration = await readConfiguration(options)
  const found = rootsOf(source, configuration)
  const problems: Diagnostic[] = []
  const loaded = await collecting(problems, async () =>
    found.checks ? { configuration, definitions: await loadPacks(options, configuration) } : undefined,
  )
  problems.push(...(loaded === undefined ? [] : await deploymentProblems(loaded)))
  const waivers = await collecting(problems, async () => (loaded === undefined ? undefined : compiledWaivers(loaded)))
  const runbooks = await collecting(problems, async () => (found.runbooks ? allRunbooks(source) : undefined))
  const alerts = await collecting(problems, async () => (loaded === undefined ? [] : alertsOn(loaded, source)))
  if (loaded !== undefined && runbooks !== undefined) {
    problems.push(...(await guardProblems(runbooks, loaded.definitions)))
    problems.push(...unknownInputs(runbooks.values(), loaded.definitions))
  }
  if (runbooks !== undefined)
    problems.push(...unknownRunbooks(runbooksNamed(loaded?.definitions.packs ?? [], alerts ?? []), runbooks))
  if (problems.length > 0) throw new DefinitionsError(problems)
  return {
    packs: loaded?.definitions.packs ?? [],
    runbooks: [...(runbooks?.values() ?? [])],
    alerts: alerts ?? [],
    waivers: waivers?.length,
  }
}

async function alertsOn(
  { configuration, definitions }: Loaded,
  { alerts, definitions: options }: ValidateSource,
): Promise<readonly AlertDefinition[]> {
  const source = { ...options, alerts }
  return alertRoots(source, configuration).length === 0 ? [] : allAlerts(source, configuration, definitions)
}

/** A runbook that a check or an alert names. */
interface NamedRunbook {
  readonly by: string
  readonly position: Position
  readonly runbook: string
}

function runbooksNamed(packs: readonly Pack[], alerts: readonly AlertDefinition[]): readonly NamedRunbook[] {
  const byChecks = packs
    .flatMap(({ checks }) => checks)
    .flatMap(({ id, position, remedy, runbook }) =>
      [runbook, remedy !== undefined && 'runbook' in remedy ? remedy.runbook : undefined].flatMap((named) =>
        named === undefined ? [] : [{ by: id, position, runbook: named }],
      ),
    )
  return [...byChecks, ...alerts.map(({ id, position, response }) => ({ by: id, position, runbook: response.runbook }))]
}

function unknownRunbooks(
  named: readonly NamedRunbook[],
  runbooks: ReadonlyMap<string, RunbookDefinition>,
): readonly Diagnostic[] {
  return named.flatMap(({ by, position, runbook }) =>
    runbooks.has(runbook)
      ? []
      : [
          {
            position,
            code: 'unknown-runbook',
            message: `${by} names the runbook ${runbook}, which does not exist`,
            hint: suggestionHint(runbook, runbooks.keys()) ?? '`preflight runbook list` lists them',
          },
        ],
  )
}

/** What `plan` would find in the deployment file, but for what the environment under test decides. */
async function deploymentProblems({ configuration, definitions }: Loaded): Promise<readonly Diagnostic[]> {
  const { unread } = await writtenInputs(configuration, definitions, [])
  return [...configurationProblems(configuration, definitions), ...unread.values()]
}

async function compiledWaivers({ configuration, definitions }: Loaded): Promise<readonly Waiver[] | undefined> {
  const file = waiverFileOf(undefined, configuration)
  return file === undefined
    ? undefined
    : compiled(await readWaiverBytes(file), file.label, { ...definitions, now: Date.now() })
}

/**
 * What there is to compile: without a built-in pack only what was named. Where nothing was, loading the checks says so.
 */
function rootsOf(
  source: ValidateSource,
  configuration: Configuration,
): { readonly checks: boolean; readonly runbooks: boolean } {
  const { noBuiltin, checks } = source.definitions
  const hasAlerts = configuration.alerts.length + source.alerts.length > 0
  const isBuiltinUsed = !noBuiltin && configuration.packs?.length !== 0
  const runbooks = isBuiltinUsed || runbookFolders(source, configuration).length > 0
  return {
    checks: isBuiltinUsed || hasAlerts || configuration.checks.length + checks.length > 0 || !runbooks,
    runbooks,
  }
}

async function collecting<Value>(problems: Diagnostic[], load: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await load()
  } catch (error) {
    if (!(error instanceof DefinitionsError)) throw error
    problems.push(...error.diagnostics)
    return undefined
  }
}

/** Places of a pack, or of the runbooks, that are named on a line; of more only the number is shown. */
const mostNamed = 5

/**
 * What compiled, on one line, and a line for each pack with checks that were given a guard, and for the steps of
 * runbooks that were.
 */
export function validateText({ packs, runbooks, alerts, waivers, builtIn }: Answer): string {
  const checks = packs.flatMap((pack) => pack.checks).length
  const parts = [
    ...(packs.length === 0
      ? []
      : [
          `${counted(checks, 'check')} in ${counted(packs.length, 'pack')} (${packs.map(({ system }) => system).join(', ')})`,
        ]),
    ...(runbooks.length === 0 ? [] : [counted(runbooks.length, 'runbook')]),
    ...(alerts.length === 0 ? [] : [counted(alerts.length, 'alert')]),
    ...(waivers === undefined ? [] : [counted(waivers, 'waiver')]),
  ]
  const steps = runbooks.flatMap((runbook) => addedGuards(runbook).map((place) => `${runbook.id} ${place}`))
  return [
    `valid: ${parts.join(', ')}`,
    ...packs.flatMap(packLine),
    ...guardLine('runbooks', steps, counted(steps.length, 'step')),
    ...(builtIn === undefined ? [] : [`built-in: ${builtIn} files are what the build parsed`]),
    '',
  ].join('\n')
}

function packLine({ system, checks }: Pack): readonly string[] {
  const guarded = checks.filter(({ hasAddedGuard }) => hasAddedGuard).map(({ id }) => id)
  return guardLine(system, guarded, `${guarded.length} of ${checks.length} checks`)
}

function guardLine(where: string, places: readonly string[], what: string): readonly string[] {
  if (places.length === 0) return []
  const names = places.length > mostNamed ? '--format json lists them' : places.join(', ')
  return [`${where}: \`facts.problem.code == "none"\` was added before the expectations of ${what} (${names})`]
}

/** The same for programs, check by check and runbook by runbook. */
export function validateJson({ packs, runbooks, alerts, waivers, builtIn }: Answer): string {
  const checkOf = ({ id, position, hasAddedGuard }: CheckDefinition) => ({ id, position, hasAddedGuard })
  const document = {
    packs: packs.map(({ system, checks }) => ({ system, checks: checks.map(checkOf) })),
    runbooks: runbooks.map((runbook) => ({
      id: runbook.id,
      position: runbook.position,
      addedGuards: addedGuards(runbook),
    })),
    alerts: alerts.map(({ id, position }) => ({ id, position })),
    waivers: waivers ?? null,
    ...(builtIn === undefined ? {} : { builtIn }),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
