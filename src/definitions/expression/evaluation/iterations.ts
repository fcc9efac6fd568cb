import { type Budget, BudgetError, EvaluationFault, type Range } from './step-budget.js'
import { bound, type Evaluate, type VariableFrame, isList, isMap, type Value } from './values.js'

/** What is done with every element of an iteration: in which frame, and by what. */
interface Loop {
  readonly bodies: readonly Evaluate[]
  /** The frame of one element. Counts the steps that it takes. @throws BudgetError */
  enter(element: Value): VariableFrame
}

/** One of CEL's macros over the elements of a list or the keys of a map. */
type Iteration = (elements: readonly Value[], loop: Loop) => Value

export const iterations: ReadonlyMap<string, Iteration> = new Map<string, Iteration>([
  ['all', (elements, loop) => quantified(elements, loop, false)],
  ['exists', (elements, loop) => quantified(elements, loop, true)],
  ['exists_one', (elements, loop) => kept(elements, loop).length === 1],
  ['filter', (elements, loop) => kept(elements, loop)],
  ['map', mapped],
])

/** How many parts of a body count as a step. */
const partsPerStep = 16

/** How many keys that are taken out of a map count as a step. */
const keysPerStep = 64

/** @param parts how many parts the bodies have together */
export function loopOf(frame: VariableFrame, name: string, bodies: readonly Evaluate[], parts: number): Loop {
  const steps = 1 + Math.floor(parts / partsPerStep)
  return {
    bodies,
    enter(element) {
      frame.budget.spend(steps)
      return bound(frame, name, element)
    },
  }
}

/** What an iteration goes over. @throws EvaluationFault for what has no elements */
export function iteratedElements(value: Value, budget: Budget): readonly Value[] {
  if (isList(value)) return value
  if (isMap(value)) {
    budget.spend(Math.floor(value.size / keysPerStep))
    return [...value.keys()]
  }
  throw new EvaluationFault('no-overload')
}

/** The truth value of a condition. @throws EvaluationFault for any other value */
export function truthOf(value: Value, part?: Range): boolean {
  if (typeof value !== 'boolean') throw new EvaluationFault('no-truth-value', part)
  return value
}

/**
 * Whether all hold, or any: an element that decides outweighs those that cannot be evaluated (CEL, "Logical
 * operators").
 *
 * @param deciding what an element must give to decide the whole
 */
function quantified(elements: readonly Value[], { bodies: [condition], enter }: Loop, deciding: boolean): boolean {
  let failure: { readonly thrown: unknown } | undefined
  for (const element of elements) {
    try {
      if (truthOf(condition!(enter(element))) === deciding) return deciding
    } catch (error) {
      if (error instanceof BudgetError) throw error
      failure ??= { thrown: error }
    }
  }
  if (failure !== undefined) throw failure.thrown
  return !deciding
}

function kept(elements: readonly Value[], { bodies: [condition], enter }: Loop): readonly Value[] {
  return elements.filter((element) => truthOf(condition!(enter(element))))
}

/** `map(x, transform)`, or `map(x, condition, transform)`. */
function mapped(elements: readonly Value[], { bodies, enter }: Loop): readonly Value[] {
  const [condition, transform] = bodies.length === 2 ? bodies : [undefined, bodies[0]]
  return elements.flatMap((element): readonly Value[] => {
    const frame = enter(element)
    return condition === undefined || truthOf(condition(frame)) ? [transform!(frame)] : []
  })
}
