import type { ASTNode } from '@marcbachmann/cel-js'
import { literalText, staticPath } from './typing.js'

type Comparison = ASTNode & { op: '==' | 'in' }

/**
 * The texts that a comparison by `==` or `in` holds a path against, with that path; `undefined` where it names no path
 * or anything but texts.
 */
export function comparedTexts(
  node: Comparison,
): { readonly path: string; readonly texts: readonly string[] } | undefined {
  const [left, right] = node.args
  if (node.op === '==' && literalText(left) !== undefined) return named(right, [left])
  return named(left, node.op === 'in' && right.op === 'list' ? right.args : [right])
}

function named(compared: ASTNode, literals: readonly ASTNode[]): ReturnType<typeof comparedTexts> {
  const path = staticPath(compared)
    ?.map((step) => step.name)
    .join('.')
  const texts = literals.map(literalText)
  return path === undefined || !texts.every((each) => each !== undefined) ? undefined : { path, texts }
}
