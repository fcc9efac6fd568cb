import type { ASTNode } from '@marcbachmann/cel-js'
import { literalText, staticPath } from './typing.js'

/** Functions of ours that give nothing of a value but what may be shown of it. */
const discreet: ReadonlySet<string> = new Set(['has', 'endpointOf'])

/** What holds values of a deployment, each under its name. */
export const settable: ReadonlySet<string> = new Set(['env', 'vars', 'inputs'])

/**
 * The operands whose value a part of an expression does not look at: asked for presence, emptiness, or being the same
 * as another variable.
 */
export function shelteredParts(node: ASTNode): readonly ASTNode[] {
  if (node.op === 'call' && discreet.has(node.args[0])) return node.args[1].flatMap(alternativesOf)
  if (node.op !== '==' && node.op !== '!=') return []
  const [left, right] = [alternativesOf(node.args[0]), alternativesOf(node.args[1])]
  return [...(right.every(revealsNothing) ? left : []), ...(left.every(revealsNothing) ? right : [])]
}

/**
 * The variables and inputs that are asked whether they are the same: of two that are, each reveals the other's value.
 */
export function equatedPaths(node: ASTNode): readonly (readonly [string, string])[] {
  if (node.op !== '==' && node.op !== '!=') return []
  const [left, right] = [node.args[0], node.args[1]].map((side) =>
    alternativesOf(side).flatMap((part) => settablePath(part) ?? []),
  )
  return left!.flatMap((one) =>
    right!.flatMap((other): (readonly [string, string])[] => [
      [one, other],
      [other, one],
    ]),
  )
}

/** The parts whose value an expression gives as it is, or as a piece of what it gives; it looks at none of them. */
export function passedOnParts(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case '?:':
      return [node.args[1], node.args[2]].flatMap(passedOnParts)
    case '+':
      return node.args.flatMap(passedOnParts)
    case 'list':
      return node.args.flatMap(passedOnParts)
    case 'map':
      return node.args.flatMap(([, value]) => passedOnParts(value))
    case 'call':
      // Of a text or a number `string` makes the same text; no value makes it fail.
      return node.args[0] === 'string' ? node.args[1].flatMap(passedOnParts) : []
    default:
      return [node]
  }
}

/**
 * Of those, the ones that are in a longer text with no `@` behind them: a URL that is made so may have a password where
 * its host is.
 *
 * @param isFollowed whether an `@` comes after the whole
 */
export function openParts(node: ASTNode, isJoined = false, isFollowed = false): readonly ASTNode[] {
  switch (node.op) {
    case '?:':
      return [node.args[1], node.args[2]].flatMap((part) => openParts(part, isJoined, isFollowed))
    case '+':
      return [
        ...openParts(node.args[0], true, startsWithAt(node.args[1])),
        ...openParts(node.args[1], true, isFollowed),
      ]
    case 'call':
      return node.args[0] === 'string' ? node.args[1].flatMap((part) => openParts(part, isJoined, isFollowed)) : []
    default:
      return isJoined && !isFollowed ? [node] : []
  }
}

function startsWithAt(node: ASTNode): boolean {
  if (node.op === '?:') return startsWithAt(node.args[1]) && startsWithAt(node.args[2])
  return node.op === '+' ? startsWithAt(node.args[0]) : (literalText(node)?.startsWith('@') ?? false)
}

/** The inputs whose address a part of an expression tells. */
export function addressedInputs(node: ASTNode): readonly ASTNode[] {
  if (node.op !== 'call' || node.args[0] !== 'endpointOf') return []
  return node.args[1].flatMap(alternativesOf).filter((part) => settablePath(part)?.startsWith('inputs.') ?? false)
}

/** What a choice may come out as; its condition looks at what it reads. */
function alternativesOf(node: ASTNode): readonly ASTNode[] {
  return node.op === '?:' ? [...alternativesOf(node.args[1]), ...alternativesOf(node.args[2])] : [node]
}

/**
 * Nothing, or a variable. Not an input: anyone who starts a run may give it as any text, and so try one guess after the
 * other.
 */
function revealsNothing(node: ASTNode): boolean {
  return literalText(node) === '' || /^(?:env|vars)\./.test(settablePath(node) ?? '')
}

/** `env.NAME`, `vars.NAME` or `inputs.NAME`. */
export function settablePath(node: ASTNode): string | undefined {
  const steps = staticPath(node)
  return steps?.length === 2 && settable.has(steps[0]!.name) ? steps.map(({ name }) => name).join('.') : undefined
}
