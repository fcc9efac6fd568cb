import { resolve } from 'node:path'
import { Flags } from '@oclif/core'
import { formatLimit, longestDuration, parseDuration } from '../base/time/duration.js'
import { UsageError } from '../base/errors.js'
import { environmentReaders } from '../environment/environment-source.js'
import { concurrencyBounds, stages } from '../base/vocabulary.js'

interface Bounds {
  readonly minimum: number
  readonly maximum: number
}

/** A flag whose value carries its unit (`500ms`, `2s`, `5m`); milliseconds for the command. Bounds in milliseconds. */
export function durationFlag(name: string, description: string, bounds: Bounds) {
  return Flags.custom<number>({
    description: `${description} (${formatLimit(bounds.minimum)} to ${formatLimit(bounds.maximum)})`,
    helpValue: '<duration>',
    parse: async (text) => {
      const milliseconds = parseDuration(text)
      if (milliseconds === undefined)
        throw new UsageError(
          /^\d+(\.\d+)?$/.test(text)
            ? `--${name} ${text} needs a unit, such as ${text}s`
            : `--${name} ${text} is not a duration`,
          { hint: 'give a number above zero with a unit, such as 500ms, 2s, 5m or 1h' },
        )
      if (milliseconds < bounds.minimum || milliseconds > bounds.maximum) {
        throw new UsageError(
          `--${name} must be between ${formatLimit(bounds.minimum)} and ${formatLimit(bounds.maximum)}`,
        )
      }
      return milliseconds
    },
  })()
}

/** A flag that takes a whole number within bounds. */
export function wholeNumberFlag(name: string, description: string, helpValue: string, bounds: Bounds) {
  const { minimum, maximum } = bounds
  return Flags.custom<number>({
    description: `${description} (${minimum} to ${maximum})`,
    helpValue,
    parse: async (text) => {
      const number = /^\d{1,15}$/.test(text) ? Number(text) : undefined
      if (number === undefined || number < minimum || number > maximum)
        throw new UsageError(`--${name} must be ${minimum} to ${maximum}, not ${text}`)
      return number
    },
  })()
}

/** A flag that takes one value each time it is given, so that a selector may follow it. */
export function repeatable(description: string, helpValue: string) {
  return Flags.string({ description, helpValue, multiple: true, multipleNonGreedy: true })
}

/** Text for people, or JSON for programs. */
export function formatFlag(description = 'output format') {
  return Flags.option({ description, options: ['human', 'json'] as const, default: 'human' as const })()
}

export const plainFlag = Flags.boolean({ description: 'show progress as plain lines, also on a terminal' })

export const failOnWarnFlag = Flags.boolean({ description: 'warnings are a no-go too (exit 5)' })

export const knownSecretsFlag = Flags.string({
  description: 'a list of leaked secrets, one per line; no secret may be equal to one of them',
  helpValue: '<file>',
})

export const noKeepFlag = Flags.boolean({
  description: 'do not keep the result for `history`, which keeps the last 20',
})

/** Where definitions come from. */
export const definitionFlags = {
  checks: repeatable('another folder of check packs, in addition to the built-in ones (repeatable)', '<dir>'),
  'no-builtin': Flags.boolean({ description: 'do not use the built-in packs' }),
  config: Flags.string({
    description: 'the deployment file [default: preflight.yaml, if it exists]',
    helpValue: '<file>',
  }),
}

/** Which checks are meant. */
export const selectionFlags = {
  profile: Flags.string({
    description:
      'the profile: prod, staging, dev or an alias from a pack [default: that of the deployment file, or prod]',
    helpValue: '<name>',
  }),
  stage: Flags.string({
    description: `only this stage (repeatable): ${stages.join(', ')}`,
    helpValue: '<stage>',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'before-start': Flags.boolean({
    description: 'all stages except runtime: the checks that can run before the services start',
    exclusive: ['after-start'],
  }),
  'after-start': Flags.boolean({ description: 'only the runtime stage: the checks that need the running services' }),
  gates: Flags.boolean({
    description:
      'run the gates, the checks that build and test the checkout, or leave them out (every report says so) [default: gates: in the deployment file, or run them]',
    allowNo: true,
  }),
  skip: repeatable('skip a check, or all checks under a path (repeatable; the report lists them)', '<selector>'),
}

/** What the packs are given. */
export const inputFlags = {
  input: repeatable(
    'set an input of a pack: system.name=value, or name=value while only one pack has the name (repeatable); `preflight inputs` lists them',
    '<name=value>',
  ),
  'input-env': repeatable(
    "set an input to the value of a variable of preflight's own process; no report shows it (repeatable)",
    '<name=VARIABLE>',
  ),
  'inputs-file': repeatable(
    'set inputs from a YAML or JSON file of `name: value` or `name: { file: PATH }`; no report shows their values (repeatable)',
    '<file>',
  ),
}

/** What the deployment is (to be) started with. */
export const environmentFlags = {
  'env-file': repeatable(
    'read the environment under test from this file, lines of NAME=value that python-dotenv, a shell, systemd and docker read in the same way (repeatable; later files win)',
    '<file>',
  ),
  'env-reader': Flags.string({
    description:
      'the only program that reads the files of --env-file, if the programs would read them differently: `--env-file .env --env-reader dotenv`',
    options: [...environmentReaders],
    helpValue: environmentReaders.join('|'),
    dependsOn: ['env-file'],
  }),
  'env-dotenv': repeatable(
    'read it from a file as python-dotenv 1.2 loads it: `--env-dotenv .env` (repeatable)',
    '<file>',
  ),
  'env-sourced': repeatable(
    'read it from a file of assignments that a shell sources: `--env-sourced /etc/profile.d/bus.sh` (repeatable)',
    '<file>',
  ),
  'env-docker': repeatable(
    "read it from a file of docker's --env-file, quotes and comments kept: `--env-docker bus.env` (repeatable)",
    '<file>',
  ),
  'env-systemd': repeatable(
    'read it from a file that a systemd unit names in EnvironmentFile= (repeatable; later --env- flags win)',
    '<file>',
  ),
  'env-compose': repeatable('take the environment of a service of a Compose file (repeatable)', '<file#service>'),
  'env-k8s': repeatable(
    'take the environment of a container of a Kubernetes manifest, with the ConfigMaps and Secrets in the same file and folder (repeatable)',
    '<file#name>',
  ),
  'env-pid': wholeNumberFlag('env-pid', 'take the environment with which a running process was started', '<pid>', {
    minimum: 1,
    maximum: 4_194_304,
  }),
  'env-pid-file': repeatable(
    'take the environment with which the running process was started whose id is in this file (repeatable)',
    '<file>',
  ),
  'env-shell': Flags.boolean({
    description: 'take the environment of this shell or job, with which preflight itself was started; takes no file',
  }),
  'inherit-env': Flags.boolean({
    description:
      'with another --env- flag: variables of this shell fill those that they leave unset, also in a Compose file',
  }),
  ...inputFlags,
}

/** What an input may be that varies between runs. */
export const inputRuleFlag = repeatable(
  'lock an input that varies with a rule, in which * matches one or more characters (in an address: of a host, a port or a path); * alone matches anything (repeatable)',
  '<name=rule>',
)

export const limitFlags = {
  concurrency: wholeNumberFlag(
    'concurrency',
    'maximum number of checks at a time, fewer where the limit of open files is low [default: 8]',
    '<n>',
    { minimum: concurrencyBounds.least, maximum: concurrencyBounds.most },
  ),
  timeout: durationFlag('timeout', 'maximum time per attempt of any check [default: the limit of each check]', {
    minimum: 50,
    maximum: 3_600_000,
  }),
  deadline: durationFlag('deadline', 'maximum time of the whole run [default: 3h]', {
    minimum: 100,
    maximum: longestDuration,
  }),
  'fail-fast': Flags.boolean({ description: 'start no more checks after the first red one' }),
}

/** How long a run gives what is still starting. */
export const waitFlags = {
  wait: durationFlag(
    'wait',
    'retry checks that may still become green (servers that are starting), for at most this time',
    {
      minimum: 1000,
      maximum: 3_600_000,
    },
  ),
}

/** What a run is held to besides its checks. */
export const agreementFlags = {
  waivers: Flags.string({
    description: 'the file of approved exceptions [default: the file that the deployment file names]',
    helpValue: '<file>',
  }),
  lock: Flags.string({
    description: 'the lock of the selection [default: preflight.lock beside the deployment file, if it exists]',
    helpValue: '<file>',
  }),
  'min-checks': wholeNumberFlag(
    'min-checks',
    'fail unless at least this many checks are selected and observed',
    '<n>',
    { minimum: 1, maximum: 100_000 },
  ),
}

/** Where runs and results are kept. */
export const stateFlags = {
  state: Flags.string({
    description:
      'the folder that keeps runs and results [default: $XDG_STATE_HOME/preflight, or ~/.local/state/preflight]',
    helpValue: '<dir>',
  }),
}

/** The folder that --state named, absolute: for commands that are printed. */
export function namedState({ state }: { readonly state?: string | undefined }): string | undefined {
  return state === undefined ? undefined : resolve(state)
}

/** The same flags, under a heading of their own in the help of a command that has many. */
export function under<Flags extends Readonly<Record<string, object>>>(helpGroup: string, flags: Flags): Flags {
  return Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, { ...flag, helpGroup }])) as Flags
}
