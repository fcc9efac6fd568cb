import { PreflightError, exitCodes } from '../../base/errors.js'
import { UnansweredError, type Person, type Question } from '../../engine/person.js'

type Outcome = 'done' | 'failed' | 'unknown' | 'not-performed'

export async function askEnd(
  person: Person,
  title: string,
  lines: readonly string[],
  signal: AbortSignal,
): Promise<Outcome> {
  const options = [
    { value: 'done', title: 'it succeeds' },
    { value: 'failed', title: 'it fails' },
    { value: 'unknown', title: 'its end is unknown' },
    { value: 'not-performed', title: 'nothing is done' },
  ] as const
  const explain = ['in a run:', ...lines.map((line) => `  ${line}`)].join('\n')
  return pick(person, { ask: `${title}: how does it end?`, explain }, options, signal)
}

export async function askRequirements(
  person: Person,
  lines: readonly string[],
  signal: AbortSignal,
): Promise<'done' | 'failed'> {
  const options = [
    { value: 'done', title: 'it is all there' },
    { value: 'failed', title: 'it is missing' },
  ] as const
  const question = { ask: 'is there what the runbook requires?', explain: lines.join('\n') }
  return pick(person, question, options, signal)
}

export async function askOutcome(person: Person, path: string, signal: AbortSignal): Promise<'done' | 'not-done'> {
  const options = [
    { value: 'done', title: 'it took effect' },
    { value: 'not-done', title: 'it did not take effect' },
  ] as const
  const question = { ask: `unknown whether ${path} took effect: what do you find?` }
  return pick(person, question, options, signal)
}

/** @throws PreflightError (exit 23) without an answer: practice cannot go on */
async function pick<Value extends string>(
  person: Person,
  question: Question,
  options: readonly { readonly value: Value; readonly title: string }[],
  signal: AbortSignal,
): Promise<Value> {
  try {
    return (await person.pick(question, options, signal)) as Value
  } catch (error) {
    if (!(error instanceof UnansweredError)) throw error
    throw new PreflightError('unanswered', exitCodes.runCancelled, `${error.message}; nothing was done`, {
      cause: error,
    })
  }
}
