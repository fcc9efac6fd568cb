/**
 * The peer says that it is asked too often (HTTP 429, RFC 6585 §4): nothing was observed, and a later attempt may
 * succeed.
 * Thrown past every judgement, so that no expectation can take the refusal for an answer.
 */
export class ThrottledError extends Error {
  override readonly name = 'ThrottledError'
}

/**
 * @param retryAfter the header of that name; empty where there is none
 * @throws ThrottledError for status 429
 */
export function refuseThrottled(status: number, retryAfter: string): void {
  if (status !== 429) return
  const seconds = /^\d{1,6}$/.test(retryAfter) ? `; it asks to wait ${retryAfter} s` : ''
  throw new ThrottledError(
    `throttled: the peer answers 429 (too many requests)${seconds}. Nothing was observed; ask less often, or exempt this host`,
  )
}
