import { createHmac, randomBytes } from 'node:crypto'
import { type BitBucket, type ByteBucket, type ReasonCode, reasonTexts } from '../../../secret-strength/reasons.js'
import type { layerNames } from '../../../secret-strength/layers/encoding-layer.js'

export const lowerEndOfBytes: Readonly<Record<ByteBucket, number>> = { '<32': 0, '32-47': 32, '48-63': 48, '>=64': 64 }
export const lowerEndOfBits: Readonly<Record<BitBucket, number>> = {
  '<40': 0,
  '40-63': 40,
  '64-111': 64,
  '112-159': 112,
  '>=160': 160,
}

/** What is made of words anyway: that it is says nothing more. */
const wordy: readonly ReasonCode[] = ['placeholder', 'published-key']

/** One sentence behind `it`, whatever the number of reasons. */
export function explain(
  reasons: readonly ReasonCode[],
  layer: (typeof layerNames)[number],
  minimumBytes: number,
): string {
  const isWordy = reasons.some((reason) => wordy.includes(reason))
  const counted = reasons.filter((reason) => !isWordy || reason !== 'made-of-words')
  const clauses = counted.map((reason) =>
    reason === 'too-short' ? `has fewer than ${minimumBytes} bytes` : reasonTexts[reason].what,
  )
  const said = [clauses.slice(0, -1).join(', '), ...clauses.slice(-1)].filter((text) => text !== '').join(', and ')
  return said === '' || layer === 'raw' ? said : `${said} (when it is read as ${layer})`
}

/** Made for this process and never written: a bare digest of a weak secret would give it away. */
const fingerprintKey = randomBytes(32)

export function elementFingerprint(secret: string): string {
  return secret === '' ? '' : createHmac('sha256', fingerprintKey).update(secret).digest('hex').slice(0, 12)
}
