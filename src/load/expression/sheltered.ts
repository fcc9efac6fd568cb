import type { ASTNode } from '@marcbachmann/cel-js'
import { literalText, staticPath } from './typing.js'

/** Functions of ours that give nothing of a value but what may be shown of it. */
const discreet: ReadonlySet<string> = new Set(['has', 'endpointOf'])

/** What holds values of a deployment, each under its name. */
export const settable: ReadonlySet<string> = new Set(['env', 'vars', 'inputs'])

/** The operands whose value a part of an expression does not look at: asked for presence, emptiness, or being the same as another variable or input. */
export function shelteredParts(node: ASTNode): readonly ASTNode[] {
  if (node.op === 'call' && discreet.has(node.args[0])) return node.args[1].flatMap(alternativesOf)
  if (node.op !== '==' && node.op !== '!=') return []
  const [left, right] = node.args
  const isUntelling = (part: ASTNode): boolean => literalText(part) === '' || isVariable(part)
  return isUntelling(left) && isUntelling(right) ? [left, right] : []
}

/** What a choice may come out as; its condition looks at what it reads. */
function alternativesOf(node: ASTNode): readonly ASTNode[] {
  return node.op === '?:' ? [...alternativesOf(node.args[1]), ...alternativesOf(node.args[2])] : [node]
}

function isVariable(node: ASTNode): boolean {
  const steps = staticPath(node)
  return steps?.length === 2 && settable.has(steps[0]!.name)
}
