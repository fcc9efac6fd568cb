import { factTypeOf, type FactType } from '../../base/facts.js'
import type { ExpressionCompiler } from '../../definitions/expression/compile-expression.js'
import type { ExpressionScope } from '../../definitions/expression/expression.js'
import { Problems } from '../../definitions/yaml-node.js'
import type { Probe } from '../../engine/probe.js'

/** A check that can be pasted into a file of checks. */
export interface SuggestedCheck {
  readonly stage: 'runtime' | 'config'
  readonly title: string
  readonly class: 'dependency' | 'config'
  readonly input: unknown
  readonly expect: readonly SuggestedExpectation[]
}

interface SuggestedExpectation {
  readonly that: string
  /** Whether it holds now; `undefined` when nothing was observed, or it cannot be evaluated. */
  readonly holds: boolean | undefined
}

/** What was observed, and what compiles expectations over it. */
interface Observed {
  readonly compiler: ExpressionCompiler
  readonly scope: ExpressionScope
}

const guard = 'facts.problem.code == "none"'

/** Expectations taken from the kind's examples at most. */
const mostExamples = 2

/** Facts of their own that are expected where no example holds. */
const mostFacts = 3

/**
 * The guard, and what the kind's examples expect, as far as it holds; where none does, the main facts as they are.
 *
 * @param observed nothing when nothing was observed: then the first example is taken as it is
 */
export function suggestCheck(probe: Probe, input: unknown, observed?: Observed): SuggestedCheck {
  const judged = examplesFor(probe, input).map(({ title, expect }) => ({
    title,
    that: expect,
    holds: holdsIn(expect, observed),
  }))
  const holding = judged.filter(({ holds }) => holds === true).slice(0, mostExamples)
  const [first] = judged
  const others = holding.length > 0 ? [] : factsAsTheyAre(probe, observed)
  const chosen = holding.length > 0 ? holding : others.length > 0 ? others : first === undefined ? [] : [first]
  const hasProblem = Object.hasOwn(probe.facts.shape, 'problem')
  const expect = [
    ...(hasProblem ? [{ that: guard, holds: holdsIn(guard, observed) }] : []),
    ...chosen.map(({ that, holds }) => ({ that, holds })).filter(({ that }) => that !== guard),
  ]
  return {
    stage: probe.rungs === undefined ? 'config' : 'runtime',
    title: (holding[0] ?? (others.length > 0 ? undefined : first))?.title ?? `${probe.kind} is as expected`,
    class: probe.rungs === undefined ? 'config' : 'dependency',
    input,
    expect,
  }
}

/** Those that expect no problem, and of them those that are given some of the same keys, if there are any. */
function examplesFor({ examples }: Probe, input: unknown): Probe['examples'] {
  const keys = new Set(Object.keys(input ?? {}))
  const fit = examples.filter(({ expect }) => !/facts\.problem\.code == "(?!none")/.test(expect))
  const alike = fit.filter((example) => Object.keys(example.input ?? {}).some((key) => keys.has(key)))
  return alike.length > 0 ? alike : fit
}

function holdsIn(that: string, observed: Observed | undefined): boolean | undefined {
  if (observed === undefined) return undefined
  const expression = observed.compiler.compile(
    { text: that, at: () => ({ file: 'suggestion', line: 1, column: 1 }) },
    new Problems(),
  )
  if (expression === undefined) return undefined
  try {
    return expression.evaluate(observed.scope) === true
  } catch {
    // An example may read what this answer does not have, such as a key of its body.
    return undefined
  }
}

/** What is true, and the fixed words, the first few: unless a problem kept anything from being seen. */
function factsAsTheyAre(probe: Probe, observed: Observed | undefined): readonly SuggestedExpectation[] {
  if (observed === undefined || holdsIn(guard, observed) === false) return []
  const facts = observed.scope['facts'] as Readonly<Record<string, unknown>>
  const type = factTypeOf(probe.facts)
  if (type.type !== 'object') return []
  return Object.entries(type.fields)
    .flatMap(([name, field]) => (Object.hasOwn(facts, name) ? expectationOf(`facts.${name}`, facts[name], field) : []))
    .slice(0, mostFacts)
    .map((that) => ({ that, holds: true }))
}

function expectationOf(path: string, value: unknown, type: FactType): readonly string[] {
  if (type.type === 'bool') return value === true ? [path] : []
  if (type.type === 'enumeration') return value === '' ? [] : [`${path} == ${JSON.stringify(value)}`]
  return type.type === 'int' && value !== 0 && /(?:status|code)$/i.test(path) ? [`${path} == ${String(value)}`] : []
}
