import { dirname, resolve } from 'node:path'
import { UsageError, DefinitionsError, type Diagnostic } from '../base/errors.js'
import { inheritedVariables } from '../base/own-environment.js'
import { sourceBytes } from '../definitions/source-file.js'
import { readManifest } from '../definitions/document.js'
import { Problems, plainValue, type YamlMap } from '../definitions/yaml-node.js'
import { isSameInputName } from './input-names.js'
import { configuredInputSchema } from './load/configured-inputs.js'
import { readInputValue } from './load/input-value.js'
import type { GivenInput } from './load/resolve-inputs.js'

/**
 * Inputs as the command line gives them: `name=value`; `name=VARIABLE` of preflight's own process; or a file of them.
 * The values of a variable and of a file are secret.
 */
export type InputOption = string | { readonly variable: string } | InputsFileOption

interface InputsFileOption {
  readonly file: string
  /** Names in it that do not count. */
  readonly except?: readonly string[]
}

/** The same without the inputs of these names, whether the system is before a name or not. */
export function withoutInputs(options: readonly InputOption[], names: readonly string[]): readonly InputOption[] {
  return options.flatMap((option): InputOption[] => {
    if (typeof option === 'object' && 'file' in option) return [{ ...option, except: names }]
    const text = typeof option === 'string' ? option : option.variable
    return isAmong(names, text.split('=')[0]!) ? [] : [option]
  })
}

function isAmong(names: readonly string[], name: string): boolean {
  return names.some((each) => isSameInputName(each, name))
}

/** What the command line gives one input. */
interface OptionValue {
  readonly value: GivenInput
  readonly isSecret: boolean
  /** Absolute folder that relative paths start from. */
  readonly folder: string
}

/** A file of inputs, or of the value of one of them. */
interface InputsFile {
  readonly inputs: ReadonlyMap<string, GivenInput>
  /** Absolute paths of the files that hold single values. */
  readonly files: readonly string[]
}

/**
 * What the command line gives, by the names as they are written. Variables and files are read.
 *
 * @throws UsageError for an option that has no name or whose variable is not set, or the same name twice;
 *   DefinitionsError for a file that is wrong, of which nothing is quoted
 */
export async function readInputOptions(options: readonly InputOption[]): Promise<ReadonlyMap<string, OptionValue>> {
  const given = new Map<string, OptionValue>()
  const add = (name: string, how: string, value: OptionValue): void => {
    if (given.has(name)) throw new UsageError(`the input ${name} is given twice${how}`)
    given.set(name, value)
  }
  for (const option of options) {
    if (typeof option === 'object' && 'file' in option) {
      const { inputs } = await readInputsFile(option.file)
      const counted = [...inputs].filter(([name]) => !isAmong(option.except ?? [], name))
      const folder = dirname(resolve(option.file))
      for (const [name, value] of counted)
        add(name, `: the file ${option.file} has it too`, { value, isSecret: true, folder })
      continue
    }
    const { name, value } = typeof option === 'string' ? ofText(option) : ofVariable(option.variable)
    add(name, '', { value, isSecret: typeof option === 'object', folder: process.cwd() })
  }
  return given
}

function ofText(option: string): { readonly name: string; readonly value: string } {
  const at = option.indexOf('=')
  // The text is not quoted: it may be a credential.
  if (at < 1) throw new UsageError('--input takes name=value', { hint: 'for example --input repository=/srv/bus' })
  return { name: option.slice(0, at), value: option.slice(at + 1) }
}

function ofVariable(option: string): { readonly name: string; readonly value: string } {
  const [, name, variable] = /^([^=]+)=([A-Za-z_][A-Za-z0-9_]*)$/.exec(option) ?? []
  // The text is not quoted: where somebody took it for --input, it holds the credential.
  if (name === undefined || variable === undefined)
    throw new UsageError('--input-env takes name=VARIABLE', {
      hint: 'name the variable of this process that holds the value, such as --input-env token=API_TOKEN',
    })
  const value = inheritedVariables()[variable]
  if (value === undefined)
    throw new UsageError(`--input-env ${name}: the variable that it names is not set`, {
      hint: "it is looked for in preflight's own process, not in the environment under test",
    })
  return { name, value }
}

/** The files that hold inputs: those that are named, and those that these name. One that is wrong names no others. */
export async function inputFiles(options: readonly InputOption[]): Promise<readonly string[]> {
  const named = options.flatMap((option) => (typeof option === 'object' && 'file' in option ? [option.file] : []))
  const read = await Promise.all(
    named.map((file) =>
      readInputsFile(file).catch((error: unknown) => {
        if (error instanceof DefinitionsError) return { files: [] }
        throw error
      }),
    ),
  )
  return [...named, ...read.flatMap(({ files }) => files)]
}

const forms = 'a text, a number, true or false, a list of texts, or { file: PATH }'

/** @throws DefinitionsError with every problem of the file, none of which quotes it */
async function readInputsFile(file: string): Promise<InputsFile> {
  const root = await rootOf(file)
  const inputs = new Map<string, GivenInput>()
  const files: string[] = []
  const problems: Diagnostic[] = []
  for (const [name, { value: node }] of root.entries) {
    const { position } = node
    const { data } = configuredInputSchema.safeParse(plainValue(node))
    if (data === undefined) {
      problems.push({ position, code: 'input-form', message: `the input ${name} must be ${forms}` })
    } else if (typeof data !== 'object' || Array.isArray(data)) {
      inputs.set(name, Array.isArray(data) ? data : String(data))
    } else {
      const path = resolve(dirname(resolve(file)), data.file)
      files.push(path)
      const read = await readInputValue(path)
      if (typeof read === 'object') inputs.set(name, read.value)
      else
        problems.push({
          position,
          code: 'input-file',
          message: `the value of the input ${name} cannot be read: ${path} ${read}`,
        })
    }
  }
  if (problems.length > 0) throw new DefinitionsError(problems)
  return { inputs, files }
}

async function rootOf(file: string): Promise<YamlMap> {
  const start = { file, line: 1, column: 1 }
  const refuse = (code: string, message: string) => new DefinitionsError([{ position: start, code, message }])
  const bytes = await sourceBytes(file)
  if (typeof bytes === 'string') throw refuse('inputs-file', `the file of inputs ${bytes}`)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw refuse('inputs-file', 'the file of inputs is not UTF-8')
  }
  const problems = new Problems()
  const [root, second] = readManifest(text, file, problems)
  const found = problems.sorted()
  if (found.length > 0) throw new DefinitionsError(found)
  if (root?.kind !== 'map' || second !== undefined)
    throw refuse('inputs-file', 'the file of inputs must be one mapping of name: value')
  return root
}
