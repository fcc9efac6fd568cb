import { algorithmCases } from './algorithms.js'
import { nameCases } from './names.js'
import type { Cases } from './parts.js'
import { ruleCases } from './rules.js'

/** Every case, by the name that it has in the recording. Keys are made when a case is. */
export const matrix: Cases = { ...nameCases, ...ruleCases, ...algorithmCases }

/** PEM, one certificate after the other. */
export function pemOf(certificates: readonly Uint8Array[]): string {
  return certificates
    .map((bytes) =>
      [
        '-----BEGIN CERTIFICATE-----',
        ...(Buffer.from(bytes)
          .toString('base64')
          .match(/.{1,64}/g) ?? []),
        '-----END CERTIFICATE-----',
        '',
      ].join('\n'),
    )
    .join('')
}
