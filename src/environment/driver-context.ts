import type { DriverContext } from '../net/drivers/driver.js'
import type { TestedEnvironment } from './environment.js'

/**
 * What a driver of the service under test takes from its process.
 *
 * @param home of the account that the service runs under; `undefined` or empty when nobody said
 */
export function surroundingsOf(environment: TestedEnvironment, home?: string): DriverContext {
  return { variable: (name) => environment.get(name)?.reveal(), home: home === '' ? undefined : home }
}
