import type { ASTNode } from '@marcbachmann/cel-js'
import { childrenOf, beyondInt } from '../typing.js'
import { negated, binary, contained, indexed, literal, map, member, ordered, valueOr } from './operators.js'
import { BudgetError, EvaluationFault } from './step-budget.js'
import { bound, type Evaluate, areEqual, isMap, typeNames } from './values.js'
import { functionNamed, methodNamed } from './functions.js'
import { iteratedElements, iterations, loopOf, truthOf } from './iterations.js'

/**
 * Makes a parsed and checked expression ready to be evaluated, by the rules of CEL.
 *
 * The library's own evaluation is not used: its conversions take texts that are not numbers, and nothing can bound what
 * it does.
 */
export function evaluatorOf(node: ASTNode): Evaluate {
  const evaluate = untold(node)
  return (frame) => {
    try {
      return evaluate(frame)
    } catch (error) {
      // What failed inside a function is reported for the innermost part that called it.
      throw error instanceof EvaluationFault && error.part === undefined ? new EvaluationFault(error.code, node) : error
    }
  }
}

function untold(node: ASTNode): Evaluate {
  switch (node.op) {
    case 'value':
      return literal(node.args)
    case 'id':
      return named(node.args)
    case '.':
      return member(evaluatorOf(node.args[0]), node.args[1])
    case '[]':
      return indexed(evaluatorOf(node.args[0]), evaluatorOf(node.args[1]))
    case 'call':
      return call(node.args[0], node.args[1])
    case 'rcall':
      return method(node.args[0], node.args[1], node.args[2])
    case 'list': {
      const items = node.args.map(evaluatorOf)
      return (frame) => items.map((item) => item(frame))
    }
    case 'map':
      return map(node.args.map(([key, value]) => [evaluatorOf(key), evaluatorOf(value)]))
    case '?:':
      return choice(node.args)
    case '||':
    case '&&':
      return logical(node.args[0], node.args[1], node.op === '||')
    case '!_': {
      const [operand, part] = [evaluatorOf(node.args), node.args]
      return (frame) => !truthOf(operand(frame), part)
    }
    case '-_':
      return negation(node.args)
    case '==':
    case '!=': {
      const [left, right, isEqual] = [evaluatorOf(node.args[0]), evaluatorOf(node.args[1]), node.op === '==']
      return (frame) => areEqual(left(frame), right(frame), frame.budget) === isEqual
    }
    case '<':
    case '<=':
    case '>':
    case '>=':
      return ordered(node.op, evaluatorOf(node.args[0]), evaluatorOf(node.args[1]))
    case 'in':
      return contained(evaluatorOf(node.args[0]), evaluatorOf(node.args[1]))
    case '.?':
    case '[?]':
      throw new Error(`the operator ${node.op} is not supported`)
    default:
      return binary(node.op, evaluatorOf(node.args[0]), evaluatorOf(node.args[1]))
  }
}

function named(name: string): Evaluate {
  return (frame) => {
    const value = frame.valueOf(name)
    return value === undefined ? valueOr(typeNames.get(name)) : value
  }
}

function call(name: string, parameters: readonly ASTNode[]): Evaluate {
  if (name === 'has') return presence(parameters[0]!)
  const [run, values] = [functionNamed(name), parameters.map(evaluatorOf)]
  if (run === undefined) throw new Error(`the function ${name} is not supported`)
  return (frame) =>
    run(
      values.map((value) => value(frame)),
      frame.budget,
    )
}

/** `has(a.b)`: whether `a` has a `b`. An `a` that has no value is an error, and so is one that can have no members. */
function presence(node: ASTNode): Evaluate {
  if (node.op !== '.') throw new Error('has takes a member')
  const [receiver, name] = [evaluatorOf(node.args[0]), node.args[1]]
  return (frame) => {
    const value = receiver(frame)
    if (!isMap(value)) throw new EvaluationFault('no-members')
    return value.has(name)
  }
}

function method(name: string, receiver: ASTNode, parameters: readonly ASTNode[]): Evaluate {
  const [first, ...rest] = parameters
  const iteration = iterations.get(name)
  if (iteration !== undefined && first?.op === 'id') {
    const [range, bodies, parts] = [
      evaluatorOf(receiver),
      rest.map(evaluatorOf),
      rest.reduce((sum, body) => sum + partsOf(body), 0),
    ]
    return (frame) => iteration(iteratedElements(range(frame), frame.budget), loopOf(frame, first.args, bodies, parts))
  }
  if (name === 'bind' && receiver.op === 'id' && receiver.args === 'cel' && first?.op === 'id') {
    const [variable, [value, body]] = [first.args, rest.map(evaluatorOf)]
    return (frame) => body!(bound(frame, variable, value!(frame)))
  }
  const [run, values] = [methodNamed(name), [receiver, ...parameters].map(evaluatorOf)]
  if (run === undefined) throw new Error(`the method ${name} is not supported`)
  return (frame) =>
    run(
      values.map((value) => value(frame)),
      frame.budget,
    )
}

/** How many parts a part has, itself among them. */
function partsOf(node: ASTNode): number {
  return childrenOf(node).reduce((sum, child) => sum + partsOf(child), 1)
}

function choice([question, first, second]: readonly [ASTNode, ASTNode, ASTNode]): Evaluate {
  const [condition, yes, no] = [evaluatorOf(question), evaluatorOf(first), evaluatorOf(second)]
  return (frame) => (truthOf(condition(frame), question) ? yes(frame) : no(frame))
}

/**
 * `||` and `&&`: a side that decides outweighs one that cannot be evaluated, whichever comes first (CEL, "Logical
 * operators").
 *
 * @param deciding the truth value that decides the whole
 */
function logical(first: ASTNode, second: ASTNode, deciding: boolean): Evaluate {
  const [left, right] = [evaluatorOf(first), evaluatorOf(second)]
  return (frame) => {
    let failure: { readonly thrown: unknown } | undefined
    try {
      if (truthOf(left(frame), first) === deciding) return deciding
    } catch (error) {
      if (error instanceof BudgetError) throw error
      // An error that is put aside takes longer to make than a value.
      frame.budget.spend(1)
      failure = { thrown: error }
    }
    if (truthOf(right(frame), second) === deciding) return deciding
    if (failure !== undefined) throw failure.thrown
    return !deciding
  }
}

function negation(operand: ASTNode): Evaluate {
  if (operand.op === 'value' && operand.args === beyondInt) return literal(-beyondInt)
  const value = evaluatorOf(operand)
  return (frame) => negated(value(frame))
}
