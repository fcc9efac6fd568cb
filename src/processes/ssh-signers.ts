import { createHash } from 'node:crypto'

/** A line of an OpenSSH allowed signers file (ssh-keygen(1), ALLOWED SIGNERS). */
export interface SignersEntry {
  readonly line: number
  /** Names and patterns of names. */
  readonly holders: readonly string[]
  /** The key signs certificates of others: it is no person's. */
  readonly isAuthority: boolean
  /** Fingerprint of the key: `SHA256:…`. */
  readonly key: string
}

/** A line that cannot be read: nobody can say whose keys the file has. */
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

/** Words between blanks; blanks within double quotes are none. */
function wordsOf(line: string): readonly string[] {
  return line.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? []
}
