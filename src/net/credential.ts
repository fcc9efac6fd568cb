import { z } from 'zod'
import { Secret } from '../redaction/secret-value.js'

/**
 * An input that may carry a credential (a URL with a password, a signing key): text in YAML, a `Secret` for the probe,
 * so that nothing between them can print it.
 */
export const credential = () =>
  z
    .union([z.string(), z.instanceof(Secret)])
    .transform((value) => (value instanceof Secret ? value : new Secret(value)))
    .meta({ preflight: 'credential' })
