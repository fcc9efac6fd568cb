import { misconfigured, Refusal } from '../refusal.js'
import { answersInTls } from '../tls-mismatch.js'
import type { WebAddress } from './web-address.js'

const hungUp = new Set(['connection-closed', 'connection-reset'])

/**
 * What lies behind a peer that hung up on a plain HTTP request without a word: a TLS server does that, so it is asked.
 *
 * @returns the refusal `tls-required` when the peer answers in TLS, else the error as it came
 * @throws SilenceError when the signal aborts first
 */
export async function demandedTls(error: unknown, address: WebAddress, signal: AbortSignal): Promise<unknown> {
  const isSilentEnd = error instanceof Refusal && hungUp.has(error.problem.code)
  if (!isSilentEnd || address.secure || signal.aborted) return error
  return (await answersInTls(address, signal))
    ? misconfigured('tls-required', 'the peer hangs up on plain HTTP and answers in TLS')
    : error
}
