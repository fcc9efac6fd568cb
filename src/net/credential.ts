import { z } from 'zod'
import { Secret } from '../redaction/secret-value.js'
import type { Driver } from './drivers/driver.js'
import { driverNames } from './drivers/known.js'
import { parseDuration } from '../base/time/duration.js'

/**
 * An input that may carry a credential (a URL with a password, a signing key): text in YAML, a `Secret` for the probe,
 * so that nothing between them can print it.
 */
export const credential = () =>
  z
    .union([z.string(), z.instanceof(Secret)])
    .transform((value) => (value instanceof Secret ? value : new Secret(value)))
    .meta({ preflight: 'credential' })

/**
 * A place that is handed on unseen: a header, a variable, a body. It may also hold a secret that a step of a runbook
 * captured, which a URL may not: addresses are in logs.
 */
export const secretPlace = { preflight: 'secret' } as const

/** An input of everything that connects by a URL: whose rules it is read by. */
export const driverInput = (protocol: Driver['protocol']) =>
  z
    .enum(driverNames(protocol))
    .optional()
    .describe(
      'the client library whose rules the URL is read by; without one, a URL that libraries read differently is also refused',
    )

/** The driver of an input that names none. */
export const usualPostgresDriver = 'asyncpg'

/** An input of everything that connects to PostgreSQL, of which one client library's rules are known. */
export const postgresDriver = () =>
  z
    .enum(driverNames('postgres'))
    .default(usualPostgresDriver)
    .describe('the client library whose rules the URL is read by, with the PG* variables of the environment under test')

/** An input of everything that connects to PostgreSQL. */
export const serviceHome = () =>
  z
    .string()
    .default('')
    .describe(
      'home folder of the account that the service runs under: where asyncpg looks for .postgresql and .pgpass; unknown when empty',
    )

/** A duration among a kind's inputs: text with its unit in YAML (`500ms`, `2s`), whole milliseconds for the probe. */
export const durationInput = () =>
  z.string().transform((text, context) => {
    const milliseconds = parseDuration(text)
    if (milliseconds !== undefined) return milliseconds
    context.addIssue({ code: 'custom', message: 'expected a duration with a unit, such as 500ms, 2s or 5m' })
    return z.NEVER
  })
