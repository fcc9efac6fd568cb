import { ParseError, type ASTNode, type ParseResult, Environment } from '@marcbachmann/cel-js'
import { type Expression, type ExpressionScope, type ReadableNames, isNamespace } from './expression.js'
import type { Position } from '../../base/errors.js'
import { expressionHint } from '../beginner-hints.js'
import type { Problems } from '../yaml-node.js'
import { fromCel, registerCelType, type CelType } from './cel-values.js'
import { Budget } from './evaluation/step-budget.js'
import { evaluatorOf } from './evaluation/evaluator.js'
import { failureOf } from './failure.js'
import { inspectExpression, type InspectedVariable } from './inspect-expression.js'
import type { VariableFrame, Value } from './evaluation/values.js'
import { addedFunctions } from './evaluation/functions.js'

/** A compiled expression and the CEL type of its result. */
export interface TypedExpression extends Expression {
  readonly type: string
  /** Evaluates it as a part of something larger, which has one budget. @throws ExpressionFailure */
  evaluateWithin(scope: ExpressionScope, budget: Budget): unknown
  /** By path, the texts that it is compared with by `==` or `in`. */
  readonly compared: ReadonlyMap<string, readonly string[]>
  /** Variables and inputs that are asked for more than presence, emptiness, or being the same as another variable. */
  readonly inspected: readonly InspectedVariable[]
  /** Inputs of which it tells where they lead, as URLs. */
  readonly addressed: readonly Pick<InspectedVariable, 'reference' | 'offset'>[]
}

/** An expression's text and the place of each of its characters. */
interface ExpressionSource {
  readonly text: string
  at(offset: number): Position
}

/** Compiles expressions over one set of readable names. */
export interface ExpressionCompiler {
  /**
   * Something it reads has an unknown type, because of a mistake reported elsewhere: what depends on it is not checked.
   */
  readonly isPartial: boolean
  /** @returns `undefined` when the expression is wrong; the problems are reported then */
  compile(source: ExpressionSource, problems: Problems): TypedExpression | undefined
}

const longestExpression = 4000

export function expressionCompiler(names: ReadableNames, isPartial = false): ExpressionCompiler {
  let environment: CelEnvironment | undefined
  /** Those without a mistake, by their text: the same one is in many checks. */
  const compiled = new Map<string, TypedExpression>()
  return {
    isPartial,
    compile(source, problems) {
      const before = compiled.get(source.text)
      if (before !== undefined) return before
      // Built for the first expression only: a file of declarations has none.
      environment ??= celEnvironment(names)
      const expression = compile(source, names, environment, problems)
      if (expression !== undefined) compiled.set(source.text, expression)
      return expression
    },
  }
}

function compile(
  source: ExpressionSource,
  names: ReadableNames,
  cel: CelEnvironment,
  problems: Problems,
): TypedExpression | undefined {
  if (source.text.length > longestExpression) {
    problems.report(source.at(0), 'expression', `the expression is longer than ${longestExpression} characters`)
    return undefined
  }
  const parsed = parse(source, cel, problems)
  if (parsed === undefined) return undefined
  const inspection = inspectExpression(parsed.ast, names)
  for (const { offset, code, message, hint } of inspection.problems)
    problems.report(source.at(offset), code, message, hint)
  if (inspection.problems.length > 0) return undefined
  const checked = parsed.check()
  if (checked.error !== undefined || checked.type === undefined) {
    problems.report(
      source.at(checked.error?.range?.start ?? 0),
      'expression',
      checked.error?.summary ?? 'the expression has no type',
    )
    return undefined
  }
  const evaluate = evaluatorOf(parsed.ast)
  const evaluateWithin = (scope: ExpressionScope, budget: Budget): unknown => {
    try {
      return fromCel(evaluate(cel.frameOf(scope, inspection.references, budget)), budget)
    } catch (error) {
      throw failureOf(error, source.text, scope)
    }
  }
  return {
    source: source.text,
    type: checked.type,
    references: inspection.references,
    compared: inspection.compared,
    inspected: inspection.inspected,
    addressed: inspection.addressed,
    equated: inspection.equated,
    evaluateWithin,
    evaluate: (scope) => evaluateWithin(scope, new Budget()),
  }
}

function parse(
  source: ExpressionSource,
  { environment }: CelEnvironment,
  problems: Problems,
): (ParseResult & { ast: ASTNode }) | undefined {
  try {
    return environment.parse(source.text)
  } catch (error) {
    const isSyntax = error instanceof ParseError
    problems.report(
      source.at(isSyntax ? (error.range?.start ?? 0) : 0),
      'expression',
      isSyntax ? error.summary : 'the expression cannot be read',
      expressionHint(source.text),
    )
    return undefined
  }
}

interface CelEnvironment {
  readonly environment: Environment
  /**
   * What a compiled expression is evaluated in: of the namespaces only the members that it reads, however many there
   * are.
   *
   * @throws ConversionError
   */
  frameOf(scope: ExpressionScope, references: readonly string[], budget: Budget): VariableFrame
}

/**
 * An environment of the expression library that knows our names with their types, and our functions: it parses, and
 * checks types.
 */
export function celEnvironment(names: ReadableNames): CelEnvironment {
  const environment = new Environment({ limits: { maxAstNodes: 2000, maxDepth: 60 } })
  const types = new Map<string, CelType>()
  for (const [root, type] of Object.entries(names)) {
    const celType = registerCelType(environment, root, type)
    environment.registerVariable(root, celType.name)
    types.set(root, celType)
  }
  for (const signature of addedFunctions) environment.registerFunction(signature, neverCalled, { async: false })
  /** By an expression's references, those of them that are members of each root. */
  const membersOf = new WeakMap<readonly string[], ReadonlyMap<string, readonly string[]>>()
  return {
    environment,
    frameOf(scope, references, budget) {
      const members = membersOf.get(references) ?? membersByRoot(references, [...types.keys()])
      membersOf.set(references, members)
      const values = new Map<string, Value>()
      for (const [root, type] of types)
        values.set(root, type.toCel(isNamespace(root) ? onlyMembers(scope[root], members.get(root)!) : scope[root]))
      return { budget, valueOf: (name) => values.get(name) }
    },
  }
}

function membersByRoot(
  references: readonly string[],
  roots: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const membersOf = (root: string): readonly string[] =>
    references.filter((reference) => reference.startsWith(`${root}.`)).map((reference) => reference.split('.')[1]!)
  return new Map(roots.map((root) => [root, membersOf(root)]))
}

/** The library only checks types: what an expression gives is worked out by `evaluatorOf`. */
function neverCalled(): never {
  throw new Error('the library is not asked to evaluate')
}

/**
 * Of a namespace the members that are there, own ones only; what is not a namespace at all is left to the conversion to
 * refuse.
 */
function onlyMembers(namespace: unknown, members: readonly string[]): unknown {
  if (typeof namespace !== 'object' || namespace === null) return namespace
  const found: Record<string, unknown> = {}
  for (const member of members)
    if (Object.hasOwn(namespace, member)) found[member] = (namespace as Readonly<Record<string, unknown>>)[member]
  return found
}
