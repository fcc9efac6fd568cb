import type { DriverContext } from '../net/drivers/driver.js'
import type { TestedEnvironment } from './environment.js'
import { z } from 'zod'

/**
 * What a driver of the service under test takes from its process.
 *
 * @param home of the account that the service runs under; `undefined` or empty when it is not stated
 */
export function driverContextOf(environment: TestedEnvironment, home?: string): DriverContext {
  return { variable: (name) => environment.get(name)?.reveal(), home: home === '' ? undefined : home }
}

/** An input of the probes that read URLs which name files of the host that the service runs on. */
export const targetFiles = () =>
  z
    .enum(['here', 'elsewhere'])
    .default('here')
    .describe(
      'where the files that the URL names are: here, on the host of the service; elsewhere opens none, and the check is not applicable if the URL names any',
    )

/** What the same input is for where the file is named by the environment of the service. */
export const whereTrustIs =
  'where the file with the trusted certificates of the driver is (SSL_CERT_FILE): here, on the host of the service; elsewhere does not open it, and the check is not applicable if one is named and TLS is used'

/**
 * The fact that lists files of a home that was not named, by its kind of path (`~/.pgpass`). A run reports them once,
 * whatever became of the check.
 */
export const unknownHomeFact = 'filesOfUnknownHome'
