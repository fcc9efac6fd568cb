import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Shared by all files of tests that make keys: it goes with the folder of the whole run, and not with the first of
 * them.
 */
const folder = mkdtempSync(join(tmpdir(), 'preflight-attest-'))
let files = 0

/** A file of this user's alone. */
export function privateFile(content: string, mode = 0o600): string {
  const path = join(folder, `file-${files++}`)
  writeFileSync(path, content, { mode })
  return path
}

interface KeyFiles {
  readonly privateKey: string
  readonly publicKey: string
}

export const ed25519 = (): KeyFiles => written(generateKeyPairSync('ed25519'))
export const p256 = (): KeyFiles => written(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }))

export function written(pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }): KeyFiles {
  return {
    privateKey: privateFile(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    publicKey: privateFile(pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(), 0o644),
  }
}
