import { createRequire } from 'node:module'

/** File of the database driver, for programs in a folder without any. The build puts its own copy in its place. */
export const postgresDriver = createRequire(import.meta.url).resolve('pg')
