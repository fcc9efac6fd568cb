import { z } from 'zod'
import { credential } from '../../../net/credential.js'
import { literal } from '../../../base/text/literal.js'
import { plainText } from '../effect/text-without-nul.js'

const words = () => z.array(plainText()).max(1000)

const argv = () =>
  words()
    .min(1)
    .refine(([program]) => program !== '', 'expected a program as the first word')

const variable = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/

const settings = {
  cwd: plainText(4096).default('').describe('the folder it runs in; empty: the one preflight runs in'),
  environment: z
    .record(z.string().regex(variable, 'expected the name of an environment variable'), credential())
    .default({})
    .describe(
      'variables it gets besides PATH, HOME, LANG and TMPDIR: the place for credentials, which every user could read on a command line',
    ),
  inherit: z
    .array(z.string().regex(variable, 'expected the name of an environment variable'))
    .max(100)
    .default([])
    .describe("variables of preflight's own environment that are passed on, where they are set"),
  clean: z
    .boolean()
    .default(false)
    .describe('leave out PATH, HOME, LANG and TMPDIR as well: it gets what is named, and nothing else'),
  input: plainText(1_000_000)
    .optional()
    .describe('text that it can read on its standard input; without, there is none'),
  'leaves-running': z
    .boolean()
    .default(false)
    .describe(
      'it starts a service that goes on after it: when it ends with exit code 0, what it started is left alone. The service should redirect its output to a file of its own',
    ),
}

const command = z.strictObject({
  argv: argv().describe('the program and its arguments, handed over as they are: there is no shell'),
  ...settings,
})

const script = z.strictObject({
  shell: literal().describe(
    'a script for bash -euo pipefail: it ends at the first command that fails, also in a pipe. No expression can stand in it',
  ),
  arguments: words().default([]).describe('what the script finds as "$1", "$2" …: the place for values'),
  ...settings,
})

/** What stands under `run`: words, a command with its settings, or a script for a shell. */
export const runInput = z.union([argv().describe('the program and its arguments'), command, script])

export type RunInput = z.output<typeof runInput>
export type RunSettings = Omit<z.output<typeof command>, 'argv'>

/** The name that a script sees as "$0". */
const scriptName = 'preflight'

export interface RunRequest {
  /** What the system is given, the shell first where there is one. */
  readonly argv: readonly string[]
  /** Words that an expression may have filled, and where the list of them stands in the input. */
  readonly words: { readonly path: readonly string[]; readonly values: readonly string[] }
  readonly script: string | undefined
  readonly settings: RunSettings
}

const bare: RunSettings = {
  cwd: '',
  environment: {},
  inherit: [],
  clean: false,
  input: undefined,
  'leaves-running': false,
}

/** What stands beside a command that is words alone. */
export const bareRequest = { settings: bare } as const

export function requestOf(input: RunInput): RunRequest {
  if (Array.isArray(input))
    return { argv: input, words: { path: [], values: input }, script: undefined, settings: bare }
  if ('argv' in input)
    return { argv: input.argv, words: { path: ['argv'], values: input.argv }, script: undefined, settings: input }
  return {
    argv: ['bash', '-euo', 'pipefail', '-c', input.shell, scriptName, ...input.arguments],
    words: { path: ['arguments'], values: input.arguments },
    script: input.shell,
    settings: input,
  }
}
