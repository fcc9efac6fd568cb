import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface SigningKey {
  /** Path of the private key. */
  readonly path: string
  /** Type and key, as they stand in a signers file. */
  readonly publicKey: string
}

/** A new OpenSSH key in a folder of its own. */
export function signingKey(root: string): SigningKey {
  const path = join(mkdtempSync(join(root, 'key-')), 'key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', path])
  return { path, publicKey: readFileSync(`${path}.pub`, 'utf8').trim() }
}

/** An allowed signers file: each line names the holders of a key, with options before the key where needed. */
export function signersFile(
  root: string,
  ...lines: readonly (readonly [holders: string, key: SigningKey, options?: string])[]
): string {
  const path = join(mkdtempSync(join(root, 'signers-')), 'signers')
  writeFileSync(
    path,
    lines
      .map(
        ([holders, { publicKey }, options]) => `${holders} ${options === undefined ? '' : `${options} `}${publicKey}\n`,
      )
      .join(''),
  )
  return path
}

/** Signs a file, as `ssh-keygen -Y sign` does: the signature is `<file>.sig`. */
export function sign(file: string, { path }: SigningKey, namespace = 'preflight-approval'): void {
  execFileSync('ssh-keygen', ['-Y', 'sign', '-n', namespace, '-f', path, file], { stdio: 'ignore' })
}
