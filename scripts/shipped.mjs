// What the package brings along when it is installed: of the lock, everything that is not for developing alone.
import { readFileSync } from 'node:fs'

export const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))

/** By path in node_modules: the entries of the lock that are installed with the package. */
export const shipped = Object.fromEntries(Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true))

/** `name` of an entry, by its path: a package may lie within another's node_modules. */
export const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
