import { z } from 'zod'

/**
 * Text that an author wrote and that no expression may fill: a shell script, a statement, anything an interpreter
 * reads.
 */
export const literal = () => z.string().min(1).max(100_000).meta({ preflight: 'literal' })
