import { PreflightError, UsageError } from '../../base/errors.js'
import { exitCodes } from '../../base/exit-codes.js'
import type { CheckDefinition } from '../definition.js'
import { UnansweredError, type Person } from '../../engine/person.js'
import { defaultProfile } from '../../base/vocabulary.js'
import { dateAhead, mostDaysAhead } from './waiver.js'
import type { WaiverEntry } from './waiver-yaml.js'

/** What the command line says of a waiver. */
export interface GivenWaiver {
  readonly reason: string | undefined
  readonly owner: string | undefined
  readonly ticket: string | undefined
  readonly expires: string | undefined
  readonly profiles: readonly string[]
  readonly deployment: string | undefined
}

interface Suggestions {
  /** The deployment file's profile. */
  readonly profile: string | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** @throws UsageError when nobody can be asked; PreflightError when the question was not answered */
export async function askForCheck(person: Person | undefined, signal: AbortSignal): Promise<string> {
  if (person === undefined)
    throw new UsageError('the id of the check must be given: there is no terminal to ask at', {
      hint: '`preflight list` lists the checks',
    })
  return answer(person, { ask: 'Which check may fail? (its id)' }, true, signal)
}

/**
 * Completes what was given.
 *
 * @throws UsageError, naming all that is missing, when nobody can be asked; PreflightError when a question was not
 *   answered
 */
export async function askForWaiver(
  check: CheckDefinition,
  given: GivenWaiver,
  { profile = defaultProfile, now }: Suggestions,
  person: Person | undefined,
  signal: AbortSignal,
): Promise<WaiverEntry> {
  const questions = {
    reason: 'Why may it fail meanwhile?',
    owner: 'Who answers for that?',
    ticket: 'In which ticket was it approved?',
    expires: `Until which day, at most ${dateAhead(now, mostDaysAhead)} (in UTC)?`,
    profiles: `In which profiles, separated by commas? (empty: ${profile})`,
  } as const
  const explain = `${check.id}: ${check.title}\n${check.why}`.trim()
  const missing = (Object.keys(questions) as (keyof typeof questions)[]).filter((name) =>
    name === 'profiles' ? given.profiles.length === 0 : given[name] === undefined,
  )
  if (missing.length > 0 && person === undefined) {
    throw new UsageError(
      `${missing.map((name) => `--${name === 'profiles' ? 'profile' : name}`).join(', ')} must be given: there is no terminal to ask at`,
    )
  }
  const answers = new Map<string, string>()
  for (const [index, name] of missing.entries()) {
    answers.set(
      name,
      await answer(person!, { ask: questions[name], ...(index === 0 ? { explain } : {}) }, name !== 'profiles', signal),
    )
  }
  const text = (name: 'reason' | 'owner' | 'ticket' | 'expires'): string => given[name] ?? answers.get(name)!
  const named = (answers.get('profiles') ?? '').split(',').flatMap((name) => name.trim() || [])
  return {
    check: check.id,
    reason: text('reason'),
    owner: text('owner'),
    ticket: text('ticket'),
    expires: text('expires'),
    profiles: given.profiles.length > 0 ? given.profiles : named.length > 0 ? named : [profile],
    ...(given.deployment === undefined ? {} : { deployment: given.deployment }),
  }
}

async function answer(
  person: Person,
  question: { readonly ask: string; readonly explain?: string },
  isRequired: boolean,
  signal: AbortSignal,
): Promise<string> {
  try {
    for (;;) {
      const line = (await person.line(question, signal)).trim()
      if (line !== '' || !isRequired) return line
    }
  } catch (error) {
    if (error instanceof UnansweredError)
      throw new PreflightError('unanswered', exitCodes.usage, `${error.message}; nothing was written`, { cause: error })
    throw error
  }
}
