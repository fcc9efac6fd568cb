import { messageOf } from '../../base/errors.js'
import type { Expectation } from '../../engine/expectation.js'
import type { RunbookScope } from '../definition/runbook-definition.js'
import type { StepKind } from '../definition/step-kind.js'
import type { Facts } from '../../engine/plain-facts.js'
import { ask } from '../../engine/judge.js'

/** What a step's expectations say of its facts. */
export interface RunbookJudgement {
  readonly status: 'pass' | 'fail' | 'error'
  /** What was found instead of what was expected, its first line the summary; empty for a pass. */
  readonly message: string
}

/**
 * Judges facts. Pure. One expectation that cannot be evaluated makes the whole an error: what is partly unknown did not
 * hold.
 *
 * @param kind its explanation follows what did not hold, and says it where the kind's own expectation did not
 */
export function judgeFacts(
  expectations: readonly Expectation[],
  facts: Facts,
  scope: RunbookScope,
  kind?: Pick<StepKind, 'expect' | 'explain'>,
): RunbookJudgement {
  const within = { ...scope, facts }
  const problems: string[] = []
  const failed: { readonly isDefault: boolean; readonly text: string }[] = []
  for (const { that, message } of expectations) {
    const answer = ask(that, within)
    if ('problem' in answer) problems.push(answer.problem)
    else if (!answer.holds)
      failed.push({
        isDefault: message === undefined && kind?.expect.includes(that.source) === true,
        text: render(message, `${that.source} is false`, within),
      })
  }
  if (expectations.length === 0) problems.push('no expectation is given')
  const explanation = failed.length === 0 ? undefined : kind?.explain?.(facts)
  const told = [
    ...problems,
    ...failed.filter(({ isDefault }) => explanation === undefined || !isDefault).map(({ text }) => text),
  ].join('; ')
  const message = [told, explanation ?? ''].filter((text) => text !== '').join('\n')
  return { status: problems.length > 0 ? 'error' : failed.length > 0 ? 'fail' : 'pass', message }
}

function render(message: Expectation['message'], plain: string, scope: RunbookScope): string {
  if (message === undefined) return plain
  try {
    return String(message.resolve(scope))
  } catch (thrown) {
    return `${plain} (its message cannot be rendered: ${messageOf(thrown)})`
  }
}

/**
 * Why nothing can be said of the facts: the problem that was found, where the guard does not hold. It is not a failure
 * of what is expected: a verification that found a problem cannot tell.
 */
export function problemMet(guard: Expectation | undefined, facts: Facts, scope: RunbookScope): string | undefined {
  if (guard === undefined) return undefined
  const answer = ask(guard.that, { ...scope, facts })
  if ('problem' in answer) return answer.problem
  return answer.holds ? undefined : render(guard.message, `${guard.that.source} is false`, { ...scope, facts })
}
