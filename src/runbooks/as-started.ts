import { PreflightError, UsageError, exitCodes } from '../base/errors.js'
import { shellWord } from '../base/text/shell-words.js'
import { isSameInputName } from '../checks/input-names.js'
import type { InputOption } from '../checks/input-options.js'
import { UnansweredError } from '../engine/person.js'
import { sourceOfOption } from '../environment/environment-source.js'
import type { EnvironmentOptions } from '../environment/tested-environment.js'
import type { GivenToRunbook, RunbookSource } from './prepare/runbook-options.js'
import { isLeftOut, stateAgain, type StartedWith } from './record/started-with.js'
import type { ContinueOptions } from './recorded-folder.js'

/**
 * The definitions that a run was started with, where the command line does not name others.
 *
 * @param start `undefined`: an earlier version of preflight wrote the journal, and kept none of it
 */
export function sourceAsStarted<Source extends RunbookSource>(source: Source, start: StartedWith | undefined): Source {
  if (start === undefined) return source
  const { definitions, runbooks } = source
  return {
    ...source,
    runbooks: runbooks.length > 0 ? runbooks : start.runbooks,
    definitions: {
      checks: definitions.checks.length > 0 ? definitions.checks : start.checks,
      noBuiltin: definitions.noBuiltin || start.noBuiltin,
      config: definitions.config ?? start.config,
    },
  }
}

/** The same for all that a run is given; an input whose value the journal does not keep is left out. */
export function givenAsStarted<Options extends RunbookSource & GivenToRunbook>(
  options: Options,
  start: StartedWith | undefined,
): Options {
  if (start === undefined) return options
  const { environment, parameterVariables } = options
  const inputs = options.inputs.filter((input) => typeof input !== 'string' || !isLeftOpen(input))
  const isNamed = environment.files.length > 0 || environment.pid !== undefined || environment.inherit
  return {
    ...sourceAsStarted(options, start),
    environment: isNamed ? environment : environmentOf(start),
    parameterVariables: [...unless(parameterVariables, start.parameterVariables), ...parameterVariables],
    inputs: [...inputsAsStarted(start, inputs), ...inputs],
  }
}

/**
 * Asks for the inputs whose values the journal does not keep, each that the command line does not give.
 *
 * @throws UsageError that says what to type where no one can be asked; PreflightError (exit 23) without an answer
 */
export async function withInputsAsked(
  options: ContinueOptions,
  run: string,
  start: StartedWith | undefined,
): Promise<ContinueOptions> {
  const given = options.inputs.flatMap(nameOfInput)
  const missing = (start?.inputs ?? []).filter((input) => isLeftOut(input) && !isAmong(input.name, given))
  if (missing.length === 0) return options
  const { person } = options
  const names = missing.map(({ name }) => name)
  if (person === undefined)
    throw new UsageError(`the journal does not keep the value of ${names.join(', ')}, which may be a secret`, {
      hint: `give it again: preflight runbook resume ${run}${stateAgain(start)}${names.map((name) => ` --input ${shellWord(`${name}=`)}VALUE`).join('')}`,
    })
  const answers: string[] = []
  try {
    for (const name of names) {
      const question = { ask: `${name} (input)`, explain: `The journal does not keep the value of ${name}.` }
      answers.push(`${name}=${await person.secret(question, options.interruption.signal)}`)
    }
  } catch (error) {
    if (!(error instanceof UnansweredError)) throw error
    throw new PreflightError('unanswered', exitCodes.runCancelled, `${error.message}; nothing was done`, {
      cause: error,
    })
  }
  return { ...options, inputs: [...options.inputs, ...answers] }
}

const nameOf = (pair: string): string => pair.slice(0, pair.indexOf('='))

/** The inputs of the start that the command line does not give, and its files of inputs where it names none. */
function inputsAsStarted(start: StartedWith, given: readonly InputOption[]): readonly InputOption[] {
  const names = given.flatMap(nameOfInput)
  const hasFile = given.some((option) => typeof option === 'object' && 'file' in option)
  const files = hasFile ? [] : (start.inputsFiles ?? [])
  return [
    ...start.inputs.filter(({ name }) => !isAmong(name, names)).flatMap(asOption),
    ...files.map((file) => ({ file, except: names })),
  ]
}

const isAmong = (name: string, names: readonly string[]): boolean => names.some((each) => isSameInputName(each, name))

function nameOfInput(option: InputOption): readonly string[] {
  if (typeof option === 'string') return [nameOf(option)]
  return 'variable' in option ? [nameOf(option.variable)] : []
}

function asOption({ name, value, variable }: StartedWith['inputs'][number]): readonly InputOption[] {
  if (variable !== undefined) return [{ variable: `${name}=${variable}` }]
  return value === undefined ? [] : [`${name}=${value}`]
}

/** A printed command as it stands: the place of a value that was to be filled in. */
const isLeftOpen = (input: string): boolean => input.slice(input.indexOf('=') + 1) === '…'

/** Those pairs of the start whose name the command line does not give. */
function unless(given: readonly string[], start: readonly string[]): readonly string[] {
  const names = new Set(given.map(nameOf))
  return start.filter((pair) => !names.has(nameOf(pair)))
}

/** Journals of 0.1.0 call a file that a shell sources `--env-shell FILE`: today that flag takes none. */
function sourceAt(word: string, next: string | undefined): ReturnType<typeof sourceOfOption> {
  const isFormer = word === '--env-shell' && next !== undefined && !next.startsWith('--')
  return sourceOfOption(isFormer ? '--env-sourced' : word, next ?? '')
}

function environmentOf({ environment: words }: StartedWith): EnvironmentOptions {
  const pid = words.indexOf('--env-pid')
  return {
    files: words.flatMap((word, index) => sourceAt(word, words[index + 1]) ?? []),
    pid: pid === -1 ? undefined : Number(words[pid + 1]),
    inherit: words.includes('--inherit-env'),
  }
}
