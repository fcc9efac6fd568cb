import type { ASTNode } from '@marcbachmann/cel-js'
import type { FactType } from '../../base/facts.js'
import { suggestionHint } from '../../base/text/suggestion.js'
import { type ExpressionProblem, literalText, staticPath, typeOf, type Bindings } from './typing.js'
import type { ReadableNames } from './scope-names.js'

type Comparison = ASTNode & { op: '==' | '!=' | 'in' }

/**
 * Literals that an enumerated value is compared with and can never be: the comparison would be decided by a typing
 * error.
 */
export function foreignLiterals(
  node: Comparison,
  names: ReadableNames,
  bindings: Bindings,
): readonly ExpressionProblem[] {
  const [left, right] = node.args
  const leftValues = valuesOf(typeOf(left, names, bindings))
  const rightType = typeOf(right, names, bindings)
  const rightValues =
    node.op === 'in' ? (rightType?.type === 'list' ? valuesOf(rightType.of) : undefined) : valuesOf(rightType)
  return [
    ...(leftValues === undefined ? [] : foreign(literalsOf(right), leftValues, left)),
    ...(rightValues === undefined ? [] : foreign(literalsOf(left), rightValues, right)),
  ]
}

function foreign(
  literals: readonly ASTNode[],
  values: readonly string[],
  enumerated: ASTNode,
): readonly ExpressionProblem[] {
  const name =
    staticPath(enumerated)
      ?.map((step) => step.name)
      .join('.') ?? 'the value'
  return literals.flatMap((literal) => {
    const text = literalText(literal)!
    if (values.includes(text)) return []
    return [
      {
        offset: literal.start,
        code: 'impossible-value',
        message: `${name} is never "${text}"`,
        hint: suggestionHint(text, values) ?? `it is one of ${values.join(', ')}`,
      },
    ]
  })
}

function valuesOf(type: FactType | undefined): readonly string[] | undefined {
  return type?.type === 'enumeration' ? type.values : undefined
}

function literalsOf(node: ASTNode): readonly ASTNode[] {
  if (node.op === 'list') return node.args.flatMap(literalsOf)
  if (node.op === '?:') return [...literalsOf(node.args[1]), ...literalsOf(node.args[2])]
  return literalText(node) === undefined ? [] : [node]
}
