import { suggestionHint } from '../../base/text/wording.js'
import type { ParameterDefinition } from '../definition/runbook-definition.js'
import { type Problems, nodeAt, type YamlMap, type YamlNode } from '../../definitions/yaml-node.js'
import { hasTemplate } from '../../definitions/template/segments.js'

/** One parameter and nothing else. */
const parameterAlone = /^\s*\$\{\{\s*params\.([a-z0-9_]+)\s*\}\}\s*$/

/**
 * Judges what decides between alternatives, as far as it is known before a run: a name that is written out, and every
 * value that an enumerated parameter can have.
 *
 * @returns the alternatives; `undefined` where they are not written out, which is reported
 */
export function judgeChoice(
  node: YamlNode,
  parameters: readonly ParameterDefinition[],
  problems: Problems,
): YamlMap | undefined {
  const options = nodeAt(node, ['options'])
  if (options?.kind !== 'map') {
    // Of a mapping without them the kind's own schema tells.
    const place = node.kind === 'map' ? options : node
    if (place?.kind === 'scalar' && typeof place.value === 'string' && hasTemplate(place.value))
      problems.report(
        place.position,
        'wrong-type',
        'the alternatives must be written out; they cannot come from an expression',
      )
    return undefined
  }
  const by = nodeAt(node, ['by'])
  if (by?.kind !== 'scalar' || typeof by.value !== 'string' || by.value === '') return options
  const known = [...options.entries.keys()]
  const named = parameterAlone.exec(by.value)?.[1]
  const parameter = named === undefined ? undefined : parameters.find(({ name }) => name === named)
  const possible = parameter === undefined ? (hasTemplate(by.value) ? [] : [by.value]) : (parameter.values ?? [])
  for (const value of possible) {
    if (known.includes(value)) continue
    const message =
      parameter === undefined
        ? `unknown alternative ${value}`
        : `params.${parameter.name} may be ${value}, which is not one of the alternatives`
    problems.report(
      by.position,
      'unknown-alternative',
      message,
      suggestionHint(value, known) ?? `the alternatives are ${known.join(', ')}`,
    )
  }
  return options
}
