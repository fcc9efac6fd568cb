import { z } from 'zod'
import { credential, secretPlace } from '../../../net/credential.js'
import { pathOrEmpty, textWithoutNul } from '../../../base/text/terminal-text.js'
import { programArgv, shellArguments, shellArgv, shellScript } from '../../../engine/program-input.js'
import { isFilled, isFilledFromStart } from '../effect/approach.js'
import type { FilledPlace } from '../../definition/runbook-definition.js'
import { NotPerformedError, type ActionDescription } from '../../definition/step-kind.js'
import { randomBytes } from 'node:crypto'
import { passedOnVariable } from '../../../base/own-environment.js'
import { basicEnvironment, programSearchPath } from '../../../processes/start-problem.js'
import { resolve } from 'node:path'
import type { TestedEnvironment } from '../../../environment/environment.js'
import { connectionInputs, describedConnection, isRedisClient, otherClient } from './handed-connection.js'
import { commandLine, shellWord } from '../../../base/text/shell-words.js'
import { placePath } from '../../../base/text/place-path.js'

const variable = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/

const settings = {
  cwd: pathOrEmpty().default('').describe('the folder it runs in; empty: the one preflight runs in'),
  environment: z
    .record(z.string().regex(variable, 'expected the name of an environment variable'), credential().meta(secretPlace))
    .default({})
    .describe(
      'the variables it gets in addition to PATH, HOME, LANG and TMPDIR. Put credentials here: every user can read a command line',
    ),
  inherit: z
    .array(z.string().regex(variable, 'expected the name of an environment variable'))
    .max(100)
    .default([])
    .describe("variables of preflight's own environment that are passed on, if they are set"),
  clean: z
    .boolean()
    .default(false)
    .describe('leave out PATH, HOME, LANG and TMPDIR too: it gets only the named variables'),
  input: textWithoutNul(1_000_000)
    .optional()
    .meta(secretPlace)
    .describe('the text of its standard input; empty without'),
  ...connectionInputs,
  'leaves-running': z
    .boolean()
    .default(false)
    .describe(
      'it starts a service that continues after it: when it ends with exit code 0, the processes it started keep running. The service should redirect its output to its own file',
    ),
}

const command = z.strictObject({
  argv: programArgv().describe('the program and its arguments, passed unchanged, without a shell'),
  ...settings,
})

const script = z.strictObject({
  shell: shellScript(),
  arguments: shellArguments().default([]),
  ...settings,
})

/** What is under `run`: words, a command with its settings, or a script for a shell. */
export const runInput = z.union([programArgv().describe('the program and its arguments'), command, script])

type RunInput = z.output<typeof runInput>

type RunSettings = Omit<z.output<typeof command>, 'argv'>

interface ProgramRequest {
  /** What the system is given, the shell first where there is one. */
  readonly argv: readonly string[]
  /** Words that an expression may have filled, and where the list of them is in the input. */
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
  postgres: undefined,
  redis: undefined,
  'leaves-running': false,
}

/** What is beside a command that is words alone. */
const bareRequest = { settings: bare } as const

export function requestOf(input: RunInput): ProgramRequest {
  if (Array.isArray(input))
    return { argv: input, words: { path: [], values: input }, script: undefined, settings: bare }
  if ('argv' in input)
    return { argv: input.argv, words: { path: ['argv'], values: input.argv }, script: undefined, settings: input }
  return {
    argv: shellArgv(input.shell, input.arguments),
    words: { path: ['arguments'], values: input.arguments },
    script: input.shell,
    settings: input,
  }
}

/**
 * A value that begins with `-` would be read as an option by the program that gets it: `--output=/etc/passwd` for a
 * file name. It is let through where the author has ended the options with a `--` of their own.
 *
 * @throws NotPerformedError that names the place, not the value
 */
export function refuseOptions({ words }: ProgramRequest, filled: readonly FilledPlace[]): void {
  for (const [index, value] of words.values.entries()) {
    const path = [...words.path, index]
    if (value === '--' && !isFilled(filled, path)) return
    if (!value.startsWith('-') || !isFilledFromStart(filled, path)) continue
    const place = placePath(['run', ...path])
    throw new NotPerformedError(
      `${place}: the value of the expression starts with a dash and would be read as an option; put -- before it if the program supports that`,
    )
  }
}

/** Seconds that libpq may take for a connection where the step says nothing else: by itself it has no limit. */
const connectTimeout = '10'

/** The variable by which all that a step started is found again, also what left its parents behind. */
export const stepMarkVariable = 'PREFLIGHT_STEP_MARK'

/** What the system is given, with the options of a connection: behind a program's name, after a script's arguments. */
export function argvWith(options: readonly string[], { argv, script }: ProgramRequest): readonly string[] {
  const [program = '', ...words] = argv
  return script === undefined ? [program, ...options, ...words] : [...argv, ...options]
}

/** @throws NotPerformedError where an expression gives another program than those that take the options */
export function refuseOtherClient(options: readonly string[], { argv, script }: ProgramRequest): void {
  if (options.length > 0 && script === undefined && !isRedisClient(argv[0] ?? ''))
    throw new NotPerformedError(`run.argv[0]: ${otherClient}`)
}

/**
 * All that a step's program finds in its environment.
 *
 * @param connection the variables of the connections that it is handed
 * @throws NotPerformedError for a value that no environment can hold; what `spawn` says of it would quote the value
 */
export function environmentOf(
  { environment, inherit, clean }: RunSettings,
  connection: Readonly<Record<string, string>>,
): Record<string, string> {
  const passedOn = inherit.flatMap((name): [string, string][] => {
    const value = passedOnVariable(name)
    return value === undefined ? [] : [[name, value]]
  })
  const given = Object.entries(environment).map(([name, value]): [string, string] => [name, value.reveal()])
  const unfit = given.find(([, value]) => value.includes('\0'))
  if (unfit !== undefined)
    throw new NotPerformedError(`the value of ${unfit[0]} contains a NUL character, which an environment cannot hold`)
  const own = Object.fromEntries([...passedOn, ...given])
  const { PGOPTIONS: options } = connection
  return {
    ...(clean ? {} : basicEnvironment()),
    ...(connection['PGHOST'] === undefined ? {} : { PGCONNECT_TIMEOUT: connectTimeout }),
    ...connection,
    ...own,
    ...(options === undefined || own['PGOPTIONS'] === undefined ? {} : { PGOPTIONS: `${options} ${own['PGOPTIONS']}` }),
    [stepMarkVariable]: randomBytes(12).toString('hex'),
  }
}

/** The `PATH` that its program is looked for on; the empty string without one. */
function searchPathOf({ environment, inherit, clean }: RunSettings): string {
  const given = environment['PATH']?.reveal() ?? (inherit.includes('PATH') ? passedOnVariable('PATH') : undefined)
  return given ?? (clean ? '' : programSearchPath())
}

/** A script of several lines is below its command, each line after a bar. */
function commandLines(request: ProgramRequest, options: readonly string[]): readonly string[] {
  const { argv, script, words } = request
  if (script === undefined || !script.trimEnd().includes('\n')) return [commandLine(argvWith(options, request))]
  return [
    `${commandLine(argv.slice(0, 4))} SCRIPT ${commandLine(['preflight', ...words.values, ...options])}, where SCRIPT is`,
    ...script
      .trimEnd()
      .split('\n')
      .map((line) => `| ${line}`),
  ]
}

/** What a plan says of a command: itself, and what it gets that is not on its command line. */
export function describeRun(request: ProgramRequest, environment: TestedEnvironment): ActionDescription {
  const { argv, script, settings } = request
  const [program = ''] = argv
  const given = Object.keys(settings.environment)
  const { options, lines, addresses } = describedConnection(settings, environment)
  return {
    lines: [
      ...commandLines(request, options),
      ...lines,
      ...(settings.cwd === '' ? [] : [`in ${shellWord(settings.cwd)}`]),
      ...(given.length === 0 ? [] : [`with ${given.join(', ')} set`]),
      ...(settings.inherit.length === 0 ? [] : [`with ${settings.inherit.join(', ')} passed on`]),
      ...(settings.clean ? ['without PATH, HOME, LANG, TMPDIR'] : []),
      ...(settings.input === undefined ? [] : [`reading ${shellWord(settings.input)}`]),
      ...(settings['leaves-running'] ? ['what it starts keeps running after it succeeds'] : []),
    ],
    addresses,
    files: [],
    programs: [{ name: program, cwd: resolve(settings.cwd), searchPath: searchPathOf(settings) }],
    ...(script === undefined ? {} : { notCovered: [shellTextCalls] }),
  }
}

const shellTextCalls = 'the programs that its shell text calls, in addition to bash'

/** The program of a command in which only its other words, or none, are filled by expressions. */
export function writtenPrograms(written: unknown): Pick<ActionDescription, 'programs' | 'notCovered'> {
  const given =
    typeof written === 'object' && written !== null && !Array.isArray(written)
      ? (written as Readonly<Record<string, unknown>>)
      : { argv: written }
  const isScript = 'shell' in given
  const program = isScript
    ? 'bash'
    : Array.isArray(given['argv'])
      ? (given['argv'] as readonly unknown[])[0]
      : undefined
  // A folder or a PATH of its own may be what is not known yet.
  const isPlain =
    typeof program === 'string' &&
    !program.includes('${{') &&
    !['cwd', 'environment', 'clean'].some((key) => key in given)
  return {
    programs: isPlain ? [{ name: program, cwd: resolve(''), searchPath: searchPathOf(bareRequest.settings) }] : [],
    notCovered: [
      ...(isPlain ? [] : ['the program it runs, which is not known before the run']),
      ...(isScript ? [shellTextCalls] : []),
    ],
  }
}
