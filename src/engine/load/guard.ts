import type { CheckExpectation } from '../probe.js'
import type { Expression, Template } from '../../definitions/expression/expression.js'
import type { FactType } from '../../base/facts.js'
import { nothingKnown, typeAt, withValueAt } from './decided-expectation.js'
import type { ExpressionCompiler, TypedExpression } from '../../definitions/expression/compile-expression.js'
import type { Problems } from '../../definitions/yaml-node.js'
import type { Position } from '../../base/errors.js'

const codePath = ['problem', 'code'] as const
const codeReference = 'facts.problem.code'
const guardText = `${codeReference} == "none"`

/** Stands for every code that is not named, where a kind passes on the codes of its peer. */
const unnamedCode = '\u0000'

/** An expectation as its author wrote it. */
export interface WrittenExpectation extends CheckExpectation {
  readonly that: TypedExpression
}

/** The expectations with the guard as their first, where one is needed. */
export interface Guarded {
  readonly expectations: readonly CheckExpectation[]
  /** Whether the guard was put there, and not by the author. */
  readonly isAdded: boolean
}

/**
 * Puts the guard against problems before the expectations of a check or a step: what was not seen for a problem must
 * not pass as seen.
 *
 * It is left out where the author names the codes that are meant, and nothing but a named code can make all
 * expectations true.
 */
export function guarded(
  written: readonly WrittenExpectation[],
  facts: FactType,
  compiler: ExpressionCompiler,
  position: Position,
  problems: Problems,
): Guarded {
  const code = typeAt(facts, codePath)
  if ((code?.type !== 'enumeration' && code?.type !== 'string') || written.length === 0)
    return { expectations: written, isAdded: false }
  const [first, ...later] = written
  if (isGuard(first!.that))
    return {
      expectations: [{ ...first!, message: first!.message ?? whatWasMet(facts), isGuard: true }, ...later],
      isAdded: false,
    }
  const named = new Set(written.flatMap(({ that }) => that.compared.get(codeReference) ?? []))
  const codes = code.type === 'enumeration' ? code.values : ['none', unnamedCode]
  if (named.size > 0 && codes.every((each) => named.has(each) || isRefused(each, written)))
    return { expectations: written, isAdded: false }
  const that = compiler.compile({ text: guardText, at: () => position }, problems)
  return that === undefined
    ? { expectations: written, isAdded: false }
    : {
        expectations: [{ that, message: whatWasMet(facts), isTransient: false, isGuard: true }, ...written],
        isAdded: true,
      }
}

/** Whether an expression is the guard and nothing else, however it is spaced and quoted. */
function isGuard({ source }: Expression): boolean {
  return source.replaceAll(/\s+/g, '').replaceAll("'", '"') === guardText.replaceAll(' ', '')
}

/**
 * Whether an expression would come out without an error, and perhaps otherwise, where nothing is known of the
 * deployment.
 */
function asksTheDeployment({ source, references }: Expression): boolean {
  return (
    references.includes('profile') ||
    (/\bhas\s*\(/.test(source) && references.some((reference) => !reference.startsWith('facts')))
  )
}

/**
 * Whether the expectations turn a code away whatever the other facts are: these are left unknown, since beside a
 * problem they may be anything (a body that was cut off has a status). What cannot be evaluated without them refuses
 * nothing.
 */
function isRefused(code: string, written: readonly WrittenExpectation[]): boolean {
  const scope = { ...nothingKnown, facts: withValueAt({}, codePath, code) }
  return written.some(({ that }) => {
    if (asksTheDeployment(that)) return false
    try {
      return that.evaluate(scope) === false
    } catch {
      return false
    }
  })
}

/** The guard's own message: the problem, how far the climb came, and the peer's words. */
function whatWasMet(facts: FactType): Template {
  const hasRungs = typeAt(facts, ['reached']) !== undefined
  const isProgram = typeAt(facts, ['started']) !== undefined
  const references = [codeReference, ...(hasRungs ? ['facts.reached'] : []), 'facts.problem.detail']
  return {
    references,
    resolve(scope) {
      const { problem, reached } = scope['facts'] as {
        readonly problem: { readonly code: string; readonly detail: string }
        readonly reached?: string
      }
      if (isProgram) return `could not be started (${problem.code}): ${problem.detail}`
      return `${problem.code}${hasRungs ? ` after ${reached ?? ''}` : ''}: ${problem.detail}`
    },
  }
}
