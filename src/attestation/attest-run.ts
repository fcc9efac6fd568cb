import { PreflightError, exitCodes } from '../base/errors.js'
import type { ResultDocument } from '../checks/result/report.js'
import { gitState } from '../processes/git.js'
import { lockOutputs } from '../checks/result/output-locks.js'
import type { AttestationOptions, Attested } from './attestation.js'

/** A run that is to be attested when it has ended. */
export interface AttestedRun {
  /**
   * Attests what the run gave, a no-go too; nothing when it was cut off, whose exit code says so already.
   *
   * @throws PreflightError (exit 3) when the checkout changed meanwhile or the result cannot be attested, OutputError
   *   when the file cannot be written
   */
  attest(document: ResultDocument): Promise<Attested | undefined>
  /** Lets go of the file, whether or not it was written. */
  close(): Promise<void>
}

/**
 * Makes ready before a run that may take hours.
 *
 * @param filesRead of the run: the attestation must not be written over one of them
 * @returns `undefined` when no attestation was asked for
 * @throws as `openAttestation`; PreflightError (exit 3) when nothing shows what is deployed
 */
export async function openRunAttestation(
  options: AttestationOptions | undefined,
  filesRead: readonly string[],
): Promise<AttestedRun | undefined> {
  if (options === undefined) return undefined
  // Few runs are attested, and every start would load what that takes.
  const { openAttestation, subjectOfCommit } = await import('./attestation.js')
  const otherFiles = [...options.otherFiles, ...filesRead]
  const lock = await lockOutputs([options.file], 'attestation')
  const isOfCommit = options.subjects.length === 0
  const attestation = await openAttestation({ ...options, otherFiles })
    .then(async (open) => {
      if (isOfCommit) subjectOfCommit(await gitState('.'), options.allowDirty)
      return open
    })
    .catch(async (error: unknown) => {
      await lock.release()
      throw error
    })
  return {
    async attest(document) {
      if (document.state !== 'complete') return undefined
      if (isOfCommit) await refuseMoved(document, options.allowDirty)
      return attestation.attest(document)
    },
    close: () => lock.release(),
  }
}

/** The result describes the checkout as it was when the run began; what was judged last may be another one. */
async function refuseMoved({ run }: ResultDocument, allowDirty: boolean): Promise<void> {
  const now = await gitState('.')
  if (now?.commit === run.git?.commit && (allowDirty || now?.dirty === run.git?.dirty)) return
  throw new PreflightError(
    'checkout-changed',
    exitCodes.invalid,
    'the checkout changed during the run, so the result does not belong to one commit',
    { hint: 'run it again, and do not change the checkout during the run' },
  )
}
