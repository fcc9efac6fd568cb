import { inheritedVariables } from '../base/own-environment.js'
import { readEnvironmentSources } from './sources/read-source.js'
import { DefinitionsError, type Diagnostic } from '../base/errors.js'
import { sourceOptions, sourceTitle, type EnvironmentSource } from './environment-source.js'
import { TestedEnvironment, type TestedVariable } from './environment.js'
import { readProcessEnvironment } from './sources/process-environment.js'

export interface EnvironmentOptions {
  /** The later ones win. */
  readonly files: readonly EnvironmentSource[]
  readonly pid: number | undefined
  /** Whether this process's own variables are beneath all of them. */
  readonly inherit: boolean
}

/** No source at all. */
export const noEnvironment: EnvironmentOptions = Object.freeze({ files: [], pid: undefined, inherit: false })

/** Whether anybody said where the environment under test comes from. */
export function isEnvironmentNamed({ files, pid, inherit }: EnvironmentOptions): boolean {
  return files.length > 0 || pid !== undefined || inherit
}

/** Every source as reports name it, in the order in which the later one wins. */
export function sourceTitles({ files, pid, inherit }: EnvironmentOptions): readonly string[] {
  return [
    ...(inherit ? ['this shell (--inherit-env)'] : []),
    ...(pid === undefined ? [] : [`process ${pid}`]),
    ...files.map(sourceTitle),
  ]
}

/** The flags that name them again: `--env-file prod.env --inherit-env`. */
export function environmentFlagsOf({ files, pid, inherit }: EnvironmentOptions): readonly string[] {
  return [
    ...sourceOptions(files),
    ...(pid === undefined ? [] : ['--env-pid', String(pid)]),
    ...(inherit ? ['--inherit-env'] : []),
  ]
}

/**
 * The environment under test: this process's own variables where --inherit-env says so, over them a running process's,
 * then each source; empty when none was named. A variable that a source sets to what is unknown must be set by a later
 * one.
 *
 * @throws UsageError when a file or a process cannot be read; DefinitionsError when a source is wrong, or a value stays
 *   unknown
 */
export async function readTestedEnvironment(options: EnvironmentOptions): Promise<TestedEnvironment> {
  const inherited = options.inherit ? inheritedVariables() : {}
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
