import { authority, below, leaf, plain, type Cases } from './parts.js'
import { commonName, type KeyKind, type SignatureKind } from './x509.js'

const keyed = (key: KeyKind) => () => plain({ key })
const signedBy = (key: KeyKind, signature?: SignatureKind) => () =>
  plain(signature === undefined ? {} : { signature }, 'localhost', { key })

/** Keys of servers and authorities, signatures, and what a signature covers. */
export const algorithmCases: Cases = {
  'key: P-256': keyed('P-256'),
  'key: P-384': keyed('P-384'),
  'key: P-521': keyed('P-521'),
  'key: Ed25519': keyed('Ed25519'),
  'key: RSA 1024': keyed('RSA 1024'),
  'key: RSA 2048': keyed('RSA 2048'),
  'key: RSA 3072': keyed('RSA 3072'),
  'key: RSA-PSS 2048': keyed('RSA-PSS 2048'),
  'key: point in its short form': () => plain({ isPointCompressed: true }),
  'signature: P-384 with SHA-384': signedBy('P-384', 'ECDSA SHA-384'),
  'signature: P-384 with SHA-256': signedBy('P-384', 'ECDSA SHA-256'),
  'signature: P-256 with SHA-384': signedBy('P-256', 'ECDSA SHA-384'),
  'signature: P-256 with SHA-512': signedBy('P-256', 'ECDSA SHA-512'),
  'signature: P-256 with SHA-1': signedBy('P-256', 'ECDSA SHA-1'),
  'signature: P-521': signedBy('P-521'),
  'signature: Ed25519': signedBy('Ed25519'),
  'signature: RSA 1024': signedBy('RSA 1024'),
  'signature: RSA 2048': signedBy('RSA 2048'),
  'signature: RSA with SHA-384': signedBy('RSA 2048', 'RSA SHA-384'),
  'signature: RSA with SHA-512': signedBy('RSA 2048', 'RSA SHA-512'),
  'signature: RSA with SHA-1': signedBy('RSA 2048', 'RSA SHA-1'),
  'signature: RSA without NULL': signedBy('RSA 2048', 'RSA SHA-256 without NULL'),
  'signature: RSA-PSS with SHA-256': signedBy('RSA 2048', 'RSA-PSS SHA-256'),
  'signature: RSA-PSS with SHA-384': signedBy('RSA 2048', 'RSA-PSS SHA-384'),
  'signature: RSA-PSS with SHA-512': signedBy('RSA 2048', 'RSA-PSS SHA-512'),
  'signature: by a key for RSA-PSS alone': signedBy('RSA-PSS 2048'),
  'signature: broken': () => plain({ isSignatureBroken: true }),
  'signature: of an intermediate, broken': () => below([{ isSignatureBroken: true }]),
  'signature: other algorithm within': () => plain({ innerSignature: 'ECDSA SHA-384' }),
  'signature: of an intermediate, RSA with SHA-1': () => below([{ signature: 'RSA SHA-1' }], { key: 'RSA 2048' }),
  'signature: of the one trusted, RSA with SHA-1': () =>
    plain({ signature: 'RSA SHA-256' }, 'localhost', { key: 'RSA 2048', signature: 'RSA SHA-1' }),
  'signature: of the one trusted, broken': () => plain({}, 'localhost', { isSignatureBroken: true }),
  'issuer: name in another string type': () => {
    const root = authority()
    return { host: 'localhost', chain: [leaf(root, { issuerName: commonName('An Authority', true) })], anchors: [root] }
  },
  'issuer: name in capitals': () => {
    const root = authority()
    return { host: 'localhost', chain: [leaf(root, { issuerName: commonName('AN AUTHORITY') })], anchors: [root] }
  },
}
