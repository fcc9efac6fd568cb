import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { surrounding } from '../../kernel/surroundings.js'
import { neutralise } from '../../kernel/terminal-text.js'
import { approvalNamespace } from '../../model/runbook/approval.js'
import { runProgram } from '../../process/process-group.js'

export interface SignedText {
  readonly document: Uint8Array
  readonly signature: Uint8Array
  /** The content of an allowed signers file (ssh-keygen(1), ALLOWED SIGNERS). */
  readonly signers: Uint8Array
}

export interface Signature {
  /** Whom the signers file says the key belongs to: every name it gives the key in the line that matches first. */
  readonly principals: readonly [string, ...string[]]
  /** Fingerprint of the key: `SHA256:…`. */
  readonly key: string
}

/**
 * Verifies an OpenSSH signature (ssh-keygen(1), -Y) over exactly these bytes. Works on private copies, so that nothing changes
 * between the two steps of it.
 *
 * @param excluded names whose signature is none, in whichever line of the signers file they stand
 * @returns who signed; a text saying why it is no valid signature of an allowed signer
 * @throws the system's error when ssh-keygen cannot be started; SilenceError when the signal was aborted
 */
export async function verifySignature({ document, signature, signers }: SignedText, excluded: readonly string[], signal: AbortSignal): Promise<Signature | string> {
  const folder = await mkdtemp(join(tmpdir(), 'preflight-approval-'))
  try {
    const [signatureFile, signersFile] = [join(folder, 'signature'), join(folder, 'signers')]
    await writeFile(signatureFile, signature, { mode: 0o600 })
    await writeFile(signersFile, signers, { mode: 0o600 })
    const verify = (principal: string): Promise<Ended> => keygen(['verify', '-n', approvalNamespace, '-I', principal, '-s', signatureFile, '-f', signersFile], document, signal)

    const found = await keygen(['find-principals', '-s', signatureFile, '-f', signersFile], undefined, signal)
    const [first, ...others] = found.output.split('\n').filter((line) => line !== '')
    if (found.exitCode !== 0 || first === undefined) return `its signature is of nobody whom the signers file allows (${lastLine(found.complaint)})`
    const principals: Signature['principals'] = [first, ...others]
    if (principals.some((principal) => /[*?!]/.test(principal))) return 'the signers file has a pattern for the holder of its key, which names nobody'
    const verified = await verify(first)
    if (verified.exitCode !== 0) return `its signature does not belong to this text (${lastLine(verified.complaint)})`
    for (const name of excluded) if ((await verify(name)).exitCode === 0) return `it is signed by ${name}, who may not approve this run`
    return { principals, key: /SHA256:[A-Za-z0-9+/]+/.exec(verified.output)?.[0] ?? '' }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Ended {
  readonly exitCode: number
  readonly output: string
  readonly complaint: string
}

async function keygen(args: readonly string[], input: Uint8Array | undefined, signal: AbortSignal): Promise<Ended> {
  const said = { stdout: '', stderr: '' }
  const environment = { PATH: surrounding('PATH') ?? '/usr/bin:/bin', HOME: '/nonexistent', LANG: 'C' }
  const { exitCode } = await runProgram({ argv: ['ssh-keygen', '-Y', ...args], cwd: '/', environment, input }, signal, (stream, chunk) => {
    said[stream] += chunk.toString('utf8')
  })
  return { exitCode, output: said.stdout, complaint: said.stderr }
}

function lastLine(text: string): string {
  return neutralise(text.trim().split('\n').at(-1)?.trim() ?? '') || 'ssh-keygen does not say why'
}
