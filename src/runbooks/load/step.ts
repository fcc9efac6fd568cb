import { parseDuration } from '../../base/time/duration.js'
import type { Position } from '../../base/errors.js'
import type { Alternative, StepDefinition } from '../definition/runbook-definition.js'
import type { OutputType } from '../definition/runbook-vocabulary.js'
import type { StepKind } from '../definition/step-kind.js'
import { segmentPattern } from '../../checks/load/definition-schema.js'
import { compileCondition } from '../../engine/load/compile-expectations.js'
import { type Problems, nodeAt, positionAt, type YamlNode } from '../../definitions/yaml-node.js'
import { judgeItem } from './checklist.js'
import { judgeChoice } from './choice.js'
import { includeOf, type Include } from './include.js'
import { compilerFor, refuseSecrets, type Names, type StepOutputs } from './step-names.js'
import { compileOperation, type Kinds } from './operation.js'
import { withArticle } from '../../base/text/wording.js'
import { compileCapture, compileValues, declaredOutputs } from './outputs.js'
import { isStructural, readSteps, valueKindsOf, type StepDraft, compileUndo, compileVerify } from './step-list.js'

interface CompiledSteps {
  readonly steps: readonly StepDefinition[]
  /** What can be read after them. */
  readonly outputs: StepOutputs
}

interface StepContext {
  readonly names: Omit<Names, 'outputs'>
  readonly kinds: Kinds
  readonly problems: Problems
  /** They are the items of a checklist. */
  readonly isChecklist: boolean
  /** They run when an undo has ended. */
  readonly isAfterUndo?: boolean
  /** Called for every step that carries out another runbook, also of one with mistakes. */
  includes(include: Include): void
}

const defaultRetryDelay = 1000

/**
 * Compiles a list of steps, in an order in which each is after all that it needs; each sees the outputs of those before
 * it.
 */
export function compileSteps(list: YamlNode | undefined, before: StepOutputs, context: StepContext): CompiledSteps {
  const { drafts, lost } = readSteps(list, context.kinds, context.problems, context.isAfterUndo)
  const outputs = new Map([...before, ...lost])
  const own = new Map<string, Position>()
  const steps: StepDefinition[] = []
  for (const draft of drafts) {
    const compiled = compileStep(draft, outputs, context)
    if (compiled.step !== undefined) steps.push(compiled.step)
    for (const [name, type] of compiled.outputs) {
      if (before.has(name) || own.has(name))
        context.problems.report(draft.position, 'duplicate-output', `the output ${name} is already captured`)
      own.set(name, draft.position)
      outputs.set(name, type)
    }
  }
  return { steps: Object.freeze(steps), outputs }
}

interface CompiledStep {
  /** `undefined` when anything about it is wrong. */
  readonly step: StepDefinition | undefined
  readonly outputs: StepOutputs
}

function compileStep(draft: StepDraft, outputs: StepOutputs, context: StepContext): CompiledStep {
  const { id, map, position, read } = draft
  const { kinds, problems } = context
  const { fields, call } = read
  const declared = (): StepOutputs => declaredOutputs([map], valueKindsOf(kinds))
  if (call === undefined) return { step: undefined, outputs: declared() }
  const before = problems.count
  const kind = kinds.steps.get(call.kind)!
  const names: Names = { ...context.names, outputs }
  const when = compileCondition(nodeAt(map, ['when']), compilerFor(names), problems)
  if (when !== undefined) refuseSecrets(when.references, names, positionAt(map, ['when']), 'a condition', problems)
  const effect = effectOf(draft, kind, context)
  const compiled = compileOperation({ call, map, position, timeout: fields.timeout, effect }, names, kinds, problems)
  const capture =
    kind.structure === 'values'
      ? compileValues(call.node, map, compiled.leaves, problems)
      : compileCapture(kind, map, compiled.facts, names, problems)
  const alternatives =
    kind.structure === 'alternatives'
      ? compileAlternatives(call.node, outputs, context)
      : { alternatives: [], outputs: new Map<string, OutputType>() }
  for (const { name } of capture)
    if (alternatives.outputs.has(name))
      problems.report(positionAt(map, ['capture', name]), 'duplicate-output', `the output ${name} is already captured`)
  const include = kind.structure === 'include' ? includeOf(call.node, compiled.leaves) : undefined
  if (include !== undefined) context.includes(include)
  const after: Names = {
    ...names,
    outputs: new Map([...outputs, ...capture.map(({ name, type }) => [name, type] as const)]),
  }
  const verify = compileVerify(nodeAt(map, ['verify']), after, kinds, problems)
  const undo = compileUndo(nodeAt(map, ['undo']), after, kinds, problems)
  judgeCombination(draft, kind, effect, problems)
  if (context.isChecklist) judgeItem(map, kind, effect, problems)
  if (context.isAfterUndo === true && (isStructural(kind) || kind.kind === 'approve'))
    problems.report(position, 'after-undo', `${withArticle(kind.kind)} cannot run after an undo`)
  if (compiled.operation === undefined || problems.count > before) return { step: undefined, outputs: declared() }
  const step: StepDefinition = Object.freeze({
    ...compiled.operation,
    id,
    title: fields.title ?? `${call.kind} ${id}`,
    needs: Object.freeze(draft.needs.map((need) => need.id)),
    when,
    retry: Object.freeze({
      attempts: fields.retry?.attempts ?? 1,
      delay: fields.retry?.delay === undefined ? defaultRetryDelay : parseDuration(fields.retry.delay)!,
    }),
    verify,
    undo,
    destructive: fields.destructive ?? false,
    asksFirst: context.isChecklist && include !== undefined,
    pointOfNoReturn: fields['point-of-no-return'] ?? false,
    changes: Object.freeze(fields.changes ?? []),
    capture: Object.freeze(capture),
    alternatives: alternatives.alternatives,
    includes: include?.id,
    position,
  })
  return {
    step,
    outputs: new Map([...capture.map(({ name, type }) => [name, type] as const), ...alternatives.outputs]),
  }
}

function effectOf(
  { map, position, read }: StepDraft,
  kind: StepKind,
  { problems, isChecklist }: Pick<StepContext, 'problems' | 'isChecklist'>,
): StepDefinition['effect'] {
  const { effect } = read.fields
  if (effect !== undefined) {
    if (!kind.effects.includes(effect))
      problems.report(
        positionAt(map, ['effect']),
        'effect',
        `a step of kind ${kind.kind} is never ${effect}`,
        `it is ${kind.effects.join(' or ')}`,
      )
    return effect
  }
  // What a person confirms of a checklist was so before.
  if (isChecklist && kind.isManual === true) return 'read'
  if (kind.effects.length > 1 && kind.assumedEffect === undefined && !read.given.has('effect'))
    problems.report(
      position,
      'missing-key',
      `effect is missing: what does this ${kind.kind} change?`,
      'read: nothing; idempotent: it may be repeated; once: it must happen at most once',
    )
  return kind.assumedEffect ?? kind.effects[0]
}

function judgeCombination({ map, read }: StepDraft, kind: StepKind, effect: string, problems: Problems): void {
  const { fields } = read
  if (kind.structure === 'include') {
    for (const key of ['retry', 'timeout'] as const) {
      if (read.given.has(key))
        problems.report(
          map.entries.get(key)!.position,
          'nothing-to-limit',
          `${key} would not apply to the steps of the other runbook, which have their own`,
        )
    }
  }
  if (effect === 'once' && (fields.retry?.attempts ?? 1) > 1)
    problems.report(positionAt(map, ['retry']), 'retry-once', 'a step that must happen at most once cannot be retried')
  if (effect !== 'read') return
  for (const key of ['undo', 'destructive', 'point-of-no-return', 'verify', 'changes'] as const) {
    if (read.given.has(key) && fields[key] !== false)
      problems.report(
        map.entries.get(key)!.position,
        'nothing-to-undo',
        `a step that changes nothing cannot have ${key}`,
      )
  }
}

/** Of several alternatives each sees what was before; after them may be read what any of them captures. */
function compileAlternatives(
  node: YamlNode,
  before: StepOutputs,
  context: StepContext,
): { readonly alternatives: readonly Alternative[]; readonly outputs: StepOutputs } {
  const options = judgeChoice(node, context.names.parameters, context.problems)
  if (options === undefined) return { alternatives: [], outputs: new Map() }
  const outputs = new Map<string, OutputType>()
  const alternatives = [...options.entries].map(([name, entry]): Alternative => {
    if (!segmentPattern.test(name))
      context.problems.report(
        entry.position,
        'step-id',
        `${name} cannot be the name of an alternative: use lower-case letters, digits and single hyphens`,
      )
    const stepsNode = nodeAt(entry.value, ['steps'])
    if (stepsNode === undefined) context.problems.report(entry.position, 'missing-key', 'steps is missing')
    else if (stepsNode.kind !== 'list')
      context.problems.report(stepsNode.position, 'wrong-type', 'steps must be a list')
    else if (stepsNode.items.length === 0)
      context.problems.report(stepsNode.position, 'no-steps', 'steps must not be empty')
    const compiled = compileSteps(stepsNode, before, context)
    for (const [output, type] of compiled.outputs) {
      if (before.has(output)) continue
      const known = outputs.get(output)
      if (known !== undefined && known !== type)
        context.problems.report(
          entry.position,
          'output-type',
          `the output ${output} is of type ${type} here and of type ${known} in another alternative`,
        )
      outputs.set(output, type)
    }
    const title = nodeAt(entry.value, ['title'])
    return {
      name,
      title: title?.kind === 'scalar' && typeof title.value === 'string' ? title.value : name,
      steps: compiled.steps,
    }
  })
  return { alternatives, outputs }
}
