import { resolve } from 'node:path'
import { z } from 'zod'
import { pathOrEmpty } from '../../base/text/terminal-text.js'
import { SilenceError } from '../../base/errors.js'
import { commandLine } from '../../base/text/shell-words.js'
import type { Secret } from '../../redaction/secret-value.js'
import { credential } from '../../net/credential.js'
import { anyJson, wholeNumber } from '../../base/facts.js'
import { defineProbe } from '../../engine/probe.js'
import { variableName, failureClasses } from '../../base/vocabulary.js'
import { outputFacts } from '../../engine/output-facts.js'
import { isPlainObject } from '../../engine/plain-facts.js'
import { programArgv, shellArguments, shellArgv, shellScript } from '../../engine/program-input.js'
import { runProgram } from '../../processes/process-group.js'
import {
  basicEnvironment,
  folderProblem,
  noStartProblem,
  startProblems,
  toolProblem,
  type StartProblem,
} from '../../processes/start-problem.js'
import {
  outputFact,
  outputSchemaInput,
  outputSchemaOf,
  valueSchema,
  type OutputSchema,
} from './command/output-schema.js'
import { CommandOutput, testRunners } from './command/test-tally.js'
import { readJson } from '../../net/http/web-facts.js'
import { keptBytes, type ObservedOutput } from '../../processes/program-output.js'

const input = z
  .strictObject({
    argv: programArgv()
      .optional()
      .describe(
        'the program and its arguments, passed unchanged, without a shell. Do not put a credential here: every user of the machine can read it',
      ),
    shell: shellScript().optional(),
    arguments: shellArguments().optional(),
    cwd: pathOrEmpty().default('').describe('the folder it runs in; empty: the one preflight runs in'),
    environment: z
      .record(variableName(), credential())
      .default({})
      .describe('the variables it gets in addition to PATH, HOME, LANG and TMPDIR; it gets no others'),
    json: outputSchemaInput()
      .optional()
      .describe(
        'the JSON Schema of its output, which `facts.json` then is, with these types: `type` with `properties` and `required`, `additionalProperties`, `items`, `enum`, `minimum`, `maximum`, `minLength`, `maxLength`, `minItems`, `maxItems`. Output that does not fit is an error',
      ),
  })
  .refine((given) => (given.argv === undefined) !== (given.shell === undefined), 'give either argv or shell')
  .refine((given) => given.arguments === undefined || given.shell !== undefined, {
    path: ['arguments'],
    error: 'only a script of `shell` has arguments; the arguments of a program are in argv',
  })

/** What the system is given, the shell first where there is one. */
function argvOf({ argv = [], shell, arguments: given = [] }: z.output<typeof input>): readonly string[] {
  return shell === undefined ? argv : shellArgv(shell, given)
}

const facts = z.strictObject({
  commandLine: z.string().describe('the program and its arguments, as they would be typed into a shell'),
  started: z.boolean().describe('whether the program could be started'),
  problem: z
    .strictObject({
      code: z.enum(startProblems).describe('why it could not be started; `none` if it was'),
      class: z.enum(failureClasses).describe('the most likely cause of a failure'),
      transient: z.boolean().describe('whether a retry may help'),
      detail: z.string().describe('the same, for the reader'),
    })
    .describe('why it did not start'),
  missing: z.boolean().describe('whether the program itself was not found'),
  exitCode: wholeNumber().describe('its exit code; -1 when it did not start or a signal ended it'),
  signal: z.string().describe('the signal that ended it, or empty'),
  ...outputFacts,
  runner: z.enum(testRunners).describe('the test runner whose summary is in its output'),
  passed: wholeNumber().describe('tests passed, over all summaries'),
  failed: wholeNumber().describe('tests failed'),
  skipped: wholeNumber().describe('tests skipped, ignored or still to be written'),
  errors: wholeNumber().describe('errors outside a test: in its set-up, or in collecting tests'),
  uncounted: wholeNumber().describe('tests deselected, or expected to fail and failing'),
})
type CommandFacts = z.output<typeof facts>

/** Why `facts.json` has no value. */
function unreadReason({ problem, exitCode, signal }: Pick<CommandFacts, 'problem' | 'exitCode' | 'signal'>) {
  if (problem.code !== 'none') return `the program could not be started (${problem.code})`
  if (signal !== '') return `the program was ended by ${signal}`
  return exitCode === 0 ? undefined : `the program ended with exit code ${exitCode}`
}

export const probe = defineProbe({
  kind: 'command',
  title: 'how a command ends and what it prints',
  description:
    'Runs a program to its end in a process group of its own, without a shell unless `shell` asks for one, without input, and with no variable of the environment under test or of preflight itself ' +
    'but PATH, HOME, LANG and TMPDIR. At the time limit the program and its child processes are asked to end, and are killed half a second later. ' +
    "A missing program is distinguished from one that fails. Test runners' summaries (pytest, cargo, vitest, jest, go test -v) are counted. " +
    'With `json`, its output is one JSON text of at most 32 KiB that fits the schema, and `facts.json` is what the schema describes of it; the rest is left out. What does not fit is an error that says where. A program that fails has no `facts.json`, and reading it is an error; so is reading a property that is not there.',
  input,
  facts,
  defaultTimeout: 60_000,
  examples: [
    {
      title: 'a compiler of the right release',
      input: { argv: ['rustc', '--version'] },
      expect: 'facts.started && facts.exitCode == 0 && facts.version.startsWith("1.82.")',
    },
    {
      title: 'tests that ran',
      input: { argv: ['pytest', '-q'], cwd: '/srv/app' },
      expect: 'facts.exitCode == 0 && facts.passed > 0 && facts.skipped == 0',
    },
    {
      title: 'a pipe, in which every command must succeed',
      input: { shell: 'gzip -dc -- "$1" | head -n 1', arguments: ['/var/backups/app.sql.gz'] },
      expect: 'facts.exitCode == 0 && facts.lines == 1',
    },
    {
      title: 'figures that a script prints as JSON',
      input: {
        argv: ['python3', '/srv/app/queue_figures.py'],
        json: { type: 'object', properties: { waiting: { type: 'integer', minimum: 0 } }, required: ['waiting'] },
      },
      expect: 'facts.exitCode == 0 && facts.json.waiting < 100',
    },
  ],
  declaredFacts(written) {
    if (!isPlainObject(written) || written['json'] === undefined) return undefined
    const schema = outputSchemaOf(written['json'])
    return facts.extend({ json: schema === undefined ? anyJson() : outputFact(schema) })
  },
  needs: (given) => ({ programs: argvOf(given).slice(0, 1) }),
  async observe(input, { signal, withhold }) {
    const argv = argvOf(input)
    const { cwd, environment: given, json: schema } = input
    const typed = (observed: CommandFacts): CommandFacts => {
      if (schema === undefined) return observed
      const unread = unreadReason(observed)
      if (unread !== undefined) withhold({ json: unread })
      return { ...observed, ...{ json: unread === undefined ? readOutput(observed, schema) : {} } }
    }
    const folder = resolve(cwd)
    const environment = { ...basicEnvironment(), ...revealed(given) }
    const problem = await folderProblem(folder)
    if (problem !== undefined) return typed(notStarted(argv, problem))

    const output = new CommandOutput()
    let ended: CommandFacts
    try {
      const end = await runProgram({ argv, cwd: folder, environment }, signal, (stream, chunk) =>
        output.push(stream, chunk),
      )
      ended = {
        ...output.observed(),
        ...end,
        commandLine: commandLine(argv),
        started: true,
        problem: noStartProblem,
        missing: false,
      }
    } catch (error) {
      if (error instanceof SilenceError) throw error
      ended = notStarted(argv, await toolProblem(error, argv[0] ?? '', folder, environment['PATH'] ?? ''))
    }
    return typed(ended)
  },
})

// Checked here, because what `spawn` says of a NUL character quotes the value around it.
function revealed(given: Readonly<Record<string, Secret>>): Record<string, string> {
  const entries = Object.entries(given).map(([name, value]): [string, string] => [name, value.reveal()])
  const unfit = entries.find(([, value]) => value.includes('\0'))
  if (unfit !== undefined)
    throw new Error(`the value of ${unfit[0]} contains a NUL character, which an environment cannot hold`)
  return Object.fromEntries(entries)
}

function notStarted(argv: readonly string[], problem: StartProblem): CommandFacts {
  const blank = new CommandOutput().observed()
  return {
    ...blank,
    commandLine: commandLine(argv),
    exitCode: -1,
    signal: '',
    started: false,
    problem,
    missing: problem.code === 'tool-missing',
  }
}

/** How deep what a program prints may nest: facts nest no deeper. */
const deepest = 60

/** Characters of a name that a message shows. */
const longestName = 64

/**
 * Reads what a program printed as its schema says.
 *
 * @throws Error that says what does not fit, and where; it quotes no value
 */
function readOutput({ stdout, stdoutBytes }: ObservedOutput, schema: OutputSchema): unknown {
  if (stdoutBytes > keptBytes)
    throw new Error(`its output is longer than ${keptBytes} bytes, so it is not read as JSON: print less`)
  const { isJson, json, jsonError } = readJson(stdout, false, deepest)
  if (!isJson) throw new Error(`its output is not one JSON text: ${jsonError}`)
  if (hasPrototypeKey(json)) throw new Error('its output does not fit `json`: an object has the key __proto__')
  const { error, data } = valueSchema(schema).safeParse(json)
  const [issue] = error?.issues ?? []
  if (issue === undefined) return data
  throw new Error(
    `its output does not fit \`json\`: ${placeOf(issue.path)}: ${issue.message.replace('Invalid input: ', '')}`,
  )
}

function hasPrototypeKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasPrototypeKey)
}

/** `json.queues[2].lag`. */
function placeOf(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step).slice(0, longestName)}`))
  return `json${steps.join('')}`
}
