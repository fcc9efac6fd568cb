import { DefinitionsError } from '../../base/definitions-error.js'
import { daysLeft, type Waiver } from './waiver.js'
import type { SshSignature } from '../../processes/ssh-signature.js'
import { loadAll } from '../load.js'
import { demandOf, readLock, type LockFileOptions } from '../lock/selection-lock-file.js'
import type { DefinitionOptions } from '../settings.js'
import { compiled, readWaivers, type ReadWaivers } from './read-waivers.js'
import { judgeWaivers, type WaiverDemand } from './waiver-demand.js'
import {
  demandedWaiverFile,
  invalidWaivers,
  readWaiverBytes,
  type WaiverFile,
  type WaiverFileOptions,
} from './waiver-file.js'
import { verifyWaiverSignature } from './waiver-signature.js'
import type { WaiverContext } from './load-waivers.js'

export interface ListedWaivers {
  /** How messages call the file. */
  readonly file: string
  /** In the order of the file. Days are negative once a waiver has expired. */
  readonly entries: readonly { readonly waiver: Waiver; readonly daysLeft: number }[]
  /** Who signed the file; a text saying why no run would take it; `undefined` when no signature is demanded. */
  readonly signature: SshSignature | string | undefined
}

type ListOptions = DefinitionOptions & WaiverFileOptions & LockFileOptions

/**
 * Every waiver of a file, signed or not: whoever is to sign it wants to see it first.
 *
 * @throws UsageError when no file is named or it is not there; DefinitionsError with everything that is wrong in it
 */
export function listWaivers(options: ListOptions, signal: AbortSignal): Promise<ListedWaivers> {
  return listed(options, async (file, context, demand) => {
    const bytes = await readWaiverBytes(file)
    const waivers = compiled(bytes, file.label, context)
    const underLock = demand === undefined ? undefined : await judgeWaivers(demand, file, bytes, signal)
    if (underLock?.counts === false) return { waivers, signature: underLock.why }
    const signature = await verifyWaiverSignature(file, bytes, signal).catch((error: unknown) => {
      if (error instanceof DefinitionsError) return error.diagnostics[0]?.message ?? error.message
      throw error
    })
    return { waivers, signature: underLock?.signature ?? signature }
  })
}

/**
 * The same as a run would take them.
 *
 * @throws UsageError, and DefinitionsError (exit 3) also when the file is not signed as it must be, or does not count
 *   under the lock
 */
export function verifyWaivers(options: ListOptions, signal: AbortSignal): Promise<ListedWaivers> {
  return listed(options, async (file, context, demand) => {
    const read = await readWaivers(file, context, demand, signal)
    if (read.uncounted !== undefined)
      throw invalidWaivers(file.label, 'uncounted', `the waivers do not count: ${read.uncounted}`)
    return read
  })
}

type Read = Pick<ReadWaivers, 'waivers'> & Pick<ListedWaivers, 'signature'>

async function listed(
  options: ListOptions,
  read: (file: WaiverFile, context: WaiverContext, demand: WaiverDemand | undefined) => Promise<Read>,
): Promise<ListedWaivers> {
  const { configuration, definitions } = await loadAll(options)
  const file = demandedWaiverFile(options, configuration)
  const now = Date.now()
  const lock = await readLock(options)
  const { waivers, signature } = await read(
    file,
    { ...definitions, now },
    lock === undefined ? undefined : demandOf(lock),
  )
  return {
    file: file.label,
    entries: waivers.map((waiver) => ({ waiver, daysLeft: daysLeft(waiver, now) })),
    signature,
  }
}
