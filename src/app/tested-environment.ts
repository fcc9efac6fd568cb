import { inheritedVariables } from '../kernel/surroundings.js'
import { readEnvironmentFile } from '../load/environment-file.js'
import { readProcessEnvironment } from '../load/process-environment.js'
import { DefinitionsError } from '../model/definitions-error.js'
import { TestedEnvironment } from '../model/environment.js'

export interface EnvironmentOptions {
  readonly files: readonly string[]
  readonly pid: number | undefined
  readonly inherit: boolean
}

/**
 * The environment under test: a running process's, then each file over it; this process's own only where neither was named,
 * or beneath them where --inherit-env says so.
 *
 * @throws UsageError when a file or a process cannot be read; DefinitionsError when a file has a line that is no assignment
 */
export async function readTestedEnvironment(options: EnvironmentOptions): Promise<TestedEnvironment> {
  const isInherited = options.inherit || (options.files.length === 0 && options.pid === undefined)
  const inherited = isInherited ? TestedEnvironment.of(inheritedVariables()).entries() : []
  const process = options.pid === undefined ? [] : await readProcessEnvironment(options.pid)
  const files = await Promise.all(options.files.map(readEnvironmentFile))
  const diagnostics = files.flatMap((file) => file.diagnostics)
  if (diagnostics.length > 0) throw new DefinitionsError(diagnostics)
  return new TestedEnvironment([...inherited, ...process, ...files.flatMap((file) => file.variables)])
}
