import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

interface PackageFile {
  readonly name: string
  readonly version: string
}

/** The package's name, whatever scope it is published under. */
const packageName = /(?:^|\/)preflight$/

/** The folder of the installed package: the nearest one above this file that holds our package.json. */
function findRoot(from: URL): URL {
  const file = new URL('package.json', from)
  if (existsSync(file) && packageName.test((JSON.parse(readFileSync(file, 'utf8')) as PackageFile).name)) return from
  const parent = new URL('..', from)
  if (parent.href === from.href) throw new Error('the package folder of preflight was not found')
  return findRoot(parent)
}

/** URL of the package's folder, with a final slash. */
export const packageRoot = findRoot(new URL('.', import.meta.url))

/** Whether the code that runs is the build's, and not the sources. */
export const isBuilt = import.meta.url.startsWith(new URL('dist/', packageRoot).href)

export const toolVersion = (JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8')) as PackageFile)
  .version

/** The packs that ship with the product. */
export const builtinChecks = fileURLToPath(new URL('checks', packageRoot))

/** The alerts that ship with the product. */
export const builtinAlerts = fileURLToPath(new URL('alerts', packageRoot))

/** The runbooks that ship with the product. */
export const builtinRunbooks = fileURLToPath(new URL('runbooks', packageRoot))
