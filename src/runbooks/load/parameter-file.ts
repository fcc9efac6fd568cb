import { DefinitionsError } from '../../base/definitions-error.js'
import { Problems } from '../../definitions/problems.js'
import { readSourceFile } from '../../definitions/source-file.js'
import { plainValue } from '../../definitions/yaml-node.js'

/**
 * Reads a file of parameters: one YAML (or JSON) mapping of names to values.
 *
 * @throws DefinitionsError when it is anything else
 */
export async function readParameterFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const problems = new Problems()
  const root = await readSourceFile(path, path, problems)
  if (root !== undefined && root.kind !== 'map')
    problems.report(root.position, 'wrong-type', 'a file of parameters is a mapping of names to values')
  const diagnostics = problems.sorted()
  if (root?.kind !== 'map' || diagnostics.length > 0) throw new DefinitionsError(diagnostics)
  return plainValue(root) as Readonly<Record<string, unknown>>
}
