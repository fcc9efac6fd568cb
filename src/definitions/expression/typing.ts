import type { ASTNode } from '@marcbachmann/cel-js'
import type { FactType } from '../../base/facts.js'
import { isNamespace, rootType, type ReadableNames } from './scope-names.js'

/** What names bound inside an expression stand for: the element of `list.all(x, …)`, the value of `cel.bind(x, …)`. */
export type Bindings = ReadonlyMap<string, FactType | undefined>

export interface PathStep {
  readonly name: string
  /** Where the name stands in the expression. */
  readonly offset: number
}

/** The text of a string literal, or `undefined` for any other node. */
export function literalText(node: ASTNode): string | undefined {
  return node.op === 'value' && typeof node.args === 'string' ? node.args : undefined
}

/** `vars.NAME`, `facts.url.port`, `env["NAME"]` as its steps; `undefined` for what is no chain of written names. */
export function staticPath(node: ASTNode): readonly PathStep[] | undefined {
  if (node.op === 'id') return [{ name: node.args, offset: node.start }]
  if (node.op === '[]') {
    const [receiver, index] = node.args
    const name = literalText(index)
    const isMember = receiver.op === 'id' && isNamespace(receiver.args) && name !== undefined
    return isMember
      ? [
          { name: receiver.args, offset: receiver.start },
          { name, offset: index.start },
        ]
      : undefined
  }
  if (node.op !== '.') return undefined
  const before = staticPath(node.args[0])
  return before === undefined ? undefined : [...before, { name: node.args[1], offset: node.end - node.args[1].length }]
}

/** The type of what a node reads, where it can be told from the names alone; `undefined` for anything computed. */
export function typeOf(node: ASTNode, names: ReadableNames, bindings: Bindings): FactType | undefined {
  switch (node.op) {
    case 'id':
      return bindings.has(node.args) ? bindings.get(node.args) : rootType(names, node.args)
    case '.':
      return memberType(typeOf(node.args[0], names, bindings), node.args[1])
    case '[]':
      return memberType(typeOf(node.args[0], names, bindings), literalText(node.args[1]))
    case 'rcall':
      return node.args[0] === 'filter' ? typeOf(node.args[1], names, bindings) : undefined
    default:
      return undefined
  }
}

function memberType(type: FactType | undefined, name: string | undefined): FactType | undefined {
  if (type?.type === 'object')
    return name !== undefined && Object.hasOwn(type.fields, name) ? type.fields[name] : undefined
  return type?.type === 'list' || type?.type === 'map' ? type.of : undefined
}

const iterations: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map'])

/** The bindings inside a method's arguments: those outside, and the element that an iteration names. */
export function withIteration(node: ASTNode & { op: 'rcall' }, names: ReadableNames, bindings: Bindings): Bindings {
  const [method, receiver, [variable, value]] = node.args
  if (variable?.op !== 'id') return bindings
  if (method === 'bind' && receiver.op === 'id' && receiver.args === 'cel' && value !== undefined) {
    return new Map([...bindings, [variable.args, typeOf(value, names, bindings)]])
  }
  if (!iterations.has(method)) return bindings
  const range = typeOf(receiver, names, bindings)
  return new Map([...bindings, [variable.args, range?.type === 'list' ? range.of : undefined]])
}

/** Something wrong with an expression; `offset` counts characters from its start. */
export interface ExpressionProblem {
  readonly offset: number
  readonly code: string
  readonly message: string
  readonly hint?: string | undefined
}
