import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { surrounding } from '../base/own-environment.js'
import { newTemporaryFolder } from '../base/files/state-folder.js'
import { neutralise } from '../base/text/terminal-text.js'
import { runOneShot } from './one-shot.js'
import { createHash } from 'node:crypto'

export interface SignedText {
  readonly document: Uint8Array
  readonly signature: Uint8Array
  /** The content of an allowed signers file (ssh-keygen(1), ALLOWED SIGNERS). */
  readonly signers: Uint8Array
  /** What the signature must be made for (`ssh-keygen -Y sign -n`): one for something else does not count. */
  readonly namespace: string
}

export interface SshSignature {
  readonly kind: 'good'
  /** Whom the signers file says the key belongs to: every name it gives the key in the line that matches first. */
  readonly principals: readonly [string, ...string[]]
  /** Fingerprint of the key: `SHA256:…`. */
  readonly key: string
}

/** Why a signature proves nothing. */
export interface NoSignature {
  /**
   * `unreadable`: it is not a signature; `altered`: not of these bytes, or not for this; `unknown-signer`: not of a
   * signer in the signers file; `expired-key`: of a key that the signers file no longer, or not yet, allows;
   * `names-nobody`: the signers file has only a pattern for the key's holder; `excluded`: of somebody whose signature
   * does not count.
   */
  readonly kind: 'unreadable' | 'altered' | 'unknown-signer' | 'expired-key' | 'names-nobody' | 'excluded'
  /** The program's own words, on one line and safe for a terminal; for `excluded` the name. */
  readonly said: string
}

/**
 * Verifies an OpenSSH signature (ssh-keygen(1), -Y) over exactly these bytes. Works on private copies, so that nothing
 * changes between the steps of it.
 *
 * @param excluded names whose signature does not count, in whichever line of the signers file they are
 * @throws the system's error when ssh-keygen cannot be started; SilenceError when the signal was aborted
 */
export async function verifySshSignature(
  { document, signature, signers, namespace }: SignedText,
  signal: AbortSignal,
  excluded: readonly string[] = [],
): Promise<SshSignature | NoSignature> {
  const folder = await newTemporaryFolder('signature')
  try {
    const [signatureFile, signersFile] = [join(folder, 'signature'), join(folder, 'signers')]
    await writeFile(signatureFile, signature, { mode: 0o600 })
    await writeFile(signersFile, signers, { mode: 0o600 })
    const verify = (principal: string): Promise<Ended> =>
      keygen(['verify', '-n', namespace, '-I', principal, '-s', signatureFile, '-f', signersFile], document, signal)

    const sealed = await keygen(['check-novalidate', '-n', namespace, '-s', signatureFile], document, signal)
    if (sealed.exitCode !== 0)
      return {
        kind: /parse signature/.test(sealed.complaint) ? 'unreadable' : 'altered',
        said: lastLine(sealed.complaint),
      }
    const found = await keygen(['find-principals', '-s', signatureFile, '-f', signersFile], undefined, signal)
    const [first, ...others] = found.output.split('\n').filter((line) => line !== '')
    if (found.exitCode !== 0 || first === undefined) return stranger(found.complaint)
    const principals: SshSignature['principals'] = [first, ...others]
    if (principals.some((principal) => /[*?!]/.test(principal))) return { kind: 'names-nobody', said: first }
    const verified = await verify(first)
    // Of these bytes it is: the signers file allows the key, but not for this.
    if (verified.exitCode !== 0) return stranger(verified.complaint)
    for (const name of excluded) if ((await verify(name)).exitCode === 0) return { kind: 'excluded', said: name }
    return { kind: 'good', principals, key: /SHA256:[A-Za-z0-9+/]+/.exec(verified.output)?.[0] ?? '' }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * A line of the signers file that matches the key outside its time is named by ssh-keygen; its other words are of no
 * use to a reader.
 */
function stranger(complaint: string): NoSignature {
  const time = /key (has expired|is not yet valid): [^\n]*/.exec(complaint)?.[0]
  return time === undefined
    ? { kind: 'unknown-signer', said: lastLine(complaint) }
    : { kind: 'expired-key', said: neutralise(time) }
}

interface Ended {
  readonly exitCode: number
  readonly output: string
  readonly complaint: string
}

const searchPath = (): string => surrounding('PATH') ?? '/usr/bin:/bin'

/** The program that tells whether a signature holds, and where it is looked for. */
export function signatureProgram(): { readonly name: string; readonly cwd: string; readonly searchPath: string } {
  return { name: 'ssh-keygen', cwd: '/', searchPath: searchPath() }
}

async function keygen(args: readonly string[], input: Uint8Array | undefined, signal: AbortSignal): Promise<Ended> {
  const { exitCode, stdout, stderr } = await runOneShot(
    {
      argv: ['ssh-keygen', '-Y', ...args],
      cwd: '/',
      environment: { PATH: searchPath(), HOME: '/nonexistent', LANG: 'C' },
      input,
      limit: 30_000,
    },
    signal,
  )
  return { exitCode, output: stdout.toString('utf8'), complaint: stderr.toString('utf8') }
}

function lastLine(text: string): string {
  return neutralise(text.trim().split('\n').at(-1)?.trim() ?? '') || 'ssh-keygen gave no reason'
}

/** A line of an OpenSSH allowed signers file (ssh-keygen(1), ALLOWED SIGNERS). */
export interface SignersEntry {
  readonly line: number
  /** Names and patterns of names. */
  readonly holders: readonly string[]
  /** The key signs certificates of others: it is not a person's. */
  readonly isAuthority: boolean
  /** Fingerprint of the key: `SHA256:…`. */
  readonly key: string
}

/** A line that cannot be read: it is unknown whose keys the file has. */
export class SignersFormatError extends Error {
  override readonly name = 'SignersFormatError'
}

const keyType = /^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[\w@.-]+$/

/** The entries of a signers file. @throws SignersFormatError */
export function readSigners(text: string): readonly SignersEntry[] {
  return text.split('\n').flatMap((written, index): readonly SignersEntry[] => {
    const line = written.trim()
    if (line === '' || line.startsWith('#')) return []
    const [holders = '', ...rest] = wordsOf(line)
    const at = rest.findIndex((word) => keyType.test(word))
    const blob = Buffer.from(rest[at + 1] ?? '', 'base64')
    if (at === -1 || blob.length === 0)
      throw new SignersFormatError(`its line ${index + 1} is not an entry of an allowed signers file`)
    const options = rest
      .slice(0, at)
      .join(' ')
      .replace(/"(?:\\.|[^"\\])*"/g, '""')
    const key = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
    return [
      {
        line: index + 1,
        holders: holders.replaceAll('"', '').split(','),
        isAuthority: /(?:^|,)cert-authority(?:,|$)/i.test(options),
        key,
      },
    ]
  })
}

/** Words between blanks; blanks within double quotes do not separate. */
function wordsOf(line: string): readonly string[] {
  return line.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? []
}
