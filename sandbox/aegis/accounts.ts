import { mintToken, parseToken } from '../token/hs256.js'

const mostFailures = 5
const lockedMs = 15 * 60 * 1000

/** How a login ended: the status of Aegis, and its token where it has one. */
type Login = { readonly status: 200; readonly token: string } | { readonly status: 401 | 423 }

/** The users of `USERS`, and how often the login of each failed. All of it is gone when the process ends. */
export class Accounts {
  readonly #passwords: ReadonlyMap<string, string>
  readonly #key: string
  readonly #failures = new Map<string, { readonly count: number; readonly until: number }>()

  /** @param users as in the variable: `name:password`, separated by commas; elements without a colon are ignored */
  constructor(users: string, key: string) {
    this.#key = key
    this.#passwords = new Map(
      users.split(',').flatMap((element): [string, string][] => {
        const at = element.indexOf(':')
        return at === -1 ? [] : [[element.slice(0, at).trim(), element.slice(at + 1).trim()]]
      }),
    )
  }

  logIn(user: string, password: string, now = Date.now()): Login {
    const failed = this.#failures.get(user)
    if (failed !== undefined && failed.count >= mostFailures) {
      if (now < failed.until) return { status: 423 }
      this.#failures.delete(user)
    }
    if (this.#passwords.get(user) !== password) {
      this.#failures.set(user, { count: (this.#failures.get(user)?.count ?? 0) + 1, until: now + lockedMs })
      return { status: 401 }
    }
    this.#failures.delete(user)
    const claims = { sub: user, exp: Math.floor(now / 1000) + 1800 }
    return { status: 200, token: mintToken(claims, this.#key) }
  }

  /** Whether a bearer token was signed here, is not expired, and names a user. */
  knows(token: string, now = Date.now()): boolean {
    const parsed = parseToken(token)
    if (parsed === undefined || parsed.algorithm !== 'HS256' || !parsed.hasValidSignature(this.#key)) return false
    const { sub, exp } = parsed.claims
    return typeof sub === 'string' && this.#passwords.has(sub) && typeof exp === 'number' && exp * 1000 > now
  }

  forgive(): void {
    this.#failures.clear()
  }
}
