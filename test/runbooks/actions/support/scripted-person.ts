import { UnansweredError, type Person, type Question } from '../../../../src/engine/person.js'

export interface ScriptedPerson extends Person {
  /** What was asked so far, in order: the method before a colon. */
  readonly asked: readonly string[]
  /** What was shown above the questions. */
  readonly explained: readonly string[]
}

/** Somebody who gives these answers, one after the other, and leaves when there is none left. */
export function scriptedPerson(...answers: readonly string[]): ScriptedPerson {
  const asked: string[] = []
  const explained: string[] = []
  const answer = (method: string, { ask, explain = '' }: Question, signal: AbortSignal): Promise<string> => {
    asked.push(`${method}: ${ask}`)
    explained.push(explain)
    const given = answers[asked.length - 1]
    if (signal.aborted) return Promise.reject(new UnansweredError('the question was interrupted'))
    return given === undefined
      ? Promise.reject(new UnansweredError('nobody is there any more'))
      : Promise.resolve(given)
  }
  return {
    asked,
    explained,
    type: (question, expected, signal) => answer(`type ${expected}`, question, signal),
    line: (question, signal) => answer('line', question, signal),
    pick: (question, options, signal) =>
      answer(`pick ${options.map(({ value, title }) => `${value}=${title}`).join(',')}`, question, signal),
    secret: (question, signal) => answer('secret', question, signal),
  }
}
