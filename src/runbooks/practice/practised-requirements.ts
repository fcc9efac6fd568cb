import type { LookAtRequirements } from '../requires/judge-requirements.js'
import type { PreparedRunbook } from '../prepare/prepare-runbook.js'
import { plannedRequirements } from '../requires/planned-requirements.js'

/** By what an answer for the requirements is given: those of the start, or of the runbook that a step includes. */
function answerFor(before: string): string {
  return `${before}#requires`
}

/** Every such name that a runbook has. */
export function requirementAnswers({ steps }: Pick<PreparedRunbook, 'steps'>): readonly string[] {
  const planned = plannedRequirements(steps)
  return planned.length === 0 ? [] : [answerFor(''), ...planned.map(({ frame }) => answerFor(frame.path))]
}

/**
 * Looks at nothing: what a runbook requires is there unless the answers, or the person who is asked, say otherwise.
 *
 * @param ask how the person is asked; `undefined` where no one is
 */
export function practisedLook(
  answers: ReadonlyMap<string, { readonly outcome: string }>,
  ask: ((lines: readonly string[]) => Promise<'done' | 'failed'>) | undefined,
): LookAtRequirements {
  return async (requirements, before) => {
    const answer = answers.get(answerFor(before))?.outcome
    const outcome = answer ?? (await ask?.(requirements.map(({ kind, name }) => `${kind} ${name}`))) ?? 'done'
    const isThere = outcome === 'done'
    return requirements.map(() => ({ holds: isThere, found: isThere ? '' : 'is missing (practice)' }))
  }
}
