/**
 * One value the redactor has to keep in.
 *
 * `secret`: the whole value counts. `dsn`: only its credentials count (a password in the user-info, a
 * `password=` parameter), or windows of its host would mask every log line.
 */
export interface KnownSecret {
  readonly name: string
  readonly value: string
  readonly exposure: 'secret' | 'dsn'
  /** Taken for a secret only because nobody declared what it is. */
  readonly isPresumed?: boolean
}
