import type { ASTNode } from '@marcbachmann/cel-js'

/** The parts that a part of an expression is made of, in order. */
export function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return []
    case '!_':
    case '-_':
      return [node.args]
    case 'list':
      return node.args
    case 'map':
      return node.args.flat()
    case 'call':
      return node.args[1]
    case 'rcall':
      return [node.args[1], ...node.args[2]]
    default:
      return (node.args as readonly (ASTNode | string)[]).filter((child): child is ASTNode => typeof child !== 'string')
  }
}
