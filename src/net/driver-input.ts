import { z } from 'zod'
import type { Driver } from './drivers/driver.js'
import { driverNames } from './drivers/known.js'

/** An input of everything that connects by a URL: whose rules it is read by. */
export const driverInput = (protocol: Driver['protocol']) =>
  z
    .enum(driverNames(protocol))
    .optional()
    .describe(
      'the client library whose rules the URL is read by; without one, what libraries differ over is refused as well',
    )

/** An input of everything that connects to PostgreSQL, of which one client library's rules are known. */
export const postgresDriver = () =>
  z
    .enum(driverNames('postgres'))
    .default('asyncpg')
    .describe('the client library whose rules the URL is read by, with the PG* variables of the environment under test')

/** An input of everything that connects to PostgreSQL. */
export const serviceHome = () =>
  z
    .string()
    .default('')
    .describe(
      'home folder of the account that the service runs under: where asyncpg looks for .postgresql and .pgpass; unknown when empty',
    )
