import { isOfOutputType, outputTypes, type OutputType } from '../definition/runbook-vocabulary.js'
import type { StepKind } from '../definition/step-kind.js'
import { withArticle } from '../../base/text/wording.js'
import type { Capture } from '../definition/runbook-definition.js'
import type { Position } from '../../base/errors.js'
import { inputNamePattern } from '../../checks/load/definition-schema.js'
import { reportConcealed } from '../../engine/load/concealment.js'
import {
  type Problems,
  nodeAt,
  plainValue,
  positionInText,
  type YamlMap,
  type YamlNode,
} from '../../definitions/yaml-node.js'
import type { TemplateLeaf } from '../../definitions/template/compile-template.js'
import { typeIsOneOf } from '../../definitions/template/segments.js'
import {
  compilerFor,
  outputCelTypes,
  refuseSecrets,
  type ActionFacts,
  type Names,
  type StepOutputs,
} from './step-names.js'

/** The outputs that a step captures of its facts. */
export function compileCapture(
  kind: StepKind,
  map: YamlMap,
  facts: ActionFacts,
  names: Names,
  problems: Problems,
): readonly Capture[] {
  const node = nodeAt(map, ['capture'])
  if (node?.kind !== 'map') return []
  const compiler = compilerFor(names, facts)
  return [...node.entries].flatMap(([name, entry]) => {
    refuseOutputName(name, entry.position, problems)
    const declared = nodeAt(entry.value, ['type'])
    const source = nodeAt(entry.value, ['value'])
    if (
      declared?.kind !== 'scalar' ||
      !isOutputType(declared.value) ||
      source?.kind !== 'scalar' ||
      typeof source.value !== 'string'
    )
      return []
    const type = declared.value
    if (type === 'secret') refuseSecretOf(kind, map, declared.position, problems)
    const value = compiler.compile({ text: source.value, at: (offset) => positionInText(source, offset) }, problems)
    if (value === undefined) return []
    refuseSecrets(value.references, names, source.position, 'an output', problems)
    reportConcealed(value.references, facts.concealed ?? {}, source.position, problems)
    if (!typeIsOneOf(value.type, outputCelTypes[type]))
      problems.report(
        source.position,
        'output-type',
        `the expression gives ${value.type}, but ${name} is of type ${type}`,
      )
    return [{ name, type, value }]
  })
}

/** A kind whose facts are needed later, or go through a file, cannot give a secret. */
function refuseSecretOf(kind: StepKind, map: YamlMap, position: Position, problems: Problems): void {
  const input = nodeAt(map, [kind.kind])
  const reason =
    kind.secretProblem === undefined
      ? `${withArticle(`step of kind ${kind.kind}`)} cannot capture a secret`
      : kind.secretProblem(input === undefined ? undefined : plainValue(input))
  if (reason !== undefined) problems.report(position, 'secret-output', reason)
}

/** The outputs that a step of values gives, each of the type it declares. */
export function compileValues(
  node: YamlNode,
  map: YamlMap,
  leaves: readonly TemplateLeaf[],
  problems: Problems,
): readonly Capture[] {
  const capture = map.entries.get('capture')
  if (capture !== undefined)
    problems.report(capture.position, 'unknown-key', 'the values of this step are already its outputs')
  if (node.kind !== 'map' || node.entries.size === 0) {
    problems.report(node.position, 'no-values', 'the values must be named one by one, but there are none')
    return []
  }
  return [...node.entries].flatMap(([name, entry]) => {
    refuseOutputName(name, entry.position, problems)
    const type = nodeAt(entry.value, ['type'])
    const value = nodeAt(entry.value, ['value'])
    if (type?.kind !== 'scalar' || !isOutputType(type.value)) return []
    if (type.value === 'secret')
      problems.report(type.position, 'secret-output', 'a value cannot be a secret: capture it where it comes from')
    if (value !== undefined) judgeValue(name, type.value, value, leaves, problems)
    const source = `facts.values.${name}`
    return [
      {
        name,
        type: type.value,
        value: {
          source,
          references: [source],
          evaluate: ({ facts }) => (facts as { readonly values: Readonly<Record<string, unknown>> }).values[name],
        },
      },
    ]
  })
}

function judgeValue(
  name: string,
  type: OutputType,
  node: YamlNode,
  leaves: readonly TemplateLeaf[],
  problems: Problems,
): void {
  const whole = leaves.find((leaf) => leaf.node === node)
  if (whole === undefined) {
    if (!isOfOutputType(plainValue(node), type))
      problems.report(node.position, 'output-type', `the value is not of type ${type}, as ${name} is declared`)
  } else if (whole.type !== undefined && !typeIsOneOf(whole.type, outputCelTypes[type])) {
    problems.report(node.position, 'output-type', `the expression gives ${whole.type}, but ${name} is of type ${type}`)
  }
}

function refuseOutputName(name: string, position: Position, problems: Problems): void {
  if (!inputNamePattern.test(name))
    problems.report(
      position,
      'output-name',
      `${name} cannot be the name of an output: use lower-case letters, digits and _`,
    )
}

function isOutputType(value: unknown): value is OutputType {
  return outputTypes.some((type) => type === value)
}

/**
 * Every output that is captured by steps and by the alternatives below them, by what the file declares; one whose type
 * is none is `any`. All of it is judged where each is compiled.
 */
export function declaredOutputs(items: readonly YamlNode[], valueKinds: readonly string[]): StepOutputs {
  const outputs = new Map<string, OutputType>()
  const declare = (node: YamlNode | undefined): void => {
    if (node?.kind !== 'map') return
    for (const [name, entry] of node.entries) {
      const type = nodeAt(entry.value, ['type'])
      outputs.set(name, type?.kind === 'scalar' && isOutputType(type.value) ? type.value : 'any')
    }
  }
  const visit = (steps: readonly YamlNode[]): void => {
    for (const step of steps) {
      declare(nodeAt(step, ['capture']))
      for (const kind of valueKinds) declare(nodeAt(step, [kind]))
      if (step.kind === 'map') for (const { value } of step.entries.values()) visitAlternatives(value)
    }
  }
  const visitAlternatives = (node: YamlNode): void => {
    const options = nodeAt(node, ['options'])
    if (options?.kind !== 'map') return
    for (const { value } of options.entries.values()) {
      const steps = nodeAt(value, ['steps'])
      if (steps?.kind === 'list') visit(steps.items)
    }
  }
  visit(items)
  return outputs
}
