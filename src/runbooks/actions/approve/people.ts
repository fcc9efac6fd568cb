import { messageOf } from '../../../base/errors.js'
import { NotPerformedError, type ActionContext } from '../../definition/step-kind.js'
import { isNameOf, personOf, type KnownPerson } from './one-person.js'
import { readOwned } from './owner.js'
import { readSigners, type SignersEntry } from '../../../processes/ssh-signers.js'

/** Whoever may not approve a run, because they start it or carry it out. */
interface Excluded extends KnownPerson {
  readonly user: string
  /** What they do, for messages: `started the run`. */
  readonly part: string
}

/** Who may and who may not approve. */
export interface People {
  /** Content of the signers file; `undefined` where the step names none. */
  readonly signers: Buffer | undefined
  readonly excluded: readonly Excluded[]
  /** Whether the signers file has a key of each of the excluded: without one, keys cannot be compared. */
  readonly isComparable: boolean
}

/**
 * Reads from the signers file who the one who started the run is, and the one who carries it out.
 *
 * @throws NotPerformedError when the file cannot be used
 */
export async function peopleOf(
  path: string,
  { run, operator }: Pick<ActionContext, 'run' | 'operator'>,
): Promise<People> {
  let signers: Buffer | undefined
  let entries: readonly SignersEntry[] = []
  try {
    signers = path === '' ? undefined : (await readOwned(path)).bytes
    entries = readSigners(signers?.toString('utf8') ?? '')
  } catch (error) {
    throw new NotPerformedError(`the signers file ${path} cannot be used: ${messageOf(error)}`)
  }
  const of = (user: string, part: string): Excluded => ({ user, part, ...personOf(user, entries) })
  const excluded = [of(run.startedBy.user, 'started the run'), of(operator.user, 'carries out the run')]
  return { signers, excluded, isComparable: excluded.every(({ keys }) => keys.size > 0) }
}

/**
 * Why somebody may not approve, or `undefined`. @param names all that they have @param key fingerprint of theirs, or
 * empty
 */
export function whyNot(
  names: readonly [string, ...string[]],
  key: string,
  by: readonly string[],
  { excluded }: People,
): string | undefined {
  for (const person of excluded) {
    if (person.keys.has(key))
      return `by the signers file its key ${key} belongs to ${person.user}, who ${person.part}: one key is one person`
    const name = names.find((each) => isNameOf(each, person))
    if (name === undefined) continue
    const isAlias = name.toLowerCase().split('@')[0] !== person.user.toLowerCase()
    return isAlias
      ? `the signers file lists one key for ${name} and for ${person.user}, who ${person.part}: one key is one person`
      : `the approver must be another person than ${excluded[0]!.user}, who started the run, and than who carries it out`
  }
  return by.length > 0 && !names.some((name) => by.includes(name)) ? `${names[0]} may not approve this` : undefined
}
