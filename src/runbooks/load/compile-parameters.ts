import type { FactType } from '../../base/facts.js'
import type { ParameterDefinition } from '../definition/runbook-definition.js'
import { inputNamePattern } from '../../checks/load/definition-schema.js'
import { expressionCompiler } from '../../definitions/expression/compile-expression.js'
import { compilePattern, PatternError } from '../../definitions/pattern.js'
import {
  type Problems,
  plainValue,
  positionAt,
  type YamlEntry,
  type YamlMap,
  type YamlNode,
} from '../../definitions/yaml-node.js'
import { reportIssues } from '../../definitions/schema-problems.js'
import { compileTemplate } from '../../definitions/template/compile-template.js'
import { typeIsOneOf } from '../../definitions/template/segments.js'
import { factTypeOfParameter, parameterComplaint } from './parameter-value.js'
import { parameterSchema } from './runbook-schema.js'

interface RunbookParameters {
  readonly definitions: readonly ParameterDefinition[]
  /** All that are declared, those with a mistake included. */
  readonly names: readonly string[]
  /** As expressions see them; one whose declaration is wrong is `any`, so that its mistake is reported only once. */
  readonly type: FactType
}

/** The parameters that a runbook declares, their defaults compiled. */
export function compileParameters(section: ReadonlyMap<string, YamlEntry>, problems: Problems): RunbookParameters {
  const fields: Record<string, FactType> = {}
  const definitions: ParameterDefinition[] = []
  for (const [name, entry] of section) {
    if (!inputNamePattern.test(name))
      problems.report(
        entry.position,
        'parameter-name',
        `${name} cannot be the name of a parameter: use lower-case letters, digits and _`,
      )
    const above: FactType = { type: 'object', fields: { ...fields } }
    const definition = compileParameter(name, entry, above, definitions, problems)
    fields[name] = definition === undefined ? { type: 'any' } : factTypeOfParameter(definition)
    if (definition !== undefined) definitions.push(definition)
  }
  return { definitions, names: [...section.keys()], type: { type: 'object', fields } }
}

function compileParameter(
  name: string,
  { position, value }: YamlEntry,
  above: FactType,
  before: readonly ParameterDefinition[],
  problems: Problems,
): ParameterDefinition | undefined {
  const parsed = parameterSchema.safeParse(plainValue(value))
  reportIssues(parsed.error?.issues ?? [], value, parameterSchema, problems)
  if (!parsed.success || value.kind !== 'map') return undefined
  const { type, description, values, minimum, maximum, variable } = parsed.data
  const misplaced = (key: string, belongsTo: string): void => {
    const entry = value.entries.get(key)
    if (entry !== undefined)
      problems.report(
        entry.position,
        'parameter-field',
        `${key} belongs to a parameter of type ${belongsTo}, but ${name} is of type ${type}`,
      )
  }
  if (type !== 'enum') misplaced('values', 'enum')
  else if (values === undefined) problems.report(position, 'missing-key', 'values is missing')
  else judgeValues(values, value, problems)
  if (type !== 'string') misplaced('pattern', 'string')
  if (type !== 'integer' && type !== 'number')
    ['minimum', 'maximum'].forEach((key) => misplaced(key, 'integer or number'))
  if (type !== 'secret') misplaced('variable', 'secret')
  if (type === 'secret') {
    const entry = value.entries.get('default')
    if (entry !== undefined)
      problems.report(
        entry.position,
        'secret-default',
        `a secret cannot have a default: it would be readable in the file`,
      )
  }
  if (minimum !== undefined && maximum !== undefined && minimum > maximum)
    problems.report(
      positionAt(value, ['maximum']),
      'parameter-bounds',
      `no value of ${name} can be at least ${minimum} and at most ${maximum}`,
    )
  const pattern = compilePatternOf(value.entries.get('pattern')?.value, parsed.data.pattern, problems)
  const typed = { type, values, pattern, minimum, maximum }
  const node = value.entries.get('default')?.value
  const fallback =
    node === undefined || type === 'secret' ? undefined : compileDefault(typed, name, node, above, before, problems)
  return Object.freeze({ name, ...typed, description, variable, default: fallback, position })
}

/** What could never be given, because the rules for text refuse it, and what is there twice. */
function judgeValues(values: readonly string[], map: YamlMap, problems: Problems): void {
  for (const [index, value] of values.entries()) {
    const complaint =
      values.indexOf(value) < index
        ? 'is named twice'
        : parameterComplaint(
            { type: 'enum', values, pattern: undefined, minimum: undefined, maximum: undefined },
            value,
          )
    if (complaint !== undefined)
      problems.report(positionAt(map, ['values', index]), 'parameter-values', `${value} ${complaint}`)
  }
}

function compilePatternOf(
  node: YamlNode | undefined,
  source: string | undefined,
  problems: Problems,
): ParameterDefinition['pattern'] {
  if (node === undefined || source === undefined) return undefined
  try {
    // By itself first: two halves that only close and open the group around them would match anything that begins or
    // ends well.
    compilePattern(source)
    const compiled = compilePattern(`^(?:${source})$`)
    return { source, matches: (text) => !text.includes('\n') && compiled.matches(text) }
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    problems.report(node.position, 'pattern', error.message)
    return undefined
  }
}

function compileDefault(
  typed: Parameters<typeof parameterComplaint>[0],
  name: string,
  node: YamlNode,
  above: FactType,
  before: readonly ParameterDefinition[],
  problems: Problems,
) {
  const template = compileTemplate(node, expressionCompiler({ params: above, inputs: { type: 'any' } }), problems)
  const [leaf] = template.leaves
  const secret = template.references.find((reference) =>
    before.some((each) => each.type === 'secret' && reference === `params.${each.name}`),
  )
  if (secret !== undefined)
    problems.report(node.position, 'secret-place', `${secret} is a secret, which a default must not contain`)
  if (template.leaves.length === 0) {
    const complaint = parameterComplaint(typed, plainValue(node))
    if (complaint !== undefined)
      problems.report(node.position, 'parameter-default', `the default of ${name} ${complaint}`)
  } else if (
    leaf !== undefined &&
    leaf.path.length === 0 &&
    leaf.type !== undefined &&
    !typeIsOneOf(leaf.type, parameterCelTypes(typed.type))
  ) {
    problems.report(
      node.position,
      'parameter-default',
      `the default of ${name} is of type ${leaf.type}, but the parameter is of type ${typed.type}`,
    )
  }
  return template
}

/** CEL types that a parameter of a type may be given by an expression. */
export function parameterCelTypes(type: ParameterDefinition['type']): readonly string[] {
  const types: Partial<Record<ParameterDefinition['type'], readonly string[]>> = {
    integer: ['int'],
    number: ['double', 'int'],
    boolean: ['bool'],
    list: ['list'],
  }
  return types[type] ?? ['string']
}
