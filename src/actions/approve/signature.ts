import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { approvalNamespace } from '../../model/runbook/approval.js'
import { runProgram } from '../../process/process-group.js'
import { surrounding } from '../../kernel/surroundings.js'

export interface Signature {
  /** Who the allowed signers file says the key belongs to. */
  readonly principal: string
  /** Of the key: `SHA256:…`. */
  readonly key: string
}

/**
 * Verifies an OpenSSH signature (ssh-keygen(1), -Y) over exactly these bytes. Works on private copies, so that nothing changes
 * between the two steps of it.
 *
 * @param signers path of an allowed signers file
 * @returns who signed; a text saying why it is no valid signature of an allowed signer
 */
export async function verifySignature(document: Uint8Array, signature: Uint8Array, signers: Uint8Array, signal: AbortSignal): Promise<Signature | string> {
  const folder = await mkdtemp(join(tmpdir(), 'preflight-approval-'))
  try {
    const [signatureFile, signersFile] = [join(folder, 'signature'), join(folder, 'signers')]
    await writeFile(signatureFile, signature, { mode: 0o600 })
    await writeFile(signersFile, signers, { mode: 0o600 })
    const found = await keygen(['find-principals', '-s', signatureFile, '-f', signersFile], undefined, signal)
    const principal = found.output.split('\n')[0]?.trim() ?? ''
    if (found.exitCode !== 0 || principal === '') return 'its signature is of nobody whom the signers file allows'
    const verified = await keygen(['verify', '-n', approvalNamespace, '-I', principal, '-s', signatureFile, '-f', signersFile], document, signal)
    if (verified.exitCode !== 0) return 'its signature does not belong to this text'
    return { principal, key: /SHA256:[A-Za-z0-9+/]+/.exec(verified.output)?.[0] ?? '' }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function keygen(args: readonly string[], input: Uint8Array | undefined, signal: AbortSignal): Promise<{ readonly exitCode: number; readonly output: string }> {
  let output = ''
  const environment = { PATH: surrounding('PATH') ?? '/usr/bin:/bin', HOME: '/nonexistent', LANG: 'C' }
  const program = { argv: ['ssh-keygen', '-Y', ...args], cwd: '/', environment, ...(input === undefined ? {} : { input: Buffer.from(input).toString('utf8') }) }
  const { exitCode } = await runProgram(program, signal, (_stream, chunk) => void (output += chunk.toString('utf8')))
  return { exitCode, output }
}
