import type { Secret } from '../../redaction/secret-value.js'
import { driverModules } from '../driver-modules.js'
import type { Driver, DriverContext, DriverReading } from './driver.js'

/** Every driver, by its file in this folder: a module that exports `driver`. Nothing else lists them. */
const drivers: ReadonlyMap<string, Driver> = new Map(
  [...driverModules].flatMap(([name, { driver }]) => {
    if (driver === undefined) return []
    if (driver.name !== name) throw new Error(`src/net/drivers/${name} exports a driver of another name`)
    return [[name, driver] as const]
  }),
)

/** The names that `driver:` takes, in alphabetical order: of one protocol, or all of them. */
export function driverNames(protocol?: Driver['protocol']): readonly string[] {
  return [...drivers.values()]
    .filter((driver) => protocol === undefined || driver.protocol === protocol)
    .map(({ name }) => name)
}

/** @throws Error for a name that the schemas let through and that has no file */
export function driverNamed(name: string): Driver {
  const driver = drivers.get(name)
  if (driver === undefined) throw new Error(`unknown driver ${name}`)
  return driver
}

/** What a driver may ask its process for; nothing for a name that no driver has, and for none. */
export function driverVariables(name: string | undefined): readonly string[] {
  return drivers.get(name ?? '')?.variables ?? []
}

/**
 * Reads a URL as a driver does, and refuses what cannot be meant: the one way in for everything that checks a URL or
 * connects by it.
 *
 * @throws Error for a name that the schemas let through and that has no file
 */
export function readAs(name: string, url: Secret, context: DriverContext): DriverReading {
  const driver = driverNamed(name)
  const reading = driver.read(url, context)
  if ('refusal' in reading) return reading
  const neverMeant = driver.neverMeant?.(reading.connection)
  return neverMeant === undefined ? reading : { refusal: neverMeant }
}
