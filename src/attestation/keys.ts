import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { keyRefusal, readKeyFile } from '../base/files/key-file.js'

/** What signs an attestation. The key itself is held in a closure and cannot be printed. */
export interface SigningKey {
  /** sha256 (hex) of the public half, as SPKI in DER. */
  readonly id: string
  sign(bytes: Uint8Array): Buffer
  /** The secret number itself, for the one question whether another key is the same. */
  isMadeOf(is: (bytes: Uint8Array) => boolean): boolean
}

/** What an attestation is verified with. */
export interface VerificationKey {
  readonly id: string
  verify(bytes: Uint8Array, signature: Uint8Array): boolean
}

const signingKey = {
  noun: 'signing key',
  hint: '`umask 077; openssl genpkey -algorithm ed25519 -out FILE` makes one',
  isSecret: true,
} as const
const verificationKey = {
  noun: 'verification key',
  hint: '`openssl pkey -in SIGNING_KEY -pubout -out FILE` makes it from the signing key',
  isSecret: false,
} as const

/**
 * Reads the key that signs: Ed25519 or ECDSA over P-256, in PEM as PKCS#8, without a passphrase, in a file of this
 * user's alone.
 *
 * @throws UsageError for any other
 */
export async function readSigningKey(path: string): Promise<SigningKey> {
  const pem = await readPem(path, signingKey)
  const label = labelOf(pem)
  if (label === 'ENCRYPTED PRIVATE KEY' || pem.includes('Proc-Type: 4,ENCRYPTED')) {
    throw keyRefusal(
      signingKey,
      path,
      'is protected by a passphrase, which cannot be entered in CI',
      '`openssl pkcs8 -topk8 -nocrypt -in KEY -out FILE` writes it without one, into a file that must then be kept secret',
    )
  }
  if (label === 'PUBLIC KEY') throw keyRefusal(signingKey, path, 'is a public key, which cannot sign')
  if (label !== 'PRIVATE KEY')
    throw keyRefusal(
      signingKey,
      path,
      `is not a private key in PEM as PKCS#8${foundText(label)}`,
      '`openssl pkcs8 -topk8 -nocrypt -in KEY -out FILE` converts a key of another form',
    )
  const key = parsed(() => createPrivateKey({ key: pem, format: 'pem', type: 'pkcs8' }))
  if (key === undefined) throw keyRefusal(signingKey, path, 'is damaged')
  const algorithm = algorithmOf(key)
  if (algorithm === undefined) throw keyRefusal(signingKey, path, unfit(key))
  return {
    id: keyIdOf(createPublicKey(key)),
    sign: (bytes) => sign(algorithm, bytes, key),
    isMadeOf: (is) => is(Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url')),
  }
}

/**
 * Reads the public half of a signing key, in PEM as SPKI.
 *
 * @throws UsageError for anything else, a private key too: it has no business where attestations are verified
 */
export async function readVerificationKey(path: string): Promise<VerificationKey> {
  const pem = await readPem(path, verificationKey)
  const label = labelOf(pem)
  if (label?.endsWith('PRIVATE KEY') === true) throw keyRefusal(verificationKey, path, 'is a private key')
  if (label !== 'PUBLIC KEY')
    throw keyRefusal(verificationKey, path, `is not a public key in PEM as SPKI${foundText(label)}`)
  const key = parsed(() => createPublicKey({ key: pem, format: 'pem', type: 'spki' }))
  if (key === undefined) throw keyRefusal(verificationKey, path, 'is damaged')
  const algorithm = algorithmOf(key)
  if (algorithm === undefined) throw keyRefusal(verificationKey, path, unfit(key))
  return { id: keyIdOf(key), verify: (bytes, signature) => verify(algorithm, bytes, key, signature) }
}

async function readPem(path: string, kind: typeof signingKey | typeof verificationKey): Promise<string> {
  return (await readKeyFile(path, kind)).toString('latin1')
}

/** Of the first block: what is before it is a comment. */
function labelOf(pem: string): string | undefined {
  return /^-----BEGIN ([A-Z0-9 ]{1,40})-----\s*$/m.exec(pem)?.[1]
}

function foundText(label: string | undefined): string {
  return label === undefined ? '' : ` (it holds ${/^[AEIO]/.test(label) ? 'an' : 'a'} ${label})`
}

/** An error of the parser says nothing that a person could act on. */
function parsed(parse: () => KeyObject): KeyObject | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}

/**
 * Ed25519 hashes by itself. `undefined` for a kind of key that is not taken: few kinds are few ways to get one wrong.
 */
function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): 'sha256' | null | undefined {
  if (asymmetricKeyType === 'ed25519') return null
  return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 'sha256' : undefined
}

function unfit({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {}
  const size = modulusLength === undefined ? '' : ` of ${modulusLength} bits`
  const curve = namedCurve === undefined ? '' : ` over ${namedCurve}`
  return `is of an unsupported kind (${asymmetricKeyType ?? 'unknown'}${size}${curve}): use Ed25519 or ECDSA over P-256`
}

function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}
