import { inheritedVariables } from '../base/own-environment.js'
import { readProcessEnvironment } from './sources/process-environment.js'
import { readEnvironmentSources } from './sources/read-source.js'
import { DefinitionsError } from '../base/definitions-error.js'
import type { EnvironmentSource } from './environment-source.js'
import { TestedEnvironment, type TestedVariable } from './environment.js'
import type { Diagnostic } from '../base/position.js'

export interface EnvironmentOptions {
  /** The later ones win. */
  readonly files: readonly EnvironmentSource[]
  readonly pid: number | undefined
  readonly inherit: boolean
}

/**
 * The environment under test: a running process's, then each source over it; this process's own only where neither was
 * named,
 * or beneath them where --inherit-env says so. A variable that a source sets to what nobody can tell must be set by a
 * later one.
 *
 * @throws UsageError when a file or a process cannot be read; DefinitionsError when a source is wrong, or a value stays
 *   unknown
 */
export async function readTestedEnvironment(options: EnvironmentOptions): Promise<TestedEnvironment> {
  const isInherited = options.inherit || (options.files.length === 0 && options.pid === undefined)
  const inherited = isInherited ? inheritedVariables() : {}
  const process = options.pid === undefined ? [] : await readProcessEnvironment(options.pid)
  const shell = options.inherit ? new Map(Object.entries(inherited)) : undefined
  const sources = await readEnvironmentSources(options.files, shell)
  const diagnostics = sources.flatMap((source) => source.diagnostics)

  const variables: (readonly [string, TestedVariable])[] = [...TestedEnvironment.of(inherited).entries(), ...process]
  const unknown = new Map<string, Diagnostic>()
  for (const source of sources) {
    for (const [name, reason] of source.unknown) unknown.set(name, reason)
    for (const [name, variable] of source.variables) {
      variables.push([name, variable])
      unknown.delete(name)
    }
  }
  const problems = [...diagnostics, ...unknown.values()]
  if (problems.length > 0) throw new DefinitionsError(problems)
  return new TestedEnvironment(variables, [...new Set(sources.flatMap((source) => source.notices))])
}
