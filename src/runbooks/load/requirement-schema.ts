import { z } from 'zod'
import { pathText } from '../../base/text/terminal-text.js'
import { durationSchema } from '../../checks/load/definition-schema.js'
import { credential } from '../../net/credential.js'
import { parseHostPort } from '../../net/host-port.js'
import type { Secret } from '../../redaction/secret-value.js'
import type { RequirementKind } from '../definition/requirement-definition.js'

const program = z.union([
  pathText().describe('the program, as the first word of a command'),
  z.strictObject({
    name: pathText().describe('the program, as the first word of a command'),
    cwd: z.string().default('').describe('the folder it is started in; empty: the one preflight runs in'),
    path: pathText()
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
