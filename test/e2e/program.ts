import { join } from 'node:path'

/** What `node` is given to start the built program. */
export const program = join(import.meta.dirname, '../../bin/run.js')
