import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { codeOf } from '../base/errors.js'
import { untilAborted } from './until-aborted.js'

/**
 * The addresses that a host stands for, by the system's own resolver; none for a name that has none.
 *
 * @throws Error when the look-up itself fails; SilenceError when the signal aborts first
 */
export async function addressesOf(host: string, signal: AbortSignal): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host]
  // The look-up would read no further than this.
  if (host.includes('\0')) throw new Error('the host name holds a NUL')
  try {
    return (await untilAborted(signal, lookup(host, { all: true, order: 'verbatim' }))).map(({ address }) => address)
  } catch (error) {
    if (codeOf(error) === 'ENOTFOUND') return []
    throw error
  }
}
