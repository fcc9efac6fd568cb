import type { ASTNode } from '@marcbachmann/cel-js'
import type { FactType } from '../../base/facts.js'
import { isNamespace, rootType, type ReadableNames } from './expression.js'
import { suggestionHint } from '../../base/text/wording.js'

/** What names bound inside an expression stand for: the element of `list.all(x, …)`, the value of `cel.bind(x, …)`. */
export type Bindings = ReadonlyMap<string, FactType | undefined>

interface PathStep {
  readonly name: string
  /** Where the name is in the expression. */
  readonly offset: number
}

/** The text of a string literal, or `undefined` for any other node. */
export function literalText(node: ASTNode): string | undefined {
  return node.op === 'value' && typeof node.args === 'string' ? node.args : undefined
}

/** `vars.NAME`, `facts.url.port`, `env["NAME"]` as its steps; `undefined` for what is not a chain of written names. */
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

/** The type of what a node reads, where the names alone decide it; `undefined` for anything computed. */
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

type EqualityNode = ASTNode & { op: '==' | '!=' | 'in' }

/**
 * Literals that an enumerated value is compared with and can never be: the comparison would be decided by a typing
 * error.
 */
export function foreignLiterals(
  node: EqualityNode,
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
