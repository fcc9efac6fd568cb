import { factTypeOf } from '../../base/facts.js'
import { pathSuggestionHint } from '../../base/text/wording.js'
import type { CheckDefinition, Definitions, Pack } from '../../checks/definition.js'
import { namesOfPacks } from '../../checks/load/pack-names.js'
import {
  expressionCompiler,
  type ExpressionCompiler,
  type TypedExpression,
} from '../../definitions/expression/compile-expression.js'
import { type Problems, nodeAt, positionInText, type YamlNode, type YamlScalar } from '../../definitions/yaml-node.js'
import { isSecret, reportInspected } from '../../engine/load/concealment.js'
import type { Probe } from '../../engine/probe.js'
import { probeOf } from '../../engine/sampled-probe.js'
import type { AlertCondition, FiringStatus, ShownFigure } from '../alert-definition.js'

/** What the conditions of alerts are compiled against. */
export interface ConditionContext {
  readonly definitions: Definitions
  /** Every kind that a check of an alert uses. */
  readonly probes: ReadonlyMap<string, Probe>
  readonly problems: Problems
}

/** A condition as its schema found it. */
export type WrittenCondition =
  | string
  | {
      readonly check: string
      readonly on?: readonly FiringStatus[] | undefined
      readonly grows?: { readonly rounds: number; readonly above: number } | undefined
      readonly unit?: string | undefined
    }

const textual = ['string', 'int', 'double', 'bool'] as const

const numeric = ['int', 'double'] as const

/** @returns `undefined` when the condition is wrong; the problems are reported then */
export function compileAlertCondition(
  written: WrittenCondition,
  node: YamlNode,
  context: ConditionContext,
): AlertCondition | undefined {
  const id = typeof written === 'string' ? written : written.check
  const check = checkNamed(id, nodeAt(node, ['check']) ?? node, context)
  if (check === undefined) return undefined
  if (typeof written === 'string') return { kind: 'status', check: id, on: new Set(['fail']), figure: undefined }
  const expressions = new FigureCompiler(check, context)
  const unit = written.unit ?? ''
  if (written.grows !== undefined) {
    const figure = expressions.compile(nodeAt(node, ['grows', 'figure']), numeric)
    const process = expressions.compile(nodeAt(node, ['grows', 'process']), textual)
    const { rounds, above } = written.grows
    return figure === undefined || process === undefined
      ? undefined
      : { kind: 'growth', check: id, figure, process, rounds, above, unit }
  }
  const figure = shownFigure(node, unit, expressions)
  return { kind: 'status', check: id, on: new Set(written.on ?? ['fail']), figure }
}

function shownFigure(node: YamlNode, unit: string, expressions: FigureCompiler): ShownFigure | undefined {
  const value = expressions.compile(nodeAt(node, ['value']), textual)
  const limit = expressions.compile(nodeAt(node, ['limit']), textual)
  return value === undefined ? undefined : { value, limit, unit }
}

function checkNamed(
  id: string,
  node: YamlNode,
  { definitions: { checks }, problems }: ConditionContext,
): CheckDefinition | undefined {
  const check = checks.get(id)
  if (check === undefined)
    problems.report(
      node.position,
      'unknown-check',
      `unknown check ${id}`,
      pathSuggestionHint(id, checks.keys()) ?? '`preflight list` shows every id',
    )
  return check
}

/** Compiles what an alert reads of a check: its facts, and what its pack declares. */
class FigureCompiler {
  readonly #compiler: ExpressionCompiler
  readonly #pack: Pack
  readonly #problems: Problems

  constructor(check: CheckDefinition, { definitions, probes, problems }: ConditionContext) {
    this.#pack = definitions.packs.find(({ system }) => system === check.system)!
    const probe = probeOf(probes, check)
    this.#compiler = expressionCompiler({
      ...(probe === undefined ? {} : { facts: factTypeOf(probe.facts) }),
      ...namesOfPacks(this.#pack),
    })
    this.#problems = problems
  }

  /** @param types what it may give; what depends on a body from outside (`dyn`) shows when it is asked */
  compile(node: YamlNode | undefined, types: readonly string[]): TypedExpression | undefined {
    if (node?.kind !== 'scalar' || typeof node.value !== 'string') return undefined
    const scalar: YamlScalar = node
    const problems = this.#problems
    const expression = this.#compiler.compile(
      { text: node.value, at: (offset) => positionInText(scalar, offset) },
      problems,
    )
    if (expression === undefined) return undefined
    const secret = expression.references.find((reference) => isSecret(reference, this.#pack))
    if (secret !== undefined) {
      problems.report(node.position, 'secret-in-figure', `an alert cannot show ${secret}: it may contain a secret`)
      return undefined
    }
    const places = expression.inspected.map(({ reference, offset }) => ({
      reference,
      position: positionInText(scalar, offset),
    }))
    reportInspected(places, this.#pack, problems)
    if (expression.type !== 'dyn' && !types.includes(expression.type))
      problems.report(
        node.position,
        'figure-type',
        `the expression is of type ${expression.type}; expected ${types.join(', ').replace(/, (\w+)$/, ' or $1')}`,
      )
    return expression
  }
}
