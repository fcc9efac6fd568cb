import type { ASTNode } from '@marcbachmann/cel-js'
import { type ExpressionProblem, literalText } from './typing.js'

/** 2^63: no int by itself, only with a minus before it. */
export const beyondInt = 2n ** 63n

/**
 * What the library reads as a literal, and CEL does not, or we do not offer: integers over 64 bits, bytes, keys written
 * twice.
 */
export function literalProblems(node: ASTNode, parent: ASTNode | undefined): readonly ExpressionProblem[] {
  if (node.op === 'map') return doubledKeys(node.args.map(([key]) => key))
  if (node.op !== 'value') return []
  if (node.args instanceof Uint8Array)
    return [{ offset: node.start, code: 'expression', message: 'bytes are not supported' }]
  const isNegative = parent?.op === '-_' && parent.start + 1 === node.start
  if (typeof node.args !== 'bigint' || node.args < beyondInt || (node.args === beyondInt && isNegative)) return []
  return [
    {
      offset: node.start,
      code: 'expression',
      message: 'an integer has 64 bits: it is between -9223372036854775808 and 9223372036854775807',
    },
  ]
}

function doubledKeys(keys: readonly ASTNode[]): readonly ExpressionProblem[] {
  const seen = new Set<string>()
  return keys.flatMap((key) => {
    const text = literalText(key)
    if (text === undefined) return []
    if (seen.has(text)) return [{ offset: key.start, code: 'duplicate-key', message: `duplicate key "${text}"` }]
    seen.add(text)
    return []
  })
}
