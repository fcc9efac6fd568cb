import type { ASTNode } from '@marcbachmann/cel-js'
import type { FactType } from '../../model/facts.js'
import { suggestionHint } from '../../kernel/suggestion.js'
import { PatternError, compilePattern } from '../pattern.js'
import { boundedMatches } from './cel-environment.js'
import { comparedTexts } from './compared-codes.js'
import { foreignLiterals } from './enumeration-literals.js'
import { isNamespace, rootType, type ReadableNames } from './names.js'
import { literalText, staticPath, withIteration, type Bindings } from './typing.js'

/** Something wrong with an expression; `offset` counts characters from its start. */
export interface ExpressionProblem {
  readonly offset: number
  readonly code: string
  readonly message: string
  readonly hint?: string | undefined
}

export interface Inspection {
  readonly references: readonly string[]
  /** By path, the texts that it is compared with by `==` or `in`. */
  readonly compared: ReadonlyMap<string, readonly string[]>
  readonly problems: readonly ExpressionProblem[]
}

/**
 * Walks a parsed expression for what the library's type check does not see: names nobody declared (also inside `has`),
 * literals that an enumerated value can never be, patterns that are not bounded; and collects every path it reads.
 *
 * Calls of `matches` are turned to the bounded matcher on the way.
 */
export function inspectExpression(root: ASTNode, names: ReadableNames): Inspection {
  const inspector = new Inspector(names)
  inspector.visit(root, new Map())
  return { references: [...inspector.references], compared: inspector.compared, problems: inspector.problems }
}

class Inspector {
  readonly references = new Set<string>()
  readonly compared = new Map<string, readonly string[]>()
  readonly problems: ExpressionProblem[] = []

  constructor(readonly names: ReadableNames) {}

  visit(node: ASTNode, bindings: Bindings): void {
    if (node.op === 'id') return this.#identifier(node.args, node.start, bindings)
    if (node.op === '.' || node.op === '[]') return this.#member(node, bindings)
    if (node.op === 'rcall') return this.#method(node, bindings)
    if (node.op === '==' || node.op === '!=' || node.op === 'in') this.problems.push(...foreignLiterals(node, this.names, bindings))
    const comparison = node.op === '==' || node.op === 'in' ? comparedTexts(node) : undefined
    if (comparison !== undefined) this.compared.set(comparison.path, [...(this.compared.get(comparison.path) ?? []), ...comparison.texts])
    for (const child of childrenOf(node)) this.visit(child, bindings)
  }

  #identifier(name: string, offset: number, bindings: Bindings): void {
    if (bindings.has(name)) return
    if (name === 'facts' && this.names.facts === undefined) {
      this.#report(offset, 'facts-out-of-place', 'facts can only be read in expect and its messages')
    } else if (isNamespace(name)) {
      this.#report(offset, 'whole-namespace', `${name} can only be read member by member: ${name}.NAME`)
    } else if (rootType(this.names, name) !== undefined) {
      this.references.add(name)
    }
  }

  #member(node: ASTNode & { op: '.' | '[]' }, bindings: Bindings): void {
    const steps = staticPath(node)
    const [root, ...members] = steps ?? []
    const type = root === undefined || bindings.has(root.name) ? undefined : rootType(this.names, root.name)
    if (root !== undefined && type !== undefined && members.length > 0) {
      this.references.add([root, ...members].map((step) => step.name).join('.'))
      this.#checkMembers(root.name, members, type)
      return
    }
    const [receiver, index] = node.args
    if (node.op === '[]' && receiver.op === 'id' && isNamespace(receiver.args) && !bindings.has(receiver.args)) {
      this.#report(node.start, 'computed-name', `a member of ${receiver.args} must be named, not computed`)
    } else {
      this.visit(receiver, bindings)
    }
    if (typeof index !== 'string') this.visit(index, bindings)
  }

  #checkMembers(root: string, members: readonly { name: string; offset: number }[], rootType: FactType): void {
    let type: FactType | undefined = rootType
    let path = root
    for (const { name, offset } of members) {
      if (type?.type === 'object' && !Object.hasOwn(type.fields, name)) {
        const known = Object.keys(type.fields)
        this.#report(offset, 'unknown-name', unknownName(path, name), suggestionHint(name, known) ?? (root === 'facts' ? `known: ${known.join(', ')}` : undefined))
        return
      }
      type = type?.type === 'object' ? type.fields[name] : type?.type === 'map' ? type.of : type?.type === 'any' ? type : undefined
      path = `${path}.${name}`
    }
  }

  #method(node: ASTNode & { op: 'rcall' }, bindings: Bindings): void {
    const [method, receiver, parameters] = node.args
    this.visit(receiver, bindings)
    const inner = withIteration(node, this.names, bindings)
    const variable = inner === bindings ? undefined : parameters[0]
    if (variable?.op === 'id' && rootType(this.names, variable.args) !== undefined) {
      this.#report(variable.start, 'shadowed-name', `${variable.args} cannot be the name of an element: it already means something here`)
    }
    for (const parameter of parameters) if (parameter !== variable) this.visit(parameter, inner)
    if (method === 'matches') this.#bound(node)
  }

  #bound(node: ASTNode & { op: 'rcall' }): void {
    const pattern = node.args[2][0]
    const source = pattern === undefined ? undefined : literalText(pattern)
    // The one place where the library's tree is changed: its `matches` is the host's RegExp, and cannot be replaced.
    node.args[0] = boundedMatches
    if (pattern === undefined) return
    if (source === undefined) {
      this.#report(pattern.start, 'computed-pattern', 'the pattern of matches must be written out, so that it can be checked')
      return
    }
    try {
      compilePattern(source)
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
      this.#report(pattern.start, 'pattern', error.message)
    }
  }

  #report(offset: number, code: string, message: string, hint?: string): void {
    this.problems.push({ offset, code, message, hint })
  }
}

function unknownName(path: string, name: string): string {
  if (path === 'facts') return `there is no fact ${name}`
  if (path === 'vars') return `no file of this system declares the variable ${name}`
  if (path === 'inputs') return `there is no input ${name} that can be read here`
  return `${path} has no member ${name}`
}

function childrenOf(node: ASTNode): readonly ASTNode[] {
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
