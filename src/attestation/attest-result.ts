import { filesRead, noGround } from '../checks/files-read.js'
import { readResult } from '../checks/result/read-documents.js'
import { exitCodeOf } from '../checks/result/render-result.js'
import { openAttestation, type AttestationOptions, type Attested } from './attestation.js'

/**
 * Attests a saved result. What its subject is without a name is the commit that the result tells of, not the one that
 * is checked out now.
 *
 * @throws as `readResult`, `exitCodeOf`, `openAttestation` and `attest` do
 */
export async function attestResult(file: string, options: Omit<AttestationOptions, 'otherFiles'>): Promise<Attested> {
  const document = await readResult(file)
  exitCodeOf(document, file)
  const attestation = await openAttestation({
    ...options,
    otherFiles: [file, ...(await filesRead({ ...noGround, checks: [], noBuiltin: false, config: undefined }))],
  })
  return attestation.attest(document)
}
