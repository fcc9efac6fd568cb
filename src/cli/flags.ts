import { resolve } from 'node:path'
import { Flags } from '@oclif/core'
import { formatLimit, longestDuration, parseDuration } from '../base/time/duration.js'
import { UsageError } from '../base/errors.js'
import { environmentReaders } from '../environment/environment-source.js'
import { stages } from '../base/vocabulary.js'
import { reportFormats, type ReportRequest } from '../checks/result/report-outputs.js'

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
        throw new UsageError(`--${name} ${text} is no duration`, {
          hint: 'write a number above zero with its unit: 500ms, 2s, 5m, 1h',
        })
      if (milliseconds < bounds.minimum || milliseconds > bounds.maximum) {
        throw new UsageError(
          `--${name} must be between ${formatLimit(bounds.minimum)} and ${formatLimit(bounds.maximum)}`,
        )
      }
      return milliseconds
    },
  })()
}

/** A flag that takes one value each time it is given, so that a selector may follow it. */
export function repeatable(description: string, helpValue: string) {
  return Flags.string({ description, helpValue, multiple: true, multipleNonGreedy: true })
}

/** Text for people, or JSON for programs. */
export function formatFlag(description = 'how to print it') {
  return Flags.option({ description, options: ['human', 'json'] as const, default: 'human' as const })()
}

export const plainFlag = Flags.boolean({ description: 'progress as plain lines, also on a terminal' })

export const failOnWarnFlag = Flags.boolean({ description: 'warnings are a no-go too (exit 5)' })

export const resultFileFlag = Flags.string({
  description: 'write the result document to this file as well',
  helpValue: '<file>',
})

/** Where definitions come from. */
export const definitionFlags = {
  checks: repeatable('a further folder of check packs, beside the built-in ones (repeatable)', '<dir>'),
  'no-builtin': Flags.boolean({ description: 'leave the built-in packs out' }),
  config: Flags.string({
    description: 'the deployment file [default: preflight.yaml, when there is one]',
    helpValue: '<file>',
  }),
}

/** Which checks are meant. */
export const selectionFlags = {
  profile: Flags.string({
    description:
      'the profile to judge by: prod, staging, dev or a name a pack gives them [default: prod, or what the deployment file says]',
    helpValue: '<name>',
  }),
  stage: Flags.string({
    description: `only this stage (repeatable): ${stages.join(', ')}`,
    helpValue: '<stage>',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'before-start': Flags.boolean({
    description: 'all but the runtime stage: what can be known before the services start',
    exclusive: ['after-start'],
  }),
  'after-start': Flags.boolean({ description: 'only the runtime stage: what the running services show' }),
  skip: repeatable('leave out a check, or all under a path (repeatable; the report lists it)', '<selector>'),
}

/** What the deployment is (to be) started with. */
export const environmentFlags = {
  'env-file': repeatable(
    'read the environment under test from this file, lines of NAME=value that python-dotenv, a shell, systemd and docker read alike (repeatable; later files win)',
    '<file>',
  ),
  'env-reader': Flags.string({
    description:
      'the one program that reads the files of --env-file, where they would not all read them alike: `--env-file .env --env-reader dotenv`',
    options: [...environmentReaders],
    helpValue: environmentReaders.join('|'),
    dependsOn: ['env-file'],
  }),
  'env-dotenv': repeatable(
    'read it from a file as python-dotenv 1.2 loads it: `--env-dotenv .env` (repeatable)',
    '<file>',
  ),
  'env-shell': repeatable(
    'read it from a file of assignments that a shell sources: `--env-shell /etc/profile.d/bus.sh` (repeatable)',
    '<file>',
  ),
  'env-docker': repeatable(
    "read it from a file of docker's --env-file, quotes and comments kept: `--env-docker bus.env` (repeatable)",
    '<file>',
  ),
  'env-systemd': repeatable(
    'read it from a file that a systemd unit names in EnvironmentFile= (repeatable; of all --env- flags the later wins)',
    '<file>',
  ),
  'env-compose': repeatable('take the environment of a service of a Compose file (repeatable)', '<file#service>'),
  'env-k8s': repeatable(
    'take the environment of a container of a Kubernetes manifest, with the ConfigMaps and Secrets in it and beside it (repeatable)',
    '<file#name>',
  ),
  'env-pid': Flags.integer({
    description: 'take the environment a running process was started with',
    helpValue: '<pid>',
    min: 1,
    max: 4_194_304,
  }),
  'inherit-env': Flags.boolean({
    description:
      "with another --env- flag: let this shell's variables fill what they leave unset, also in a Compose file",
  }),
  input: repeatable('set an input of a pack (repeatable); see `preflight explain` for their names', '<name=value>'),
}

/** What an input may be that varies between runs. */
export const inputRuleFlag = repeatable(
  'lock an input that varies by a rule in which * stands for one or more characters (of an address: of a host, a port or a path); * alone is anything (repeatable)',
  '<name=rule>',
)

export const limitFlags = {
  concurrency: Flags.integer({
    description: 'checks at a time (1 to 64) [default: 8]',
    helpValue: '<n>',
    min: 1,
    max: 64,
  }),
  timeout: durationFlag('timeout', 'the most that one attempt of any check may take [default: each check its own]', {
    minimum: 50,
    maximum: 3_600_000,
  }),
  deadline: durationFlag('deadline', 'the most that the whole run may take [default: 3h]', {
    minimum: 100,
    maximum: longestDuration,
  }),
  'fail-fast': Flags.boolean({ description: 'start nothing more once a check is red' }),
}

/** How long a run gives what is still starting. */
export const waitFlags = {
  wait: durationFlag('wait', 'try again what may still become green (servers that are starting), for at most so long', {
    minimum: 1000,
    maximum: 3_600_000,
  }),
}

/** What a run is held to besides its checks. */
export const agreementFlags = {
  waivers: Flags.string({
    description: 'approved exceptions [default: the file that the deployment file names]',
    helpValue: '<file>',
  }),
  lock: Flags.string({
    description: 'the lock of the selection [default: preflight.lock beside the deployment file, when there is one]',
    helpValue: '<file>',
  }),
  'min-checks': Flags.integer({
    description: 'no go when fewer checks are selected or observed',
    helpValue: '<n>',
    min: 1,
    max: 100_000,
  }),
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

/** What is printed, and what is written beside it. */
export const reportFlags = {
  format: Flags.string({
    description: `what is printed on standard output: ${reportFormats.join(', ')}`,
    helpValue: '<format>',
    default: 'human',
  }),
  report: Flags.string({
    description: 'write a report in another format to a file as well (repeatable)',
    helpValue: '<format=file>',
    multiple: true,
    multipleNonGreedy: true,
  }),
}

/** @throws UsageError for a `--report` that does not name a format and a file */
export function reportRequests(texts: readonly string[] | undefined): readonly ReportRequest[] {
  return (texts ?? []).map((text) => {
    const [, format, file] = /^([^=]+)=(.+)$/s.exec(text) ?? []
    if (format === undefined || file === undefined)
      throw new UsageError(`--report ${text} names no format and file`, {
        hint: 'write --report FORMAT=FILE, for example --report junit=preflight.xml',
      })
    return { format, file }
  })
}
