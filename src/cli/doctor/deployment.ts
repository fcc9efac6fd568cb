import { messageOf, PreflightError, DefinitionsError, formatPosition } from '../../base/errors.js'
import { isThere } from '../../base/files/state-folder.js'
import { counted } from '../../base/text/wording.js'
import { waysToNameIt } from '../../checks/environment/choose-environment.js'
import { needOf, variablesRead } from '../../checks/environment/variables-read.js'
import { namedEnvironment, readWritten, type GroundOptions } from '../../checks/ground.js'
import type { Configuration } from '../../checks/load/configuration.js'
import { selectedOf } from '../../checks/plan/selected-of.js'
import {
  configurationFileOf,
  noConfiguration,
  readConfiguration,
  type SelectionOptions,
} from '../../checks/settings.js'
import { readTestedEnvironment, sourceTitles } from '../../environment/tested-environment.js'
import { validateDefinitions } from '../validate-definitions.js'
import { missing, ok, warning, type DoctorFinding } from './doctor-finding.js'

export interface DoctorOptions extends GroundOptions {
  readonly selection: SelectionOptions
  readonly runbooks: readonly string[]
  /** Ids of the runbooks whose programs must be there too. */
  readonly runbookIds: readonly string[]
  /** The folder that --state names. */
  readonly state: string | undefined
}

/** The deployment file as far as it can be read; what is wrong with it is found by `definitionsFinding`. */
export async function configurationOf(options: DoctorOptions): Promise<Configuration> {
  try {
    return await readConfiguration(options)
  } catch (error) {
    if (error instanceof PreflightError) return noConfiguration
    throw error
  }
}

/** All that `preflight validate` looks at. */
export async function definitionsFinding(options: DoctorOptions): Promise<DoctorFinding> {
  const file = configurationFileOf(options)
  const name = 'deployment file'
  const source = { definitions: options, runbooks: options.runbooks, alerts: [] }
  try {
    const { packs, runbooks, alerts, waivers } = await validateDefinitions(source)
    const checks = packs.flatMap((pack) => pack.checks).length
    const counts = [
      `${counted(checks, 'check')} (${packs.map(({ system }) => system).join(', ') || 'no pack'})`,
      counted(runbooks.length, 'runbook'),
      ...(alerts.length === 0 ? [] : [counted(alerts.length, 'alert')]),
      ...(waivers === undefined ? [] : [counted(waivers, 'waiver')]),
    ].join(', ')
    return (await isThere(file))
      ? ok(name, `${file} is valid: ${counts}`)
      : ok(name, `no ${file} here, \`preflight init\` writes one; valid: ${counts}`)
  } catch (error) {
    return missing(name, problemOf(error), '`preflight validate` lists every problem')
  }
}

/** @throws what is neither the user's nor a file's fault */
function problemOf(error: unknown): string {
  if (!(error instanceof PreflightError)) throw error
  if (!(error instanceof DefinitionsError)) return messageOf(error)
  const [first] = error.diagnostics
  const more = error.diagnostics.length - 1
  if (first === undefined) return messageOf(error)
  return `${formatPosition(first.position)}: ${first.message}${more > 0 ? `, and ${counted(more, 'more problem')}` : ''}`
}

/** Whether it is said where the environment under test comes from, and it is there. No value of it is shown. */
export async function environmentFinding(options: DoctorOptions, configuration: Configuration): Promise<DoctorFinding> {
  const name = 'environment'
  const named = namedEnvironment(options.environment, configuration)
  if (named !== undefined) {
    const titles = sourceTitles(named).join(', ')
    try {
      return ok(name, `${titles}: ${counted((await readTestedEnvironment(named)).names().length, 'variable')}`)
    } catch (error) {
      return missing(name, `${titles}: ${problemOf(error)}`, 'mend it, or name another')
    }
  }
  const { definitions, written } = await readWritten(options, configuration)
  const { checks } = selectedOf(definitions, options.selection, configuration)
  const need = needOf(
    variablesRead(
      checks.map(({ definition }) => definition),
      definitions,
      written,
    ),
  )
  return need === undefined ? ok(name, 'none is needed') : warning(name, `not named, and ${need}`, waysToNameIt)
}
