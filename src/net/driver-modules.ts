import { unitFiles } from '../base/unit-files.js'
import type { Driver } from './drivers/driver.js'

/**
 * The modules in `drivers`, by the names of their files; one that holds a driver exports it as `driver`. They are
 * needed where nothing can wait, so that all are loaded here. The build puts a list in this module's place.
 */
export const driverModules: ReadonlyMap<string, { readonly driver?: Driver }> = new Map(
  await Promise.all(
    [...unitFiles('net/drivers')]
      // It imports this module.
      .filter(([name]) => name !== 'known')
      .map(async ([name, load]) => [name, await load()] as const),
  ),
)
