import type { CheckExpectation, Expectation, Concealed, Probe } from '../probe.js'
import { factTypeOf, type FactType } from '../../base/facts.js'
import { failureClasses } from '../../base/vocabulary.js'
import type { ExpressionCompiler, TypedExpression } from '../../definitions/expression/compile-expression.js'
import { isSecret, reportAddressed, reportConcealed, reportInspected, type Declared } from './concealment.js'
import type { Template } from '../../definitions/expression/expression.js'
import { type TemplatePlace, compileTemplate } from '../../definitions/template/compile-template.js'
import { decidedOutcome } from './decided-expectation.js'
import { guarded, type Guarded, type WrittenExpectation } from './guard.js'
import {
  type Problems,
  nodeAt,
  positionInText,
  type YamlList,
  type YamlNode,
  type YamlScalar,
} from '../../definitions/yaml-node.js'

/**
 * Compiles an expression that must be true or false.
 *
 * @param declared what may be shown, where the expression can read variables: it may not look at the value of another
 *   one
 */
export function compileCondition(
  node: YamlNode | undefined,
  compiler: ExpressionCompiler,
  problems: Problems,
  declared?: Declared,
): TypedExpression | undefined {
  if (node?.kind !== 'scalar' || typeof node.value !== 'string' || node.value.trim() === '') return undefined
  const scalar: YamlScalar = node
  const expression = compiler.compile({ text: node.value, at: (offset) => positionInText(scalar, offset) }, problems)
  if (declared !== undefined && !compiler.isPartial) {
    const placed = ({ reference, offset }: { readonly reference: string; readonly offset: number }): TemplatePlace => ({
      reference,
      position: positionInText(scalar, offset),
    })
    reportInspected((expression?.inspected ?? []).map(placed), declared, problems)
    reportAddressed((expression?.addressed ?? []).map(placed), declared, problems)
  }
  if (expression === undefined || expression.type === 'bool' || (expression.type === 'dyn' && compiler.isPartial))
    return expression
  problems.report(
    node.position,
    'not-boolean',
    `the expression is of type ${expression.type}; expected true or false`,
    expression.type === 'dyn' ? 'compare it with a value: == true' : undefined,
  )
  return undefined
}

interface ExpectationContext {
  readonly compiler: ExpressionCompiler
  /** `undefined` where the check's kind is unknown. */
  readonly probe: Probe | undefined
  readonly declared: Declared
  /** Facts that say nothing for this check's input. */
  readonly concealed: Concealed
}

/**
 * Compiles the items under `expect`, the guard before them. Items of the wrong shape have been reported already and are
 * passed over.
 */
export function compileExpectations(
  node: YamlNode | undefined,
  context: ExpectationContext,
  problems: Problems,
): Guarded {
  if (node?.kind !== 'list') return { expectations: [], isAdded: false }
  const before = problems.count
  const facts = factsOf(context)
  const expectations = compileList(node, context, problems)
  return problems.count === before
    ? guarded(expectations, facts, context.compiler, node.position, problems)
    : { expectations, isAdded: false }
}

/**
 * Compiles the items under `warn`: they are judged when all under `expect` hold, so that no problem is left to guard
 * against.
 */
export function compileLimits(
  node: YamlNode | undefined,
  context: ExpectationContext,
  problems: Problems,
): readonly CheckExpectation[] {
  return node?.kind === 'list' ? compileList(node, context, problems) : []
}

function factsOf({ probe }: ExpectationContext): FactType {
  return probe === undefined ? { type: 'any' } : factTypeOf(probe.facts)
}

function compileList(node: YamlList, context: ExpectationContext, problems: Problems): readonly WrittenExpectation[] {
  const before = problems.count
  const facts = factsOf(context)
  const expectations = node.items.flatMap((item) => {
    const compiled = compileExpectation(item, context, problems)
    for (const { that } of compiled) refuseConstant(that, item, facts, problems)
    return compiled
  })
  const readsFacts = expectations.some(({ that }) =>
    that.references.some((reference) => reference.startsWith('facts.')),
  )
  if (node.items.length > 0 && expectations.length === node.items.length && problems.count === before && !readsFacts) {
    problems.report(
      node.position,
      'unobserved-expectations',
      'no expectation reads a fact, so the observation of the probe would not matter',
    )
  }
  return expectations
}

/** Compiles one item under `expect`, of a check or of a step; none when it has a mistake. */
export function compileExpectation(
  item: YamlNode,
  { compiler, declared, concealed }: Omit<ExpectationContext, 'probe'>,
  problems: Problems,
): WrittenExpectation[] {
  const thatNode = item.kind === 'map' ? nodeAt(item, ['that']) : item
  const that = compileCondition(thatNode, compiler, problems, declared)
  const message = compileMessage(nodeAt(item, ['message']), { compiler, declared }, problems)
  reportConcealed([...(that?.references ?? []), ...(message?.references ?? [])], concealed, item.position, problems)
  if (that === undefined) return []
  const transientNode = nodeAt(item, ['transient'])
  const classNode = nodeAt(item, ['class'])
  const failureClass = failureClasses.find((each) => classNode?.kind === 'scalar' && classNode.value === each)
  return [
    {
      that,
      message,
      isTransient: transientNode?.kind === 'scalar' && transientNode.value === true,
      class: failureClass,
    },
  ]
}

/** Compiles a text that is shown, in which no secret may be. */
function compileMessage(
  node: YamlNode | undefined,
  { compiler, declared }: Pick<ExpectationContext, 'compiler' | 'declared'>,
  problems: Problems,
): Template | undefined {
  if (node?.kind !== 'scalar') return undefined
  const message = compileTemplate(node, compiler, problems)
  const secret = message.references.find((reference) => isSecret(reference, declared))
  if (secret !== undefined)
    problems.report(node.position, 'secret-in-message', `a message cannot show ${secret}: it may contain a secret`)
  return message
}

/** Compiles `note`: what is reported when the check passes. */
export function compileNote(
  node: YamlNode | undefined,
  context: Omit<ExpectationContext, 'probe'>,
  problems: Problems,
): Template | undefined {
  const note = compileMessage(node, context, problems)
  if (node !== undefined) reportConcealed(note?.references ?? [], context.concealed, node.position, problems)
  return note
}

/** A check that comes out the same whatever is observed; a step may take every answer, for a report. */
function refuseConstant(that: TypedExpression, item: YamlNode, facts: FactType, problems: Problems): void {
  const { position } = nodeAt(item, ['that']) ?? item
  if (that.references.length === 0)
    problems.report(
      position,
      'constant-expectation',
      'the expectation reads no value, so its result is always the same',
    )
  const outcome = decidedOutcome(that, facts)
  if (outcome !== undefined)
    problems.report(position, 'constant-expectation', `the expectation is always ${outcome}: no fact decides it`)
}

/** Compiles `applies`: a condition over the facts with the reason that is shown when it is false. */
export function compileApplicability(
  node: YamlNode | undefined,
  { compiler, declared, concealed }: Omit<ExpectationContext, 'probe'>,
  problems: Problems,
): Expectation | undefined {
  if (node === undefined) return undefined
  const that = compileCondition(nodeAt(node, ['that']), compiler, problems, declared)
  const message = compileMessage(nodeAt(node, ['message']), { compiler, declared }, problems)
  reportConcealed([...(that?.references ?? []), ...(message?.references ?? [])], concealed, node.position, problems)
  if (that !== undefined && !that.references.some((reference) => reference.startsWith('facts.'))) {
    problems.report(
      nodeAt(node, ['that'])!.position,
      'unobserved-applicability',
      'it reads no fact: write a condition that is known before the observation under `when`',
    )
  }
  return that === undefined ? undefined : { that, message }
}
