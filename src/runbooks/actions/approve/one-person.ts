import type { SignersEntry } from '../../../processes/ssh-signers.js'

/**
 * Whom a user is, as far as a signers file tells: one key under two names is one person, and so are all keys of either
 * name.
 */
export interface KnownPerson {
  /** In small letters. */
  readonly names: ReadonlySet<string>
  /** Fingerprints of keys. */
  readonly keys: ReadonlySet<string>
}

/** @param user name of an operating-system user; the file may name it so, as `user@domain`, or by a pattern */
export function personOf(user: string, entries: readonly SignersEntry[]): KnownPerson {
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
export function isNameOf(name: string, { names }: KnownPerson): boolean {
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
