import { constants, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import {
  bitString,
  boolean,
  der,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  utcTime,
  utf8String,
} from '../../../sandbox/servers/der.js'

export const keyKinds = {
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
  'P-384': () => generateKeyPairSync('ec', { namedCurve: 'secp384r1' }),
  'P-521': () => generateKeyPairSync('ec', { namedCurve: 'secp521r1' }),
  Ed25519: () => generateKeyPairSync('ed25519'),
  'RSA 1024': () => generateKeyPairSync('rsa', { modulusLength: 1024 }),
  'RSA 2048': () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'RSA 3072': () => generateKeyPairSync('rsa', { modulusLength: 3072 }),
  'RSA-PSS 2048': () => generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
} as const
export type KeyKind = keyof typeof keyKinds

const nothing = der(0x05)
const pssOf = (hash: string, salt: number) => {
  const algorithm = sequence(objectIdentifier(hash), nothing)
  return sequence(
    objectIdentifier('1.2.840.113549.1.1.10'),
    sequence(
      der(0xa0, algorithm),
      der(0xa1, sequence(objectIdentifier('1.2.840.113549.1.1.8'), algorithm)),
      der(0xa2, integer(Buffer.from([salt]))),
    ),
  )
}

/** How a certificate is signed: the algorithm's identifier, and the hash. */
export const signatureKinds = {
  'ECDSA SHA-1': [sequence(objectIdentifier('1.2.840.10045.4.1')), 'sha1'],
  'ECDSA SHA-256': [sequence(objectIdentifier('1.2.840.10045.4.3.2')), 'sha256'],
  'ECDSA SHA-384': [sequence(objectIdentifier('1.2.840.10045.4.3.3')), 'sha384'],
  'ECDSA SHA-512': [sequence(objectIdentifier('1.2.840.10045.4.3.4')), 'sha512'],
  Ed25519: [sequence(objectIdentifier('1.3.101.112')), undefined],
  'RSA SHA-1': [sequence(objectIdentifier('1.2.840.113549.1.1.5'), nothing), 'sha1'],
  'RSA SHA-256': [sequence(objectIdentifier('1.2.840.113549.1.1.11'), nothing), 'sha256'],
  'RSA SHA-256 without NULL': [sequence(objectIdentifier('1.2.840.113549.1.1.11')), 'sha256'],
  'RSA SHA-384': [sequence(objectIdentifier('1.2.840.113549.1.1.12'), nothing), 'sha384'],
  'RSA SHA-512': [sequence(objectIdentifier('1.2.840.113549.1.1.13'), nothing), 'sha512'],
  'RSA-PSS SHA-256': [pssOf('2.16.840.1.101.3.4.2.1', 32), 'sha256'],
  'RSA-PSS SHA-384': [pssOf('2.16.840.1.101.3.4.2.2', 48), 'sha384'],
  'RSA-PSS SHA-512': [pssOf('2.16.840.1.101.3.4.2.3', 64), 'sha512'],
} as const
export type SignatureKind = keyof typeof signatureKinds

export interface Recipe {
  /** The common name of the subject, and of the signer; itself by default. */
  readonly subject: string
  readonly by?: Issued
  readonly key?: KeyKind
  readonly signature?: SignatureKind
  /** The version as people count. */
  readonly version?: 1 | 2 | 3 | 4
  /** Years, from the first of January; 2020 and 2120 unless it says otherwise. */
  readonly from?: number
  readonly to?: number
  readonly extensions?: readonly Buffer[]
  /** The issuer's name as written in the certificate, when it is not the signer's subject. */
  readonly issuerName?: Buffer
  readonly subjectName?: Buffer
  /** The identifier inside that is signed, when it is not the one outside. */
  readonly innerSignature?: SignatureKind
  readonly isSignatureBroken?: boolean
  readonly isPointCompressed?: boolean
  /** Another certificate for the key of this one. */
  readonly keyOf?: Issued
}

export interface Issued {
  readonly certificate: Buffer
  readonly name: Buffer
  readonly kind: KeyKind
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export const commonName = (text: string, isPrintable = false): Buffer =>
  sequence(set(sequence(objectIdentifier('2.5.4.3'), isPrintable ? der(0x13, Buffer.from(text)) : utf8String(text))))

const usual: Readonly<Record<KeyKind, SignatureKind>> = {
  'P-256': 'ECDSA SHA-256',
  'P-384': 'ECDSA SHA-384',
  'P-521': 'ECDSA SHA-512',
  Ed25519: 'Ed25519',
  'RSA 1024': 'RSA SHA-256',
  'RSA 2048': 'RSA SHA-256',
  'RSA 3072': 'RSA SHA-256',
  'RSA-PSS 2048': 'RSA-PSS SHA-256',
}

function time(year: number): Buffer {
  return year < 2050 ? utcTime(new Date(Date.UTC(year, 0, 1))) : der(0x18, Buffer.from(`${year}0101000000Z`))
}

type Keys = Pick<Issued, 'publicKey' | 'privateKey'>
const made = new Map<string, Keys>()

/** New ones, but for RSA, which takes long: there one pair for each subject. */
function keysFor(kind: KeyKind, subject: string): Keys {
  const keys = made.get(`${kind} ${subject}`) ?? keyKinds[kind]()
  if (kind.startsWith('RSA')) made.set(`${kind} ${subject}`, keys)
  return keys
}

/** Writes and signs a certificate (RFC 5280) that no library would. */
export function issue(recipe: Recipe): Issued {
  const { publicKey, privateKey } = recipe.keyOf ?? keysFor(recipe.key ?? 'P-256', recipe.subject)
  const kind = recipe.keyOf?.kind ?? recipe.key ?? 'P-256'
  const name = recipe.subjectName ?? commonName(recipe.subject)
  const signer = recipe.by ?? { name, kind, privateKey }
  const signature = recipe.signature ?? usual[signer.kind]
  const [algorithm, hash] = signatureKinds[signature]
  const [innerAlgorithm] = signatureKinds[recipe.innerSignature ?? signature]
  const version = recipe.version ?? 3
  const body = sequence(
    ...(version === 1 ? [] : [der(0xa0, integer(Buffer.from([version - 1])))]),
    integer(Buffer.from([1, 2, 3, 4])),
    innerAlgorithm,
    recipe.issuerName ?? signer.name,
    sequence(time(recipe.from ?? 2020), time(recipe.to ?? 2120)),
    name,
    recipe.isPointCompressed === true ? compressed(publicKey) : publicKey.export({ type: 'spki', format: 'der' }),
    ...(recipe.extensions === undefined || recipe.extensions.length === 0
      ? []
      : [der(0xa3, sequence(...recipe.extensions))]),
  )
  const padding = signature.startsWith('RSA-PSS')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {}
  const signed = sign(hash, body, { key: signer.privateKey, ...padding })
  // Within the signature's first number, so that it stays one.
  if (recipe.isSignatureBroken === true) signed[10]! ^= 1
  return { certificate: sequence(body, algorithm, bitString(signed)), name, kind, privateKey, publicKey }
}

/** SubjectPublicKeyInfo of P-256 with the point in its short form. */
function compressed(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const isOdd = (Buffer.from(y, 'base64url').at(-1)! & 1) === 1
  const point = Buffer.concat([Buffer.from([isOdd ? 3 : 2]), Buffer.from(x, 'base64url')])
  return sequence(
    sequence(objectIdentifier('1.2.840.10045.2.1'), objectIdentifier('1.2.840.10045.3.1.7')),
    bitString(point),
  )
}

/** An extension (RFC 5280 §4.2). @param value the content of its OCTET STRING */
export function extension(identifier: string, value: Buffer, isCritical = false): Buffer {
  return sequence(objectIdentifier(identifier), ...(isCritical ? [boolean(true)] : []), octetString(value))
}
