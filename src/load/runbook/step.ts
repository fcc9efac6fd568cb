import { parseDuration } from '../../kernel/duration.js'
import { suggestionHint } from '../../kernel/suggestion.js'
import type { Position } from '../../model/position.js'
import type { Alternative, Capture, Operation, StepDefinition } from '../../model/runbook/definition.js'
import { outputTypes, type OutputType } from '../../model/runbook/vocabulary.js'
import type { StepKind } from '../../model/runbook/step-kind.js'
import { readKinded, type ReadKinded } from '../check-fields.js'
import { inputNamePattern, segmentPattern } from '../definition-schema.js'
import { compileCondition } from '../expectations.js'
import { cyclesOf } from '../needs.js'
import type { Problems } from '../problems.js'
import { typeIsOneOf } from '../template/leaf-types.js'
import { nodeAt, plainValue, positionAt, positionInText, type YamlMap, type YamlNode } from '../yaml-node.js'
import { compilerFor, outputCelTypes, refuseSecrets, type NamedFacts, type Names, type Outputs } from './names.js'
import { compileOperation, type Kinds } from './operation.js'
import { operationFields, stepFields, undoFields } from './runbook-schema.js'

export interface CompiledSteps {
  readonly steps: readonly StepDefinition[]
  /** What can be read after them. */
  readonly outputs: Outputs
}

interface StepContext {
  readonly names: Omit<Names, 'outputs'>
  readonly kinds: Kinds
  readonly problems: Problems
}

const defaultRetryDelay = 1000

interface Draft {
  readonly id: string
  readonly map: YamlMap
  readonly position: Position
  readonly read: ReadKinded<typeof stepFields>
  readonly needs: readonly { readonly id: string; readonly position: Position }[]
}

/** Compiles a list of steps, in an order in which each stands after all that it needs; each sees the outputs of those before it. */
export function compileSteps(list: YamlNode | undefined, before: Outputs, context: StepContext): CompiledSteps {
  const drafts = readSteps(list, context)
  const outputs = new Map(before)
  const own = new Map<string, Position>()
  const steps: StepDefinition[] = []
  for (const draft of inOrder(drafts, context.problems)) {
    const compiled = compileStep(draft, outputs, context)
    if (compiled === undefined) continue
    steps.push(compiled.step)
    for (const [name, type] of compiled.outputs) {
      if (before.has(name) || own.has(name)) context.problems.report(draft.position, 'duplicate-output', `the output ${name} is captured already`)
      own.set(name, draft.position)
      outputs.set(name, type)
    }
  }
  return { steps: Object.freeze(steps), outputs }
}

function readSteps(list: YamlNode | undefined, { kinds, problems }: StepContext): readonly Draft[] {
  if (list === undefined) return []
  if (list.kind !== 'list') {
    problems.report(list.position, 'wrong-type', 'steps are a list')
    return []
  }
  if (list.items.length === 0) problems.report(list.position, 'no-steps', 'there are no steps')
  const drafts: Draft[] = []
  for (const item of list.items) {
    if (item.kind !== 'map') {
      problems.report(item.position, 'wrong-type', 'a step is a mapping')
      continue
    }
    const read = readKinded(item, item.position, { owner: 'step', kindWord: 'action', fields: stepFields, required: ['id'], kinds: kinds.stepNames }, problems)
    const { id } = read.fields
    const position = item.entries.get('id')?.position ?? item.position
    if (id === undefined) continue
    if (!segmentPattern.test(id)) problems.report(position, 'step-id', `${id} cannot be the id of a step: lower-case letters, digits and single hyphens can`)
    const previous = drafts.at(-1)
    if (drafts.some((draft) => draft.id === id)) {
      problems.report(position, 'duplicate-id', `there is a step ${id} already`)
      continue
    }
    const named = read.fields.needs?.map((need, index) => ({ id: need, position: positionAt(item, ['needs', index]) }))
    const needs = named ?? (read.given.has('needs') || previous === undefined ? [] : [{ id: previous.id, position }])
    drafts.push({ id, map: item, position, read, needs })
  }
  return drafts
}

/** Stable: of the steps whose needs are met, the one that stands first in the file. */
function inOrder(drafts: readonly Draft[], problems: Problems): readonly Draft[] {
  const byId = new Map(drafts.map((draft) => [draft.id, draft]))
  for (const draft of drafts) {
    for (const need of draft.needs) {
      if (!byId.has(need.id)) problems.report(need.position, 'unknown-need', `there is no step ${need.id} in this list`, suggestionHint(need.id, byId.keys()))
    }
  }
  const cycles = cyclesOf(byId)
  for (const cycle of cycles) problems.report(byId.get(cycle[0]!)?.position ?? drafts[0]!.position, 'cycle', `steps need each other in a circle: ${cycle.join(' → ')}`)
  if (cycles.length > 0) return drafts
  const ordered: Draft[] = []
  const placed = new Set<string>()
  const left = new Set(drafts)
  while (left.size > 0) {
    const next = [...left].find((draft) => draft.needs.every((need) => placed.has(need.id) || !byId.has(need.id)))!
    left.delete(next)
    placed.add(next.id)
    ordered.push(next)
  }
  return ordered
}

function compileStep(draft: Draft, outputs: Outputs, context: StepContext): { readonly step: StepDefinition; readonly outputs: Outputs } | undefined {
  const { id, map, position, read } = draft
  const { kinds, problems } = context
  const { fields, call } = read
  if (call === undefined) return undefined
  const before = problems.count
  const kind = kinds.steps.get(call.kind)!
  const names: Names = { ...context.names, outputs }
  const when = compileCondition(nodeAt(map, ['when']), compilerFor(names), problems)
  if (when !== undefined) refuseSecrets(when.references, names, positionAt(map, ['when']), 'a condition', problems)
  const effect = effectOf(draft, kind, problems)
  const compiled = compileOperation({ call, map, position, timeout: fields.timeout, effect }, names, kinds, problems)
  const capture = kind.structure === 'values' ? declaredValues(call.node, map, problems) : compileCapture(map, compiled.facts, names, problems)
  const alternatives = kind.structure === 'alternatives' ? compileAlternatives(call.node, outputs, context) : { alternatives: [], outputs: new Map<string, OutputType>() }
  const after: Names = { ...names, outputs: new Map([...outputs, ...capture.map(({ name, type }) => [name, type] as const)]) }
  const verify = compileVerify(nodeAt(map, ['verify']), after, context)
  const undo = compileUndo(nodeAt(map, ['undo']), after, context)
  judgeCombination(draft, effect, problems)
  if (compiled.operation === undefined || problems.count > before) return undefined
  const step: StepDefinition = Object.freeze({
    ...compiled.operation,
    id,
    title: fields.title ?? `${call.kind} ${id}`,
    needs: Object.freeze(draft.needs.map((need) => need.id)),
    when,
    retry: Object.freeze({ attempts: fields.retry?.attempts ?? 1, delay: fields.retry?.delay === undefined ? defaultRetryDelay : parseDuration(fields.retry.delay)! }),
    verify,
    undo,
    destructive: fields.destructive ?? false,
    pointOfNoReturn: fields['point-of-no-return'] ?? false,
    capture: Object.freeze(capture),
    alternatives: alternatives.alternatives,
    includes: kind.structure === 'include' ? includedId(call.node) : undefined,
    position,
  })
  return { step, outputs: new Map([...capture.map(({ name, type }) => [name, type] as const), ...alternatives.outputs]) }
}

function effectOf({ map, position, read }: Draft, kind: StepKind, problems: Problems): StepDefinition['effect'] {
  const { effect } = read.fields
  if (effect !== undefined) {
    if (!kind.effects.includes(effect)) problems.report(positionAt(map, ['effect']), 'effect', `a step of kind ${kind.kind} is never ${effect}`, `it is ${kind.effects.join(' or ')}`)
    return effect
  }
  if (kind.effects.length > 1 && kind.assumedEffect === undefined && !read.given.has('effect')) problems.report(position, 'missing-key', `effect is missing: what does this ${kind.kind} do to the world?`, 'read: nothing; idempotent: something that may be repeated; once: something that must happen at most once')
  return kind.assumedEffect ?? kind.effects[0]
}

function judgeCombination({ map, read }: Draft, effect: string, problems: Problems): void {
  const { fields } = read
  if (effect === 'once' && (fields.retry?.attempts ?? 1) > 1) problems.report(positionAt(map, ['retry']), 'retry-once', 'what must happen at most once cannot be retried')
  if (effect !== 'read') return
  for (const key of ['undo', 'destructive', 'point-of-no-return', 'verify'] as const) {
    if (read.given.has(key) && fields[key] !== false) problems.report(map.entries.get(key)!.position, 'nothing-to-undo', `a step that changes nothing has no ${key}`)
  }
}

function compileVerify(node: YamlNode | undefined, names: Names, context: StepContext): Operation | undefined {
  const { kinds, problems } = context
  if (node?.kind !== 'map') return undefined
  const { fields, call } = readKinded(node, node.position, { owner: 'verification', kindWord: 'action', fields: operationFields, required: [], kinds: kinds.stepNames }, problems)
  if (call === undefined) return undefined
  const kind = kinds.steps.get(call.kind)!
  if (!kind.effects.includes('read') || isStructural(kind)) problems.report(node.position, 'effect', `a verification changes nothing, and a ${call.kind} cannot be one`)
  return compileOperation({ call, map: node, position: node.position, timeout: fields.timeout, effect: 'read' }, names, kinds, problems).operation
}

function compileUndo(node: YamlNode | undefined, names: Names, context: StepContext): StepDefinition['undo'] {
  const { kinds, problems } = context
  if (node?.kind !== 'map') return undefined
  const { fields, call } = readKinded(node, node.position, { owner: 'undo', kindWord: 'action', fields: undoFields, required: [], kinds: kinds.stepNames }, problems)
  const verify = compileVerify(nodeAt(node, ['verify']), names, context)
  if (call === undefined) return undefined
  const kind = kinds.steps.get(call.kind)!
  const effect = fields.effect ?? (kind.effects.includes('idempotent') ? 'idempotent' : 'once')
  if (!kind.effects.includes(effect) || isStructural(kind)) problems.report(node.position, 'effect', `an undo changes something, and a ${call.kind} cannot be one`)
  const compiled = compileOperation({ call, map: node, position: node.position, timeout: fields.timeout, effect }, names, kinds, problems)
  return compiled.operation === undefined ? undefined : Object.freeze({ ...compiled.operation, verify })
}

function isStructural({ structure }: StepKind): boolean {
  return structure !== undefined && structure !== 'probe'
}

function compileCapture(map: YamlMap, facts: NamedFacts, names: Names, problems: Problems): readonly Capture[] {
  const node = nodeAt(map, ['capture'])
  if (node?.kind !== 'map') return []
  const compiler = compilerFor(names, facts)
  return [...node.entries].flatMap(([name, entry]) => {
    refuseOutputName(name, entry.position, problems)
    const type = plainValue(nodeAt(entry.value, ['type']) ?? entry.value) as OutputType
    const source = nodeAt(entry.value, ['value'])
    if (source?.kind !== 'scalar' || typeof source.value !== 'string' || !outputTypes.includes(type)) return []
    const value = compiler.compile({ text: source.value, at: (offset) => positionInText(source, offset) }, problems)
    if (value === undefined) return []
    refuseSecrets(value.references, names, source.position, 'an output', problems)
    if (!typeIsOneOf(value.type, outputCelTypes[type])) problems.report(source.position, 'output-type', `the expression gives ${value.type}, and ${name} is of type ${type}`)
    return [{ name, type, value }]
  })
}

/** The outputs that a step of values declares. */
function declaredValues(node: YamlNode, map: YamlMap, problems: Problems): readonly Capture[] {
  const capture = map.entries.get('capture')
  if (capture !== undefined) problems.report(capture.position, 'unknown-key', 'the values of this step are its outputs already')
  if (node.kind !== 'map') return []
  return [...node.entries].flatMap(([name, entry]) => {
    refuseOutputName(name, entry.position, problems)
    const typeNode = nodeAt(entry.value, ['type'])
    const type = typeNode === undefined ? undefined : (plainValue(typeNode) as OutputType)
    if (type === undefined || !outputTypes.includes(type)) return []
    const source = `facts.values.${name}`
    return [{ name, type, value: { source, references: [source], evaluate: ({ facts }) => (facts as { readonly values: Readonly<Record<string, unknown>> }).values[name] } }]
  })
}

function refuseOutputName(name: string, position: Position, problems: Problems): void {
  if (!inputNamePattern.test(name)) problems.report(position, 'output-name', `${name} cannot be the name of an output: lower-case letters, digits and _ can`)
}

/** Of several alternatives each sees what was before; after them may be read what any of them captures. */
function compileAlternatives(node: YamlNode, before: Outputs, context: StepContext): { readonly alternatives: readonly Alternative[]; readonly outputs: Outputs } {
  const options = nodeAt(node, ['options'])
  if (options?.kind !== 'map') return { alternatives: [], outputs: new Map() }
  const outputs = new Map<string, OutputType>()
  const alternatives = [...options.entries].map(([name, entry]): Alternative => {
    if (!segmentPattern.test(name)) context.problems.report(entry.position, 'step-id', `${name} cannot be the name of an alternative: lower-case letters, digits and single hyphens can`)
    const stepsNode = nodeAt(entry.value, ['steps'])
    if (stepsNode === undefined) context.problems.report(entry.position, 'missing-key', 'steps is missing')
    const compiled = compileSteps(stepsNode, before, context)
    for (const [output, type] of compiled.outputs) {
      if (before.has(output)) continue
      const known = outputs.get(output)
      if (known !== undefined && known !== type) context.problems.report(entry.position, 'output-type', `the output ${output} is of type ${type} here and of type ${known} in another alternative`)
      outputs.set(output, type)
    }
    const title = nodeAt(entry.value, ['title'])
    return { name, title: title?.kind === 'scalar' && typeof title.value === 'string' ? title.value : name, steps: compiled.steps }
  })
  return { alternatives, outputs }
}

function includedId(node: YamlNode): string | undefined {
  const id = node.kind === 'scalar' ? node : nodeAt(node, ['id'])
  return id?.kind === 'scalar' && typeof id.value === 'string' ? id.value : undefined
}

/** Every output that is captured anywhere below a list of steps, by what the files declare; judged where each is compiled. */
export function declaredOutputs(list: YamlNode | undefined, valueKinds: readonly string[]): Outputs {
  const outputs = new Map<string, OutputType>()
  const declare = (node: YamlNode | undefined): void => {
    if (node?.kind !== 'map') return
    for (const [name, entry] of node.entries) {
      const type = nodeAt(entry.value, ['type'])
      if (type?.kind === 'scalar' && outputTypes.includes(type.value as OutputType)) outputs.set(name, type.value as OutputType)
    }
  }
  const visit = (node: YamlNode | undefined): void => {
    if (node?.kind !== 'list') return
    for (const step of node.items) {
      declare(nodeAt(step, ['capture']))
      for (const kind of valueKinds) declare(nodeAt(step, [kind]))
      if (step.kind === 'map') for (const { value } of step.entries.values()) visitAlternatives(value)
    }
  }
  const visitAlternatives = (node: YamlNode): void => {
    const options = nodeAt(node, ['options'])
    if (options?.kind === 'map') for (const { value } of options.entries.values()) visit(nodeAt(value, ['steps']))
  }
  visit(list)
  return outputs
}
