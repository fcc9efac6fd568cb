import { z } from 'zod'
import { pathOrEmpty, pathText } from '../../base/text/terminal-text.js'
import { durationSchema } from '../../checks/load/duration-schema.js'
import { credential } from '../../net/credential.js'
import { parseHostPort } from '../../net/host-port.js'
import type { Secret } from '../../redaction/secret-value.js'
import type { RequirementKind } from '../definition/requirement-definition.js'

/** No path of its own: it is looked for on the PATH, and one with a slash starts from the folder of its step. */
const programName = () =>
  z
    .string()
    .min(1)
    .max(4096)
    .refine((name) => !name.includes('\0'), 'expected a name without a NUL character')

const program = z.union([
  programName().describe('the program, as the first word of a command'),
  z.strictObject({
    name: programName().describe('the program, as the first word of a command'),
    cwd: pathOrEmpty().default('').describe('the folder it is started in; empty: the one preflight runs in'),
    path: programName()
      .optional()
      .describe('the PATH that it is looked for on, where its step sets one of its own; default: the PATH of steps'),
  }),
])

const address = credential()
  .refine(isReadable, 'expected host:port, or a URL with a port')
  .meta({ preflight: 'credential' })
  .describe('host:port, or a URL with a port, that must accept a connection')

/** What each kind of requirement takes. */
export const requirementInputs = {
  program: program.describe('a program that must be there and executable'),
  file: pathText().describe('a file that must be there and readable'),
  address,
} as const satisfies Record<RequirementKind, z.ZodType>

/** The keys of a requirement besides its kind. */
export const requirementFields = {
  when: z.string().min(1).optional().describe('an expression; it is not required when it is false'),
  'needed-by': z.array(z.string()).min(1).optional().describe('the steps that need it; default: all of them'),
  timeout: durationSchema.optional().describe('time limit of the look at it; default 5s'),
  fix: z.string().min(1).optional().describe('what to do when it is missing; may contain ${{ … }}'),
} as const

function isReadable(text: Secret): boolean {
  try {
    parseHostPort(text)
    return true
  } catch {
    return false
  }
}
