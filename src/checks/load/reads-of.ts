import type { InputDefinition } from '../../definitions/expression/expression.js'
import type { CompiledTemplate } from '../../definitions/template/compile-template.js'
import type { YamlNode } from '../../definitions/yaml-node.js'
import { writtenInput } from '../../engine/load/probe-call.js'
import type { Probe } from '../../engine/probe.js'

/**
 * The inputs and variables behind references, those of the inputs' own defaults included.
 *
 * @param givenReads what the value that an input is given reads; `undefined` for one that takes its default
 */
export function readsOf(
  references: readonly string[],
  definitions: readonly InputDefinition[],
  givenReads: (input: string) => readonly string[] | undefined = () => undefined,
): { inputs: readonly string[]; variables: readonly string[] } {
  const inputs = new Set<string>()
  const variables = new Set<string>()
  const follow = (reference: string): void => {
    const [root, name] = reference.split('.')
    if (name === undefined) return
    if (root === 'vars' || root === 'env') variables.add(name)
    if (root !== 'inputs' || inputs.has(name)) return
    inputs.add(name)
    const byDefault = definitions.find((definition) => definition.name === name)?.default?.references ?? []
    for (const behind of givenReads(name) ?? byDefault) follow(behind)
  }
  references.forEach(follow)
  return { inputs: Object.freeze([...inputs]), variables: Object.freeze([...variables]) }
}

/**
 * The variables that a driver reads by itself where no expression of the input reads any: beside a literal URL, or one
 * of an input. Otherwise an environment is needed anyway, and what the URL leaves to the driver is in it.
 */
export function readsOfDriver(
  probe: Probe,
  node: YamlNode,
  { references }: CompiledTemplate,
  definitions: readonly InputDefinition[],
): readonly string[] {
  return readsOf(references, definitions).variables.length > 0 ? [] : (probe.variables?.(writtenInput(node)) ?? [])
}
