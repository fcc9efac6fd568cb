import type { ASTNode } from '@marcbachmann/cel-js'
import type { FactType } from '../../base/facts.js'
import { suggestionHint } from '../../base/text/wording.js'
import { knownHint, namesWithin, unknownName } from './known-names.js'
import { PatternError, compilePattern } from '../pattern.js'
import {
  childrenOf,
  comparedTexts,
  literalProblems,
  literalText,
  staticPath,
  typeOf,
  withIteration,
  type Bindings,
  type ExpressionProblem,
  foreignLiterals,
} from './typing.js'
import { functionNames, methodNames } from './evaluation/functions.js'
import { isNamespace, rootType, type ReadableNames } from './expression.js'
import {
  addressedInputs,
  equatedPaths,
  openParts,
  passedOnParts,
  settable,
  settablePath,
  shelteredParts,
} from './sheltered.js'

/** A variable or an input whose value an expression looks at. */
export interface InspectedVariable {
  /** `env.NAME`, `vars.NAME` or `inputs.NAME`. */
  readonly reference: string
  readonly name: string
  readonly offset: number
  /** What the expression gives is the value, or holds it: nothing is made of it but that. */
  readonly isPassedOn: boolean
  /** It is a piece of a longer text, with no `@` behind it. */
  readonly isOpen: boolean
}

interface ExpressionInspection {
  readonly references: readonly string[]
  /** By path, the texts that it is compared with by `==` or `in`. */
  readonly compared: ReadonlyMap<string, readonly string[]>
  readonly inspected: readonly InspectedVariable[]
  /** Inputs of which it tells where they lead, as URLs. */
  readonly addressed: readonly Pick<InspectedVariable, 'reference' | 'offset'>[]
  /** By variable or input, those that it is asked to be the same as. */
  readonly equated: ReadonlyMap<string, readonly string[]>
  readonly problems: readonly ExpressionProblem[]
}

/**
 * Walks a parsed expression for what the library's type check does not see: undeclared names (also inside `has`),
 * literals that an enumerated value can never be, functions that we do not offer, patterns that are not bounded; and
 * collects every path it reads.
 */
export function inspectExpression(root: ASTNode, names: ReadableNames): ExpressionInspection {
  const inspector = new Inspector(names, new Set(passedOnParts(root)), new Set(openParts(root)))
  inspector.visit(root, new Map())
  return {
    references: [...inspector.references],
    compared: inspector.compared,
    inspected: inspector.inspected,
    addressed: inspector.addressed,
    equated: inspector.equated,
    problems: inspector.problems,
  }
}

/** Names that the library has values for, and we have not. */
const withheld: ReadonlySet<string> = new Set(['bytes', 'dyn', 'google', 'cel', 'CelNamespace'])

class Inspector {
  readonly references = new Set<string>()
  readonly compared = new Map<string, readonly string[]>()
  readonly inspected: InspectedVariable[] = []
  readonly addressed: { readonly reference: string; readonly offset: number }[] = []
  readonly equated = new Map<string, readonly string[]>()
  readonly problems: ExpressionProblem[] = []
  /** Parts that are asked for presence, emptiness or sameness only. */
  readonly #sheltered = new Set<ASTNode>()

  constructor(
    readonly names: ReadableNames,
    readonly passedOn: ReadonlySet<ASTNode>,
    readonly open: ReadonlySet<ASTNode>,
  ) {}

  visit(node: ASTNode, bindings: Bindings, parent?: ASTNode): void {
    this.problems.push(...literalProblems(node, parent))
    if (node.op === 'id') return this.#identifier(node.args, node.start, bindings)
    if (node.op === '.' || node.op === '[]') return this.#member(node, bindings)
    if (node.op === 'rcall') return this.#method(node, bindings)
    if (node.op === '==' || node.op === '!=' || node.op === 'in')
      this.problems.push(...foreignLiterals(node, this.names, bindings))
    const comparison = node.op === '==' || node.op === 'in' ? comparedTexts(node) : undefined
    if (comparison !== undefined)
      this.compared.set(comparison.path, [...(this.compared.get(comparison.path) ?? []), ...comparison.texts])
    if (node.op === 'call') this.#offered(node, node.args[0], functionNames)
    for (const part of shelteredParts(node)) this.#sheltered.add(part)
    for (const part of addressedInputs(node))
      this.addressed.push({ reference: settablePath(part)!, offset: part.start })
    for (const [one, other] of equatedPaths(node)) this.equated.set(one, [...(this.equated.get(one) ?? []), other])
    for (const child of childrenOf(node)) this.visit(child, bindings, node)
  }

  #identifier(name: string, offset: number, bindings: Bindings): void {
    if (bindings.has(name)) return
    if (name === 'facts' && this.names.facts === undefined) {
      this.#report(offset, 'facts-out-of-place', 'facts can only be read in expect and its messages')
    } else if (isNamespace(name) && rootType(this.names, name) === undefined) {
      const readable = Object.keys(this.names).join(', ')
      this.#report(offset, 'unknown-name', `${name} cannot be read here: an expression here can read ${readable}`)
    } else if (isNamespace(name)) {
      this.#report(offset, 'whole-namespace', `${name} can only be read member by member: ${name}.NAME`)
    } else if (rootType(this.names, name) !== undefined) {
      this.references.add(name)
    } else if (withheld.has(name)) {
      this.#report(offset, 'expression', `${name} has no value`)
    }
  }

  #member(node: ASTNode & { op: '.' | '[]' }, bindings: Bindings): void {
    const steps = staticPath(node)
    const [root, ...members] = steps ?? []
    const type = root === undefined || bindings.has(root.name) ? undefined : rootType(this.names, root.name)
    if (root !== undefined && type !== undefined && members.length > 0) {
      this.references.add([root, ...members].map((step) => step.name).join('.'))
      this.#checkMembers(root.name, members, type)
      const { name, offset } = members[0]!
      if (settable.has(root.name) && !this.#sheltered.has(node))
        this.inspected.push({
          reference: `${root.name}.${name}`,
          name,
          offset,
          isPassedOn: this.passedOn.has(node),
          isOpen: this.open.has(node),
        })
      return
    }
    const [receiver, index] = node.args
    if (node.op === '[]' && receiver.op === 'id' && isNamespace(receiver.args) && !bindings.has(receiver.args)) {
      this.#report(node.start, 'computed-name', `a member of ${receiver.args} must be named, not computed`)
    } else {
      this.visit(receiver, bindings)
    }
    if (typeof index === 'string') return
    const name = literalText(index)
    const map = typeOf(receiver, this.names, bindings)
    const known = map?.type === 'map' ? namesWithin(map) : undefined
    if (name !== undefined && known?.includes(name) === false)
      this.#report(index.start, 'unknown-name', `unknown key ${name}`, suggestionHint(name, known) ?? knownHint(known))
    this.visit(index, bindings)
  }

  #checkMembers(root: string, members: readonly { name: string; offset: number }[], rootType: FactType): void {
    let type: FactType | undefined = rootType
    let path = root
    for (const { name, offset } of members) {
      const known = namesWithin(type)
      if (known?.includes(name) === false) {
        this.#report(
          offset,
          'unknown-name',
          unknownName(path, name),
          suggestionHint(name, known) ?? (root === 'facts' ? knownHint(known) : undefined),
        )
        return
      }
      type =
        type?.type === 'object'
          ? type.fields[name]
          : type?.type === 'map'
            ? type.of
            : type?.type === 'any'
              ? type
              : undefined
      path = `${path}.${name}`
    }
  }

  #method(node: ASTNode & { op: 'rcall' }, bindings: Bindings): void {
    const [method, receiver, parameters] = node.args
    const isBinding = method === 'bind' && receiver.op === 'id' && receiver.args === 'cel'
    if (!isBinding) {
      this.#offered(node, method, methodNames)
      this.visit(receiver, bindings)
    }
    const inner = withIteration(node, this.names, bindings)
    const variable = inner === bindings ? undefined : parameters[0]
    if (variable?.op === 'id' && rootType(this.names, variable.args) !== undefined) {
      this.#report(
        variable.start,
        'shadowed-name',
        `${variable.args} cannot be the name of an element: the name is already used here`,
      )
    }
    for (const parameter of parameters) if (parameter !== variable) this.visit(parameter, inner)
    if (method === 'matches') this.#bound(node)
  }

  #bound(node: ASTNode & { op: 'rcall' }): void {
    const pattern = node.args[2][0]
    const source = pattern === undefined ? undefined : literalText(pattern)
    if (pattern === undefined) return
    if (source === undefined) {
      this.#report(
        pattern.start,
        'computed-pattern',
        'the pattern of matches must be a literal, so that it can be checked',
      )
      return
    }
    try {
      compilePattern(source)
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
      this.#report(pattern.start, 'pattern', error.message)
    }
  }

  #offered(node: ASTNode, name: string, known: readonly string[]): void {
    if (!known.includes(name))
      this.#report(
        node.start,
        'unknown-function',
        `unknown function ${name}`,
        suggestionHint(name, known) ?? `known: ${known.join(', ')}`,
      )
  }

  #report(offset: number, code: string, message: string, hint?: string): void {
    this.problems.push({ offset, code, message, hint })
  }
}
