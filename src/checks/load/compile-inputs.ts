import type { InputDefinition, CheckNames } from '../../definitions/expression/expression.js'
import type { FactType } from '../../base/facts.js'
import { formatPosition, type Position } from '../../base/errors.js'
import type { VariableDeclaration } from '../../environment/variable-reading.js'
import { suggestionHint, withArticle } from '../../base/text/wording.js'
import { reportAddressed, reportLookedAt, type Declared } from '../../engine/load/concealment.js'
import { inputNamePattern, inputSchema } from './definition-schema.js'
import { expressionCompiler } from '../../definitions/expression/compile-expression.js'
import { factTypeOfInput, inputComplaint } from './resolve-inputs.js'
import type { PackSource } from './pack-source.js'
import { type Problems, plainValue, type YamlEntry, type YamlNode } from '../../definitions/yaml-node.js'
import { judgeBySchema, reportIssues } from '../../definitions/schema-problems.js'
import { compileTemplate, type CompiledTemplate } from '../../definitions/template/compile-template.js'
import { typeIsOneOf } from '../../definitions/template/segments.js'

interface SystemInputs {
  readonly definitions: readonly InputDefinition[]
  /** As expressions see them; one whose declaration is wrong is `any`, so that its mistake is reported only once. */
  readonly type: FactType
}

type Shared = Omit<CheckNames, 'facts' | 'inputs'>

/**
 * The inputs that a system's files declare, each once, their defaults compiled.
 *
 * @param variables what the system declares of its variables; `undefined` where a file that may declare others could
 *   not be read
 */
export function collectInputs(
  system: string,
  sources: readonly PackSource[],
  shared: Shared,
  variables: Readonly<Record<string, VariableDeclaration>> | undefined,
  problems: Problems,
): SystemInputs {
  const places = new Map<string, Position>()
  const all: Record<string, FactType> = {}
  const definitions: InputDefinition[] = []
  for (const source of sources) {
    // A default reads the inputs above it in its own file only: what it depends on is then in front of the reader.
    const above: Record<string, FactType> = {}
    for (const [name, entry] of source.inputs) {
      const before = places.get(name)
      if (before !== undefined) {
        problems.report(entry.position, 'duplicate-input', `${name} is already declared at ${formatPosition(before)}`)
        continue
      }
      places.set(name, entry.position)
      if (!inputNamePattern.test(name))
        problems.report(
          entry.position,
          'input-name',
          `${name} cannot be the name of an input: use lower-case letters, digits and _`,
        )
      const definition = readInput(
        system,
        name,
        entry,
        { ...shared, inputs: { type: 'object', fields: { ...above } } },
        variables === undefined ? undefined : { variables, inputs: definitions },
        problems,
      )
      all[name] = above[name] = definition === undefined ? { type: 'any' } : factTypeOfInput(definition)
      if (definition !== undefined) definitions.push(definition)
    }
  }
  return { definitions, type: { type: 'object', fields: all } }
}

function readInput(
  system: string,
  name: string,
  { position, value }: YamlEntry,
  names: CheckNames,
  declared: Declared | undefined,
  problems: Problems,
): InputDefinition | undefined {
  const parsed = judgeBySchema(inputSchema, plainValue(value))
  reportIssues(parsed.error?.issues ?? [], value, inputSchema, problems)
  if (!parsed.success || value.kind !== 'map') return undefined
  const { type, description, values, secret = false } = parsed.data
  if (values !== undefined && type !== 'string')
    problems.report(
      position,
      'input-values',
      `only an input of type string can have a list of values`,
      suggestionHint(type, ['string']),
    )
  const node = value.entries.get('default')?.value
  const fallback = node === undefined ? undefined : compileDefault({ type, values }, name, node, names, problems)
  if (declared !== undefined) {
    reportLookedAt(fallback?.lookedAt ?? [], declared, problems)
    reportAddressed(fallback?.addressed ?? [], declared, problems)
  }
  return Object.freeze({
    name,
    system,
    type,
    description,
    values,
    secret,
    default: fallback,
    tellsOf: fallback?.inspected ?? [],
    opens: fallback?.open ?? [],
    position,
  })
}

function compileDefault(
  typed: Pick<InputDefinition, 'type' | 'values'>,
  name: string,
  node: YamlNode,
  names: CheckNames,
  problems: Problems,
): CompiledTemplate {
  const template = compileTemplate(node, expressionCompiler(names), problems)
  const [leaf] = template.leaves
  if (template.leaves.length === 0) {
    const complaint = inputComplaint(typed, plainValue(node))
    if (complaint !== undefined) problems.report(node.position, 'input-default', `the default of ${name} ${complaint}`)
  } else if (
    leaf !== undefined &&
    leaf.path.length === 0 &&
    leaf.type !== undefined &&
    !typeIsOneOf(leaf.type, celTypesOf(typed))
  ) {
    problems.report(
      node.position,
      'input-default',
      `the default of ${name} is of type ${leaf.type}, and the input is ${withArticle(typed.type)}`,
    )
  }
  return template
}

function celTypesOf({ type }: Pick<InputDefinition, 'type'>): readonly string[] {
  switch (type) {
    case 'integer':
      return ['int']
    case 'number':
      return ['double', 'int']
    case 'boolean':
      return ['bool']
    case 'list':
      return ['list']
    default:
      return ['string']
  }
}
