export { fingerprint } from './secret-fingerprint.js'
export type { Finding } from './text-inspection.js'
export type { KnownSecret } from './pieces.js'
export { lengthBucket } from './length-bucket.js'
export { MARKER } from './marker.js'
export { secretPieces } from './pieces.js'
export { createRedactor, type Redactor } from './redactor.js'

export type { SerialisedError } from './serialised-error.js'
