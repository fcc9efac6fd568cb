import { basename, join, resolve } from 'node:path'
import { messageOf, PreflightError, UsageError, DefinitionsError } from '../../base/errors.js'
import { suggestionHint } from '../../base/text/wording.js'
import type { EnvironmentSource } from '../../environment/environment-source.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import { noEnvironment, readTestedEnvironment } from '../../environment/tested-environment.js'
import { complaintOf, loadPacks, refuseWrongInputNames } from '../list-checks.js'
import type { Pack, Definitions } from '../definition.js'
import { environmentFilesAt, type EnvironmentAsked } from '../environment/choose-environment.js'
import { writtenInputs } from '../given-inputs.js'
import { fullInputName } from '../input-names.js'
import { readInputOptions } from '../input-options.js'
import { gatesAmong } from '../plan/gates.js'
import { configurationFileName, noConfiguration } from '../settings.js'
import type { InitAnswers, InputAnswer } from './answers.js'
import { flagsHint, Questions } from './ask-person.js'
import { deploymentText, isWrittenOpenly, secretFile } from './deployment-file.js'
import { checksOfEnvironment, hasCredential } from './found-checks.js'
import { ownPack } from './own-pack.js'
import { wantedInputs } from './wanted-inputs.js'
import { refuseExisting, refuseUnwritable, writeNewFiles, type NewFile } from './write-files.js'

export interface InitOptions {
  readonly folder: string
  readonly deployment: string | undefined
  readonly packs: readonly string[]
  readonly isOwn: boolean
  readonly environment: readonly EnvironmentSource[]
  readonly gates: boolean | undefined
  /** `name=value`, as given. */
  readonly inputs: readonly string[]
  /** Takes the defaults for what is not given, and asks nothing. */
  readonly isYes: boolean
  /** Who is asked for what is not given; no person when left out. */
  readonly asked: EnvironmentAsked | undefined
}

export interface Initialised {
  readonly written: readonly string[]
  /** Of them, those that hold a value that was not written into the deployment file. */
  readonly secrets: readonly string[]
  /** Full names of the inputs that are required and still unknown. */
  readonly missing: readonly string[]
  readonly hasEnvironment: boolean
}

/**
 * Writes a deployment file for the packs in use, and a pack of the user's own.
 *
 * @throws UsageError when one of the files already exists, and when something is neither given nor can be asked;
 *   OutputError when a file cannot be written
 */
export async function initialise(options: InitOptions): Promise<Initialised> {
  const { folder } = options
  const file = join(folder, configurationFileName)
  await refuseExisting(file)
  await refuseUnwritable(folder)
  const { answers, environment, shipped } = await answersFor(options)
  const own = answers.isOwn
    ? ownPack(answers.deployment, environment, answers.addresses, shipped)
    : { files: {}, inputs: [] }
  const inputs = [...answers.inputs, ...own.inputs]
  const secrets = inputs.filter((input) => !isWrittenOpenly(input))
  const files: readonly NewFile[] = [
    { path: configurationFileName, text: deploymentText({ ...answers, inputs }, file) },
    ...Object.entries(own.files).map(([path, text]) => ({ path, text })),
    ...(secrets.length === 0 ? [] : [{ path: 'secrets/.gitignore', text: '*\n', isSecret: true }]),
    ...secrets.map((input) => ({ path: secretFile(input), text: `${input.value!}\n`, isSecret: true })),
  ]
  return {
    written: await writeNewFiles(folder, files),
    secrets: secrets.map((input) => join(folder, secretFile(input))),
    missing: inputs.flatMap((input) => (input.value === undefined ? [fullInputName(input)] : [])),
    hasEnvironment: answers.environment.length > 0,
  }
}

interface Answered {
  readonly answers: InitAnswers
  readonly environment: TestedEnvironment
  /** Names of the packs that ship. */
  readonly shipped: readonly string[]
}

async function answersFor(options: InitOptions): Promise<Answered> {
  const all = await loadPacks({ checks: [], noBuiltin: false, config: undefined }, noConfiguration)
  const shipped = all.packs.map(({ system }) => system)
  for (const pack of options.packs) refuseUnknownPack(pack, shipped)
  const questions = options.isYes || options.asked === undefined ? undefined : new Questions(options.asked)
  const { packs, isOwn } = await systemsFor(options, all, questions)
  const definitions = only(all, packs)
  refuseWrongInputNames(definitions, (await readInputOptions(options.inputs)).keys())
  const { sources, environment } = await environmentFor(options, questions)
  const gates = await gatesFor(options, definitions, questions)
  const known = sources.length === 0 ? undefined : environment
  const answers: InitAnswers = {
    deployment: options.deployment ?? (basename(resolve(options.folder)) || 'deployment'),
    packs,
    isOwn,
    environment: sources,
    gates,
    inputs: await inputsFor(options, definitions, known, gates, questions),
    addresses:
      isOwn && questions !== undefined
        ? await questions.addresses(checksOfEnvironment(environment).flatMap(({ variable }) => variable?.[0] ?? []))
        : [],
  }
  return { answers, environment, shipped }
}

function refuseUnknownPack(name: string, shipped: readonly string[]): void {
  if (shipped.includes(name)) return
  throw new UsageError(`unknown pack ${name}`, {
    hint: suggestionHint(name, shipped) ?? `the packs that ship: ${shipped.join(', ')}; --own writes one of your own`,
  })
}

async function systemsFor(
  { packs, isOwn, isYes }: InitOptions,
  { packs: shipped, defaultSelection }: Definitions,
  questions: Questions | undefined,
): Promise<{ readonly packs: readonly string[]; readonly isOwn: boolean }> {
  if (packs.length > 0 || isOwn) return { packs: [...new Set(packs)], isOwn }
  const isUsual = ({ system }: Pack): boolean => defaultSelection.includes(system)
  if (questions !== undefined)
    return questions.systems([...shipped.filter(isUsual), ...shipped.filter((pack) => !isUsual(pack))])
  if (isYes) return { packs: [], isOwn: true }
  throw new UsageError('there is no terminal to ask at, and nothing says what you run', { hint: flagsHint })
}

/** The definitions of these packs alone. */
function only(all: Definitions, packs: readonly string[]): Definitions {
  const used = all.packs.filter(({ system }) => packs.includes(system))
  return {
    ...all,
    packs: used,
    defaultSelection: packs,
    checks: new Map(used.flatMap(({ checks }) => checks.map((check) => [check.id, check]))),
  }
}

async function environmentFor(
  { folder, environment, isYes }: InitOptions,
  questions: Questions | undefined,
): Promise<{ readonly sources: readonly EnvironmentSource[]; readonly environment: TestedEnvironment }> {
  const read = (files: readonly EnvironmentSource[]) => readTestedEnvironment({ ...noEnvironment, files })
  if (environment.length > 0) return { sources: environment, environment: await read(environment) }
  const files = await environmentFilesAt(resolve(folder) === process.cwd() ? ['.'] : [folder, '.'])
  if (questions === undefined) {
    if (isYes && files.length > 1)
      throw new UsageError(`which environment is meant? There are ${files.join(', ')}`, {
        hint: 'name one with --env-file',
      })
    const sources = isYes ? files : []
    return { sources, environment: await read(sources) }
  }
  let problem: string | undefined
  for (;;) {
    const sources = await questions.environment(files, problem)
    try {
      return { sources, environment: await read(sources) }
    } catch (error) {
      if (!(error instanceof PreflightError) && !(error instanceof DefinitionsError)) throw error
      problem = messageOf(error)
    }
  }
}

async function gatesFor(
  { gates }: InitOptions,
  { packs, checks }: Definitions,
  questions: Questions | undefined,
): Promise<boolean | undefined> {
  if (gatesAmong([...checks.values()]).size === 0) return undefined
  return gates ?? (questions === undefined ? false : questions.gates(packs))
}

async function inputsFor(
  options: InitOptions,
  definitions: Definitions,
  environment: TestedEnvironment | undefined,
  gates: boolean | undefined,
  questions: Questions | undefined,
): Promise<readonly InputAnswer[]> {
  const { inputs } = await writtenInputs(noConfiguration, definitions, options.inputs)
  const given = new Map([...inputs].map(([name, { value }]) => [name, String(value)]))
  const all = definitions.packs.flatMap((pack) => pack.inputs)
  const declared = new Map(all.map((input) => [fullInputName(input), input]))
  const complaint = (name: string, text: string): string | undefined => {
    const problem = text.includes('${{') ? undefined : complaintOf(definitions, name, text)
    return problem === undefined ? undefined : `${name} ${problem}`
  }
  const answers: InputAnswer[] = []
  const add = (fullName: string, value: string | undefined): void => {
    const { system, name, description, secret } = declared.get(fullName)!
    const isSecret = secret || (value !== undefined && hasCredential(value))
    answers.push({ system, name, description, isSecret, value })
  }
  for (const [name, value] of given) {
    const problem = complaint(name, value)
    if (problem !== undefined) throw new UsageError(`input ${problem}`)
    add(name, value)
  }
  for (const wanted of wantedInputs(definitions, environment, gates ?? true)) {
    const { default: fallback } = wanted.definition
    const name = fullInputName(wanted.definition)
    if (given.has(name)) continue
    const value = await questions?.input(wanted, (text) => complaint(name, text))
    if (value !== undefined || fallback === undefined) add(name, value)
  }
  return answers
}
