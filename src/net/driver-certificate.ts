import type { Driver } from './drivers/driver.js'
import { misconfigured, refusedByPeer, type Refusal } from './refusal.js'

const blocks = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g

/** The certificates of a PEM file, as DER. */
export function certificatesOf(pem: string): readonly Uint8Array[] {
  return [...pem.matchAll(blocks)].map(([, text = '']) => Buffer.from(text, 'base64'))
}

/**
 * Judges what a peer presents as a driver does.
 *
 * @param trust the certificates that are trusted, PEM
 */
export function refuseAs(
  refuse: NonNullable<Driver['refuseCertificate']>,
  host: string,
  trust: string,
): (certificates: readonly Uint8Array[]) => Refusal | undefined {
  return (certificates) => {
    const refusal = refuse({ certificates, anchors: certificatesOf(trust), host, now: new Date() })
    return refusal && (refusal.isDated ? refusedByPeer : misconfigured)(refusal.code, refusal.detail)
  }
}
