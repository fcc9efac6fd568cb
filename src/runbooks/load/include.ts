import { suggestionHint } from '../../base/text/wording.js'
import type { Position } from '../../base/errors.js'
import type { ParameterDefinition, RunbookDefinition } from '../definition/runbook-definition.js'
import { cyclesOf } from '../../checks/load/selection-file.js'
import {
  type Problems,
  nodeAt,
  plainValue,
  type Path,
  type YamlEntry,
  type YamlNode,
} from '../../definitions/yaml-node.js'
import type { TemplateLeaf } from '../../definitions/template/compile-template.js'
import { typeIsOneOf } from '../../definitions/template/segments.js'
import { secretAmong } from './step-names.js'
import { parameterComplaint } from './parameter-value.js'
import { parameterCelTypes } from './compile-parameters.js'

/** A step that carries out another runbook, as it is in the file. */
export interface Include {
  readonly id: string
  readonly position: Position
  /** What it hands over. */
  readonly parameters: YamlNode | undefined
  /** Where expressions are in the step's input. */
  readonly leaves: readonly TemplateLeaf[]
}

/** A runbook as far as others depend on it, however many mistakes it has. */
export interface RunbookDraft {
  readonly id: string
  readonly isChecklist: boolean
  readonly parameters: readonly ParameterDefinition[]
  /** Of its parameters, those with a mistake included. */
  readonly parameterNames: readonly string[]
  readonly includes: readonly Include[]
  /** `undefined` when there is any mistake. */
  readonly definition: RunbookDefinition | undefined
}

/** The id of the runbook that a step names, and what it hands over; `undefined` where it names none. */
export function includeOf(node: YamlNode, leaves: readonly TemplateLeaf[]): Include | undefined {
  const id = node.kind === 'map' ? nodeAt(node, ['id']) : node
  if (id?.kind !== 'scalar' || typeof id.value !== 'string') return undefined
  return { id: id.value, position: id.position, parameters: nodeAt(node, ['parameters']), leaves }
}

/**
 * Judges what runbooks need of each other: that the other exists, that none includes itself, that what is handed over
 * is what the other takes.
 *
 * @param known every id there is, also of a file that could not be read
 */
export function judgeIncludes(
  drafts: ReadonlyMap<string, RunbookDraft>,
  known: ReadonlySet<string>,
  problems: Problems,
): void {
  const graph = new Map([...drafts].map(([id, { includes }]) => [id, { needs: includes }]))
  for (const cycle of cyclesOf(graph)) {
    const closing = graph.get(cycle[0]!)!.needs.find((include) => include.id === cycle[1])!
    problems.report(closing.position, 'cycle', `these runbooks include each other in a circle: ${cycle.join(' → ')}`)
  }
  for (const draft of drafts.values()) {
    for (const include of draft.includes) {
      const other = drafts.get(include.id)
      if (other !== undefined) judgeInclude(include, draft, other, problems)
      else if (!known.has(include.id))
        problems.report(
          include.position,
          'unknown-runbook',
          `unknown runbook ${include.id}`,
          suggestionHint(include.id, known),
        )
    }
  }
}

function judgeInclude(
  { parameters, position, leaves }: Include,
  draft: RunbookDraft,
  other: RunbookDraft,
  problems: Problems,
): void {
  if (other.isChecklist)
    problems.report(
      position,
      'checklist',
      `${other.id} is a checklist, which cannot be part of another runbook`,
      'run it by itself',
    )
  if (parameters?.kind === 'scalar') {
    problems.report(parameters.position, 'wrong-type', `the parameters of ${other.id} must be named one by one`)
    return
  }
  const given: ReadonlyMap<string, YamlEntry> = parameters?.kind === 'map' ? parameters.entries : new Map()
  for (const [name, entry] of given) {
    const parameter = other.parameters.find((each) => each.name === name)
    if (parameter !== undefined)
      judgeHandedOver(parameter, entry.value, leavesBelow(leaves, ['parameters', name]), draft, other, problems)
    else if (!other.parameterNames.includes(name))
      problems.report(
        entry.position,
        'unknown-parameter',
        `${other.id} has no parameter ${name}`,
        suggestionHint(name, other.parameterNames),
      )
  }
  for (const { name, default: fallback } of other.parameters) {
    if (fallback === undefined && !given.has(name))
      problems.report(position, 'missing-parameter', `${other.id} requires the parameter ${name}`)
  }
}

function leavesBelow(leaves: readonly TemplateLeaf[], start: Path): readonly TemplateLeaf[] {
  return leaves.filter(({ path }) => start.every((step, index) => path[index] === step))
}

function judgeHandedOver(
  parameter: ParameterDefinition,
  node: YamlNode,
  leaves: readonly TemplateLeaf[],
  draft: RunbookDraft,
  other: RunbookDraft,
  problems: Problems,
): void {
  const name = `the parameter ${parameter.name} of ${other.id}`
  const whole = leaves.find((leaf) => leaf.node === node)
  if (parameter.type === 'secret') {
    if (whole === undefined)
      problems.report(node.position, 'secret-place', `${name} is a secret, which cannot be written here`)
  } else {
    for (const leaf of leaves) {
      const secret = secretAmong(leaf.references, draft.parameters)
      if (secret !== undefined)
        problems.report(leaf.node.position, 'secret-place', `params.${secret} is a secret, but ${name} is not`)
    }
  }
  const complaint = whole === undefined ? writtenComplaint(parameter, node, leaves) : typeComplaint(parameter, whole)
  if (complaint !== undefined) problems.report(node.position, 'parameter-value', `${name} ${complaint}`)
}

function typeComplaint({ type }: ParameterDefinition, leaf: TemplateLeaf): string | undefined {
  const expected = parameterCelTypes(type)
  return leaf.type === undefined || typeIsOneOf(leaf.type, expected)
    ? undefined
    : `must be ${expected.join(' or ')}, but the expression gives ${leaf.type}`
}

/**
 * Of a value that is written out. Items of a list that expressions fill are judged by their type; their values are left
 * to the run.
 */
function writtenComplaint(
  parameter: ParameterDefinition,
  node: YamlNode,
  leaves: readonly TemplateLeaf[],
): string | undefined {
  if (parameter.type === 'secret') return undefined
  const filled = new Map(leaves.map((leaf) => [leaf.node, leaf]))
  const value = plainValue(node, (scalar) => {
    const leaf = filled.get(scalar)
    if (leaf === undefined) return scalar.value
    return leaf.type === undefined || typeIsOneOf(leaf.type, ['string']) ? 'filled' : undefined
  })
  return parameterComplaint(parameter, value)
}
