import { UsageError } from '../base/errors.js'
import type { InputOption } from '../checks/input-options.js'
import type { LimitOptions } from '../checks/run-options.js'
import type { DefinitionOptions, SelectionOptions } from '../checks/settings.js'
import type { EnvironmentOptions } from '../environment/tested-environment.js'
import {
  environmentReaders,
  fileReadBy,
  sourceOfOption,
  type EnvironmentSource,
} from '../environment/environment-source.js'

/** Parsed flags, as oclif gives them, turned into what the use cases take. */

export interface DefinitionFlags {
  readonly checks?: string[] | undefined
  /** oclif gives none where the flag was not. */
  readonly 'no-builtin'?: boolean | undefined
  readonly config?: string | undefined
}

export function definitionOptions(flags: DefinitionFlags): DefinitionOptions {
  return { checks: flags.checks ?? [], noBuiltin: flags['no-builtin'] ?? false, config: flags.config }
}

interface SelectionFlags {
  readonly profile?: string | undefined
  readonly stage?: string[] | undefined
  readonly skip?: string[] | undefined
  readonly 'before-start': boolean
  readonly 'after-start': boolean
  readonly 'env-shell'?: boolean | undefined
  readonly gates?: boolean | undefined
}

export function selectionOptions(flags: SelectionFlags, argv: readonly unknown[]): SelectionOptions {
  return {
    selectors: argv.map(String),
    profile: flags.profile,
    stages: flags.stage ?? [],
    skip: flags.skip ?? [],
    beforeStart: flags['before-start'],
    afterStart: flags['after-start'],
    ...(flags['env-shell'] === true ? { unknownHint: envShellHint } : {}),
    gates: flags.gates,
  }
}

/** What is to be said of a word that may be meant for --env-shell. */
export const envShellHint =
  '--env-shell takes no file: it is this shell itself; `--env-sourced FILE` reads a file that a shell sources'

export interface EnvironmentFlags {
  readonly 'env-file'?: string[] | undefined
  readonly 'env-reader'?: string | undefined
  readonly 'env-dotenv'?: string[] | undefined
  readonly 'env-sourced'?: string[] | undefined
  readonly 'env-docker'?: string[] | undefined
  readonly 'env-systemd'?: string[] | undefined
  readonly 'env-compose'?: string[] | undefined
  readonly 'env-k8s'?: string[] | undefined
  readonly 'env-pid'?: number | undefined
  readonly 'env-pid-file'?: string[] | undefined
  readonly 'env-shell'?: boolean | undefined
  readonly 'inherit-env': boolean
}

/** What was given, in its order, as oclif hands it on beside the flags. */
export type RawInput = readonly { readonly type: string; readonly flag?: string; readonly input: string }[]

/** A file of --env-file, with what --env-reader says; none for all of them. */
function readWith(given: string | undefined, file: string): EnvironmentSource {
  const reader = environmentReaders.find((each) => each === given)
  return reader === undefined ? file : fileReadBy(reader, file)
}

const emptyNameHint = 'the variable of the shell that holds the name may not be set'

/**
 * @param raw gives the order across the flags: the later source wins
 * @throws UsageError for a source without a name
 */
export function environmentOptions(flags: EnvironmentFlags, raw: RawInput): EnvironmentOptions {
  const files = raw.flatMap(({ flag = '', input }) => {
    const source = sourceOfOption(`--${flag}`, input)
    if (source === undefined) return []
    if (flag === 'env-shell') return [source]
    if (input === '') throw new UsageError('the name of an environment file is empty', { hint: emptyNameHint })
    return [flag === 'env-file' ? readWith(flags['env-reader'], input) : source]
  })
  return { files, pid: flags['env-pid'], inherit: flags['inherit-env'] }
}

export interface InputFlags {
  readonly input?: string[] | undefined
  readonly 'input-env'?: string[] | undefined
  readonly 'inputs-file'?: string[] | undefined
}

export function inputOptions(flags: InputFlags): readonly InputOption[] {
  return [
    ...(flags.input ?? []),
    ...(flags['input-env'] ?? []).map((variable) => ({ variable })),
    ...(flags['inputs-file'] ?? []).map((file) => ({ file })),
  ]
}

interface LimitFlags {
  readonly concurrency?: number | undefined
  readonly timeout?: number | undefined
  readonly deadline?: number | undefined
  readonly 'fail-fast': boolean
}

export function limitOptions(flags: LimitFlags): LimitOptions {
  return {
    concurrency: flags.concurrency,
    timeout: flags.timeout,
    deadline: flags.deadline,
    failFast: flags['fail-fast'],
  }
}

interface AgreementFlags {
  readonly waivers?: string | undefined
  readonly lock?: string | undefined
  readonly 'min-checks'?: number | undefined
}

interface AgreementOptions {
  readonly waiversFile: string | undefined
  readonly lockFile: string | undefined
  readonly minChecks: number | undefined
}

export function agreementOptions(flags: AgreementFlags): AgreementOptions {
  return { waiversFile: flags.waivers, lockFile: flags.lock, minChecks: flags['min-checks'] }
}

/** The selection of a run with selectors only. */
export function wholeSelection(argv: readonly unknown[]): SelectionOptions {
  return {
    selectors: argv.map(String),
    profile: undefined,
    stages: [],
    skip: [],
    beforeStart: false,
    afterStart: false,
  }
}

interface ProgramLine {
  /** What is before the `--`: ours. */
  readonly words: readonly string[]
  readonly program: readonly [string, ...string[]]
}

/**
 * Takes the program from a command line: it begins after the first `--`.
 *
 * @throws UsageError when there is none
 */
export function programAfter(argv: readonly string[]): ProgramLine {
  const at = argv.indexOf('--')
  const [name, ...args] = at === -1 ? [] : argv.slice(at + 1)
  if (name === undefined)
    throw new UsageError('no program is named', {
      hint: 'give it after --, with its arguments: preflight exec --env-file prod.env -- PROGRAM ARGS',
    })
  return { words: argv.slice(0, at), program: [name, ...args] }
}
