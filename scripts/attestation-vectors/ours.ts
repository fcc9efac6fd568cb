/**
 * Writes attestations as preflight seals them, one JSON object a line, for `in_toto.py` beside it to verify. The keys
 * are published ones: RFC 8032 §7.1, test 1, and the key of the DSSE specification's test vector.
 */
import { createPrivateKey, createPublicKey, type JsonWebKeyInput } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seal, type Envelope } from '../../src/attestation/dsse-envelope.js'
import { readSigningKey } from '../../src/attestation/keys.js'

const fromHex = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url')
const fromDecimal = (decimal: string): string => fromHex(BigInt(decimal).toString(16).padStart(64, '0'))

const keys: Readonly<Record<string, JsonWebKeyInput['key']>> = {
  ed25519: {
    kty: 'OKP',
    crv: 'Ed25519',
    d: fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'),
    x: fromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'),
  },
  'ecdsa-p256': {
    kty: 'EC',
    crv: 'P-256',
    d: fromDecimal('97358161215184420915383655311931858321456579547487070936769975997791359926199'),
    x: fromDecimal('46950820868899156662930047687818585632848591499744589407958293238635476079160'),
    y: fromDecimal('5640078356564379163099075877009565129882514886557779369047442380624545832820'),
  },
}

/** One that must not be accepted: something differs from what was signed. */
function changes(envelope: Envelope): Readonly<Record<string, Envelope>> {
  const bytes = Buffer.from(envelope.payload, 'base64')
  const payload = Buffer.from(bytes.toString('utf8').replace('"verdict":"go"', '"verdict":"gp"')).toString('base64')
  return {
    whole: envelope,
    'another payload': { ...envelope, payload },
    'another type': { ...envelope, payloadType: 'application/json' },
    'no signature': { ...envelope, signatures: [] },
  }
}

const statement = readFileSync(join(import.meta.dirname, '../../test/fixtures/attestation-vectors/statement.json'))
const folder = mkdtempSync(join(tmpdir(), 'attestation-vectors-'))
try {
  for (const [name, jwk] of Object.entries(keys)) {
    const key = createPrivateKey({ key: jwk, format: 'jwk' })
    const file = join(folder, `${name}.pem`)
    writeFileSync(file, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    const envelope = await seal(statement, await readSigningKey(file))
    const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' })
    for (const [what, changed] of Object.entries(changes(envelope)))
      console.log(
        JSON.stringify({
          writer: 'preflight',
          key: name,
          what,
          privateKey: key.export({ type: 'pkcs8', format: 'pem' }),
          publicKey,
          envelope: changed,
        }),
      )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
