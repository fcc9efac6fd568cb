import { resolve } from 'node:path'
import { z } from 'zod'
import { messageOf } from '../../base/errors.js'
import { anyJson, wholeNumber } from '../../base/facts.js'
import { defineStepKind, NotPerformedError } from '../definition/step-kind.js'
import { outputFacts } from '../../engine/output-facts.js'
import { NoOutputFilesError } from '../../processes/output-files.js'
import { ProgramOutput } from '../../processes/program-output.js'
import { runProgram } from '../../processes/process-group.js'
import { folderProblem, isStartError, toolProblem } from '../../processes/start-problem.js'
import { readJson } from '../../net/http/web-facts.js'
import { shellProblem } from './run/shell-problem.js'
import { handedConnectionProblems, handedConnection } from './run/handed-connection.js'
import {
  argvWith,
  describeRun,
  writtenPrograms,
  environmentOf,
  stepMarkVariable,
  requestOf,
  runInput,
  refuseOptions,
  refuseOtherClient,
} from './run/run-input.js'

const facts = z.strictObject({
  exitCode: wholeNumber().describe('its exit code; -1 when a signal ended it'),
  signal: z.string().describe('the signal that ended it, or empty'),
  ...outputFacts,
  isJson: z.boolean().describe('its whole output is one JSON text, and none of it was cut'),
  json: anyJson().describe('its output as JSON; {} when it is not'),
})

/** Runs a program, or a script where one is asked for. */
export const action = defineStepKind({
  kind: 'run',
  title: 'run a program',
  description:
    'Runs a program to its end, without a shell: its arguments are passed unchanged. `shell:` runs a script with bash -euo pipefail, which cannot contain expressions; pass values as "$1" or as variables. ' +
    'It gets PATH, HOME, LANG, TMPDIR, a variable by which preflight finds its child processes, and the named variables; no input except the given text. When it ends, at its time limit and when the run is interrupted, its child processes are ended with it: ' +
    'first asked to end, killed half a second later, including those in their own session. With `leaves-running`, they keep running if it ended with exit code 0. ' +
    '`postgres:` hands a connection to psql, pg_dump and the other programs of libpq, `redis:` to redis-cli: nothing secret is on a command line. ' +
    'A value from an expression that starts with a dash is refused unless -- comes before it.',
  input: runInput,
  facts,
  secretProblem: (written) =>
    typeof written === 'object' &&
    written !== null &&
    'leaves-running' in written &&
    written['leaves-running'] !== false
      ? 'its output goes through a file, since leaves-running is set, so that it cannot capture a secret'
      : undefined,
  effects: ['read', 'idempotent', 'once'],
  expect: ['facts.exitCode == 0'],
  defaultTimeout: 60_000,
  examples: [
    {
      title: 'a program and its arguments',
      input: ['systemctl', 'is-active', 'nginx'],
      expect: 'facts.exitCode == 0 && facts.stdout.startsWith("active")',
    },
    {
      title: 'a password in a variable',
      input: {
        argv: ['mysqldump', '--result-file', 'before.sql', 'app'],
        environment: { MYSQL_PWD: 'an-example-and-not-a-password' },
      },
      expect: 'facts.exitCode == 0',
    },
    {
      title: 'a program that is handed a connection',
      input: { argv: ['pg_dump', '--file', 'before.sql'], postgres: 'postgresql://app@127.0.0.1/app' },
      expect: 'facts.exitCode == 0',
    },
    {
      title: 'redis-cli, which finds host, port and user on its command line and the password in a variable',
      input: { argv: ['redis-cli', '--rdb', '/var/backups/redis.rdb'], redis: 'redis://127.0.0.1:6379/0' },
      expect: 'facts.exitCode == 0',
    },
    {
      title: 'a pipe, in which every command must succeed',
      input: { shell: 'gzip -dc -- "$1" | head -n 1', arguments: ['/var/backups/app.sql.gz'] },
      expect: 'facts.exitCode == 0 && facts.lines == 1',
    },
  ],
  explain: shellProblem,
  describe: (input, environment) => describeRun(requestOf(input), environment),
  writtenProblems: (written) =>
    typeof written === 'object' && written !== null && !Array.isArray(written) ? handedConnectionProblems(written) : [],
  writtenPrograms,
  async perform(input, context) {
    const request = requestOf(input)
    const { settings } = request
    refuseOptions(request, context.filled)
    const cwd = resolve(settings.cwd)
    const { options, variables } = await handedConnection(settings, context.environment)
    refuseOtherClient(options, request)
    const argv = argvWith(options, request)
    const environment = environmentOf(settings, variables)
    const noFolder = await folderProblem(cwd)
    if (noFolder !== undefined) throw new NotPerformedError(noFolder.detail)
    if (context.signal.aborted) throw new NotPerformedError('no time was left to start it')

    const output = new ProgramOutput((line) => context.output(`${line}\n`))
    const program = {
      argv,
      cwd,
      environment,
      input: settings.input,
      markedBy: stepMarkVariable,
      leavesRunning: settings['leaves-running'],
    }
    try {
      const end = await runProgram(program, context.signal, (stream, chunk) => output.push(stream, chunk))
      const observed = output.observed()
      const { isJson, json } = readJson(observed.stdout, observed.truncated)
      return { ...observed, ...end, isJson, json }
    } catch (error) {
      if (error instanceof NoOutputFilesError) throw new NotPerformedError(error.message)
      if (!isStartError(error)) throw error
      const problem = await toolProblem(error, argv[0] ?? '', cwd, environment['PATH'] ?? '').catch(
        (other: unknown) => ({ detail: messageOf(other) }),
      )
      throw new NotPerformedError(problem.detail)
    }
  },
})
