import { parseDuration } from '../../kernel/duration.js'
import { suggestionHint } from '../../kernel/suggestion.js'
import type { Position } from '../../model/position.js'
import type { Alternative, Operation, StepDefinition } from '../../model/runbook/definition.js'
import type { OutputType } from '../../model/runbook/vocabulary.js'
import type { StepKind } from '../../model/runbook/step-kind.js'
import { readKinded, type ReadKinded } from '../check-fields.js'
import { segmentPattern } from '../definition-schema.js'
import { compileCondition } from '../expectations.js'
import { cyclesOf } from '../needs.js'
import type { Problems } from '../problems.js'
import { nodeAt, positionAt, type YamlMap, type YamlNode } from '../yaml-node.js'
import { judgeChoice } from './choice.js'
import { includeOf, type Include } from './include.js'
import { compilerFor, refuseSecrets, type Names, type Outputs } from './names.js'
import { compileOperation, type Kinds } from './operation.js'
import { compileCapture, compileValues, declaredOutputs } from './outputs.js'
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
  /** Told of every step that carries out another runbook, also of one with mistakes. */
  includes(include: Include): void
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
  const { drafts, lost } = readSteps(list, context)
  const outputs = new Map([...before, ...lost])
  const own = new Map<string, Position>()
  const steps: StepDefinition[] = []
  for (const draft of inOrder(drafts, context.problems)) {
    const compiled = compileStep(draft, outputs, context)
    if (compiled.step !== undefined) steps.push(compiled.step)
    for (const [name, type] of compiled.outputs) {
      if (before.has(name) || own.has(name)) context.problems.report(draft.position, 'duplicate-output', `the output ${name} is captured already`)
      own.set(name, draft.position)
      outputs.set(name, type)
    }
  }
  return { steps: Object.freeze(steps), outputs }
}

/** What is wrong with the list itself has been told by whoever holds it. Of steps that are passed over, the outputs are `lost`: told once is enough. */
function readSteps(list: YamlNode | undefined, { kinds, problems }: StepContext): { readonly drafts: readonly Draft[]; readonly lost: Outputs } {
  const drafts: Draft[] = []
  const lost: YamlNode[] = []
  if (list?.kind !== 'list') return { drafts, lost: new Map() }
  for (const item of list.items) {
    if (item.kind !== 'map') {
      problems.report(item.position, 'wrong-type', 'a step is a mapping')
      continue
    }
    const read = readKinded(item, item.position, { owner: 'step', kindWord: 'action', fields: stepFields, required: ['id'], kinds: kinds.stepNames }, problems)
    const { id } = read.fields
    const position = item.entries.get('id')?.position ?? item.position
    if (id === undefined) {
      lost.push(item)
      continue
    }
    if (!segmentPattern.test(id)) problems.report(position, 'step-id', `${id} cannot be the id of a step: lower-case letters, digits and single hyphens can`)
    const previous = drafts.at(-1)
    if (drafts.some((draft) => draft.id === id)) {
      problems.report(position, 'duplicate-id', `there is a step ${id} already`)
      lost.push(item)
      continue
    }
    const named = read.fields.needs?.map((need, index) => ({ id: need, position: positionAt(item, ['needs', index]) }))
    const needs = named ?? (read.given.has('needs') || previous === undefined ? [] : [{ id: previous.id, position }])
    drafts.push({ id, map: item, position, read, needs })
  }
  return { drafts, lost: declaredOutputs(lost, valueKindsOf(kinds)) }
}

/** Stable: of the steps whose needs are met, the one that stands first in the file. */
function inOrder(drafts: readonly Draft[], problems: Problems): readonly Draft[] {
  const byId = new Map(drafts.map((draft) => [draft.id, draft]))
  for (const draft of drafts) {
    for (const [index, need] of draft.needs.entries()) {
      if (draft.needs.findIndex(({ id }) => id === need.id) < index) problems.report(need.position, 'duplicate-need', `${need.id} is named twice`)
      else if (!byId.has(need.id)) problems.report(need.position, 'unknown-need', `there is no step ${need.id} in this list`, suggestionHint(need.id, byId.keys()))
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

interface CompiledStep {
  /** `undefined` when anything about it is wrong. */
  readonly step: StepDefinition | undefined
  readonly outputs: Outputs
}

function compileStep(draft: Draft, outputs: Outputs, context: StepContext): CompiledStep {
  const { id, map, position, read } = draft
  const { kinds, problems } = context
  const { fields, call } = read
  const declared = (): Outputs => declaredOutputs([map], valueKindsOf(kinds))
  if (call === undefined) return { step: undefined, outputs: declared() }
  const before = problems.count
  const kind = kinds.steps.get(call.kind)!
  const names: Names = { ...context.names, outputs }
  const when = compileCondition(nodeAt(map, ['when']), compilerFor(names), problems)
  if (when !== undefined) refuseSecrets(when.references, names, positionAt(map, ['when']), 'a condition', problems)
  const effect = effectOf(draft, kind, problems)
  const compiled = compileOperation({ call, map, position, timeout: fields.timeout, effect }, names, kinds, problems)
  const capture = kind.structure === 'values' ? compileValues(call.node, map, compiled.leaves, problems) : compileCapture(map, compiled.facts, names, problems)
  const alternatives = kind.structure === 'alternatives' ? compileAlternatives(call.node, outputs, context) : { alternatives: [], outputs: new Map<string, OutputType>() }
  for (const { name } of capture) if (alternatives.outputs.has(name)) problems.report(positionAt(map, ['capture', name]), 'duplicate-output', `the output ${name} is captured already`)
  const include = kind.structure === 'include' ? includeOf(call.node, compiled.leaves) : undefined
  if (include !== undefined) context.includes(include)
  const after: Names = { ...names, outputs: new Map([...outputs, ...capture.map(({ name, type }) => [name, type] as const)]) }
  const verify = compileVerify(nodeAt(map, ['verify']), after, context)
  const undo = compileUndo(nodeAt(map, ['undo']), after, context)
  judgeCombination(draft, kind, effect, problems)
  if (compiled.operation === undefined || problems.count > before) return { step: undefined, outputs: declared() }
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
    includes: include?.id,
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

function judgeCombination({ map, read }: Draft, kind: StepKind, effect: string, problems: Problems): void {
  const { fields } = read
  if (kind.structure === 'include') {
    for (const key of ['retry', 'timeout'] as const) {
      if (read.given.has(key)) problems.report(map.entries.get(key)!.position, 'nothing-to-limit', `${key} would not reach the steps of the other runbook, which have their own`)
    }
  }
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

/** Of several alternatives each sees what was before; after them may be read what any of them captures. */
function compileAlternatives(node: YamlNode, before: Outputs, context: StepContext): { readonly alternatives: readonly Alternative[]; readonly outputs: Outputs } {
  const options = judgeChoice(node, context.names.parameters, context.problems)
  if (options === undefined) return { alternatives: [], outputs: new Map() }
  const outputs = new Map<string, OutputType>()
  const alternatives = [...options.entries].map(([name, entry]): Alternative => {
    if (!segmentPattern.test(name)) context.problems.report(entry.position, 'step-id', `${name} cannot be the name of an alternative: lower-case letters, digits and single hyphens can`)
    const stepsNode = nodeAt(entry.value, ['steps'])
    if (stepsNode === undefined) context.problems.report(entry.position, 'missing-key', 'steps is missing')
    else if (stepsNode.kind !== 'list') context.problems.report(stepsNode.position, 'wrong-type', 'steps are a list')
    else if (stepsNode.items.length === 0) context.problems.report(stepsNode.position, 'no-steps', 'there are no steps')
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

function valueKindsOf({ steps }: Kinds): readonly string[] {
  return [...steps.values()].filter(({ structure }) => structure === 'values').map(({ kind }) => kind)
}
