import type { Expectation, InputDefinition } from '../model/definition.js'
import { factTypeOf, type FactType } from '../model/facts.js'
import type { Position } from '../model/position.js'
import type { Concealed, Probe } from '../model/probe.js'
import type { VariableDeclaration } from '../model/reading.js'
import { failureClasses } from '../model/vocabulary.js'
import type { ExpressionCompiler, TypedExpression } from './expression/compile.js'
import { decidedOutcome } from './decided-expectation.js'
import { guarded, type Guarded, type WrittenExpectation } from './guard.js'
import type { Problems } from './problems.js'
import { compileTemplate } from './template/compile.js'
import { nodeAt, positionInText, type YamlNode, type YamlScalar } from './yaml-node.js'

/**
 * Compiles an expression that must be true or false.
 *
 * @param declared what may be shown, where the expression can read variables: it may not look at the value of another one
 */
export function compileCondition(node: YamlNode | undefined, compiler: ExpressionCompiler, problems: Problems, declared?: Declared): TypedExpression | undefined {
  if (node?.kind !== 'scalar' || typeof node.value !== 'string' || node.value.trim() === '') return undefined
  const scalar: YamlScalar = node
  const expression = compiler.compile({ text: node.value, at: (offset) => positionInText(scalar, offset) }, problems)
  for (const { reference, offset } of declared === undefined || compiler.isPartial ? [] : (expression?.inspected ?? [])) {
    const concealed = concealedBehind(reference, declared!)
    if (concealed !== undefined) problems.report(positionInText(scalar, offset), 'concealed-value', concealedValue(reference, concealed))
  }
  if (expression === undefined || expression.type === 'bool' || (expression.type === 'dyn' && compiler.isPartial)) return expression
  problems.report(node.position, 'not-boolean', `the expression is of type ${expression.type}, and must be true or false`, expression.type === 'dyn' ? 'compare it with something: == true' : undefined)
  return undefined
}

/** What the system's declarations keep from being shown. */
export interface Declared {
  readonly variables: Readonly<Record<string, VariableDeclaration>>
  readonly inputs: readonly InputDefinition[]
}

export interface ExpectationContext {
  readonly compiler: ExpressionCompiler
  /** `undefined` where the check's kind is unknown. */
  readonly probe: Probe | undefined
  readonly declared: Declared
  /** Facts that say nothing for this check's input. */
  readonly concealed: Concealed
}

/** Compiles the items under `expect`, the guard before them. Items of the wrong shape have been reported already and are passed over. */
export function compileExpectations(node: YamlNode | undefined, context: ExpectationContext, problems: Problems): Guarded {
  if (node?.kind !== 'list') return { expectations: [], isAdded: false }
  const before = problems.count
  const facts: FactType = context.probe === undefined ? { type: 'any' } : factTypeOf(context.probe.facts)
  const expectations = node.items.flatMap((item) => compileExpectation(item, facts, context, problems))
  const readsFacts = expectations.some(({ that }) => that.references.some((reference) => reference.startsWith('facts.')))
  if (node.items.length > 0 && expectations.length === node.items.length && problems.count === before && !readsFacts) {
    problems.report(node.position, 'unobserved-expectations', 'no expectation reads a fact, so what the probe observes would not matter')
  }
  return problems.count === before ? guarded(expectations, facts, context.compiler, node.position, problems) : { expectations, isAdded: false }
}

function compileExpectation(item: YamlNode, facts: FactType, { compiler, declared, concealed }: ExpectationContext, problems: Problems): WrittenExpectation[] {
  const thatNode = item.kind === 'map' ? nodeAt(item, ['that']) : item
  const that = compileCondition(thatNode, compiler, problems, declared)
  const messageNode = nodeAt(item, ['message'])
  const message = messageNode?.kind === 'scalar' ? compileTemplate(messageNode, compiler, problems) : undefined
  const secret = message?.references.find((reference) => isSecret(reference, declared))
  if (secret !== undefined) problems.report(messageNode!.position, 'secret-in-message', `a message cannot show ${secret}, which may hold a secret`)
  reportConcealed([...(that?.references ?? []), ...(message?.references ?? [])], concealed, item.position, problems)
  if (that === undefined) return []
  if (that.references.length === 0) problems.report(thatNode!.position, 'constant-expectation', 'the expectation reads nothing, so it would always come out the same')
  const outcome = decidedOutcome(that, facts)
  if (outcome !== undefined) problems.report(thatNode!.position, 'constant-expectation', `the expectation is ${outcome} whatever is observed: no fact decides it`)
  const transientNode = nodeAt(item, ['transient'])
  const classNode = nodeAt(item, ['class'])
  const failureClass = failureClasses.find((each) => classNode?.kind === 'scalar' && classNode.value === each)
  return [{ that, message, isTransient: transientNode?.kind === 'scalar' && transientNode.value === true, class: failureClass }]
}

/** Compiles `applies`: a condition over the facts with the reason that is shown when it is false. */
export function compileApplicability(node: YamlNode | undefined, { compiler, declared, concealed }: Omit<ExpectationContext, 'probe'>, problems: Problems): Expectation | undefined {
  if (node === undefined) return undefined
  const that = compileCondition(nodeAt(node, ['that']), compiler, problems, declared)
  const messageNode = nodeAt(node, ['message'])
  const message = messageNode?.kind === 'scalar' ? compileTemplate(messageNode, compiler, problems) : undefined
  const secret = message?.references.find((reference) => isSecret(reference, declared))
  if (secret !== undefined) problems.report(messageNode!.position, 'secret-in-message', `a message cannot show ${secret}, which may hold a secret`)
  reportConcealed([...(that?.references ?? []), ...(message?.references ?? [])], concealed, node.position, problems)
  if (that !== undefined && !that.references.some((reference) => reference.startsWith('facts.'))) {
    problems.report(nodeAt(node, ['that'])!.position, 'unobserved-applicability', 'it reads no fact: a condition that can be told before anything is observed stands under `when`')
  }
  return that === undefined ? undefined : { that, message }
}

/** Reports facts that are read though they say nothing. */
export function reportConcealed(references: readonly string[], concealed: Concealed, position: Position, problems: Problems): void {
  const facts = new Set(references.filter((reference) => reference.startsWith('facts.')).map((reference) => reference.split('.')[1]!))
  for (const fact of facts) if (Object.hasOwn(concealed, fact)) problems.report(position, 'concealed-fact', `facts.${fact} has no value here: ${concealed[fact]}`)
}

function concealedValue(reference: string, name: string): string {
  return `${reference} may be asked only for presence (has), emptiness (== "") and whether it is the same as another variable or input: ${name} is not declared public. Declare it under variables (\`${name}: { exposure: public }\`) if it may be shown, else judge it with the secret probe`
}

/** The variable that is not public and whose value a reference gives: its own, or one that an input's default tells of. Inputs read those above them, so this ends. */
function concealedBehind(reference: string, declared: Declared): string | undefined {
  const [root, name = ''] = reference.split('.')
  if (root !== 'inputs') return exposureOf(name, declared) === 'public' ? undefined : name
  const sources = declared.inputs.find((input) => input.name === name)?.tellsOf ?? []
  return sources.map((source) => concealedBehind(source, declared)).find((found) => found !== undefined)
}

function exposureOf(name: string, { variables }: Declared): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name]?.exposure : undefined
}

/** Variables that are declared secret, raw text that nobody declared public, and inputs that may hold a credential. */
function isSecret(reference: string, declared: Declared): boolean {
  const [root, name = ''] = reference.split('.')
  const exposure = exposureOf(name, declared)
  if (root === 'vars') return exposure === 'secret'
  if (root === 'env') return exposure !== 'public'
  return root === 'inputs' && declared.inputs.some((input) => input.name === name && input.secret)
}
