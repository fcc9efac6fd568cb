import { messageOf, codeOf } from '../../../base/errors.js'
import { NotPerformedError, type ActionContext } from '../../definition/step-kind.js'
import { readSigners, type SignersEntry } from '../../../processes/ssh-signature.js'
import { UnfitFileError, withRegularFile } from '../../../base/files/regular-file.js'
import { surrounding } from '../../../base/own-environment.js'
import { runOneShot } from '../../../processes/one-shot.js'

/** Who must not approve a run, because they start it or carry it out. */
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
  const excluded = [of(run.startedBy.user, 'started the run'), of(operator.user, 'performs the run')]
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
      return `according to the signers file its key ${key} belongs to ${person.user}, who ${person.part}: one key is one person`
    const name = names.find((each) => isNameOf(each, person))
    if (name === undefined) continue
    const isAlias = name.toLowerCase().split('@')[0] !== person.user.toLowerCase()
    return isAlias
      ? `the signers file lists one key for ${name} and for ${person.user}, who ${person.part}: one key is one person`
      : `the approver must be neither ${excluded[0]!.user}, who started the run, nor the person who performs it`
  }
  return by.length > 0 && !names.some((name) => by.includes(name)) ? `${names[0]} may not approve this` : undefined
}

/**
 * Which person a user is, as far as a signers file shows: one key under two names is one person, and so are all keys of
 * either name.
 */
interface KnownPerson {
  /** In small letters. */
  readonly names: ReadonlySet<string>
  /** Fingerprints of keys. */
  readonly keys: ReadonlySet<string>
}

/** @param user name of an operating-system user; the file may name it so, as `user@domain`, or by a pattern */
function personOf(user: string, entries: readonly SignersEntry[]): KnownPerson {
  const names = new Set([user.toLowerCase()])
  const keys = new Set<string>()
  const people = entries.filter(({ isAuthority }) => !isAuthority)
  for (let size = -1; size !== names.size + keys.size;) {
    size = names.size + keys.size
    for (const { holders, key } of people) {
      if (!keys.has(key) && ![...names].some((name) => isNamed(name, holders))) continue
      keys.add(key)
      for (const holder of holders) if (!/[*?!]/.test(holder)) names.add(holder.toLowerCase())
    }
  }
  return { names, keys }
}

/** Whether a name is one of a person's, with a domain or without. */
function isNameOf(name: string, { names }: KnownPerson): boolean {
  const asked = name.toLowerCase()
  return [...names].some((each) => isSameName(each, asked))
}

/** A user's name without a domain is that of the same user with any: files name people in both ways. */
function isSameName(one: string, other: string): boolean {
  if (one === other) return true
  const [user, domain] = one.split('@')
  const [otherUser, otherDomain] = other.split('@')
  return user === otherUser && (domain === undefined || otherDomain === undefined)
}

/** Whether a list of names and patterns is for somebody: a negated pattern that fits excludes them. */
function isNamed(name: string, holders: readonly string[]): boolean {
  const fitting = holders.map((holder) => holder.toLowerCase()).filter((holder) => fits(name, holder.replace(/^!/, '')))
  return fitting.length > 0 && !fitting.some((holder) => holder.startsWith('!'))
}

function fits(name: string, pattern: string): boolean {
  if (!/[*?]/.test(pattern)) return isSameName(name, pattern)
  const isWithoutDomain = !name.includes('@') && pattern.includes('@')
  return wildcard(isWithoutDomain ? pattern.slice(0, pattern.lastIndexOf('@')) : pattern).test(name)
}

function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 'su')
}

/** Bytes of an approval, a signature or a signers file. */
const largest = 65_536

export interface OwnedFile {
  readonly bytes: Buffer
  readonly uid: number
  /** Only its owner can have written it. */
  readonly isOwnersOnly: boolean
}

/** A file cannot be used; the message says why, without its path. `code` is the system's, or empty. */
export class OwnedFileError extends Error {
  override readonly name = 'OwnedFileError'
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message)
  }
}

/** Reads a small regular file, once, with its owner. @throws OwnedFileError */
export async function readOwned(path: string): Promise<OwnedFile> {
  try {
    return await withRegularFile(path, { links: 'refuse' }, async (handle, status) => {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(largest + 1), 0, largest + 1, 0)
      if (bytesRead > largest) throw new UnfitFileError(path, 'too-large')
      return { bytes: buffer.subarray(0, bytesRead), uid: status.uid, isOwnersOnly: (status.mode & 0o022) === 0 }
    })
  } catch (error) {
    const code = codeOf(error)
    throw new OwnedFileError(refusals[code] ?? messageOf(error), error instanceof UnfitFileError ? '' : code)
  }
}

const refusals: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ELOOP: 'it is a symbolic link',
  EACCES: 'it is not readable',
  'not-regular': 'it is not a regular file',
  'too-large': 'it is too large',
}

/** The name of a user id in the user database, or `undefined`. @throws the system's error when there is no `id` */
export async function nameOfUser(uid: number, signal: AbortSignal): Promise<string | undefined> {
  const environment = { PATH: surrounding('PATH') ?? '/usr/bin:/bin', LANG: 'C' }
  const { exitCode, stdout } = await runOneShot(
    { argv: ['id', '-nu', String(uid)], cwd: '/', environment, limit: 30_000 },
    signal,
  )
  const name = stdout.toString('utf8').trim()
  return exitCode === 0 && name !== '' ? name : undefined
}
