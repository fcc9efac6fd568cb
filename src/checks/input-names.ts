import { suggestionHint } from '../base/text/wording.js'
import type { Diagnostic } from '../base/errors.js'
import type { InputDefinition } from '../definitions/expression/expression.js'
import type { Pack } from './definition.js'

type Named = Pick<InputDefinition, 'system' | 'name'>

/** What declares inputs. */
interface Declaring {
  readonly packs: readonly { readonly inputs: Pack['inputs'] }[]
}

/** The name of an input wherever it is given, kept or shown: `system.name`. Two packs may have inputs of one name. */
export function fullInputName({ system, name }: Named): string {
  return `${system}.${name}`
}

/** Why a written name does not name one input; what to write instead is in the hint. */
type InputNameProblem = Required<Pick<Diagnostic, 'code' | 'message' | 'hint'>>

type InputNameReading =
  { readonly input: InputDefinition } | { readonly input?: undefined; readonly problem: InputNameProblem }

/** The input that a written name means: `system.name`, or the name alone while one pack in use has it. */
export function readInputName({ packs }: Declaring, written: string): InputNameReading {
  const all = packs.flatMap(({ inputs }) => inputs)
  const named = all.filter((input) => input.name === written || fullInputName(input) === written)
  const [input, another] = named
  if (input !== undefined && another === undefined) return { input }
  if (input !== undefined) return { problem: ambiguous(written, named) }
  return { problem: { code: 'unknown-input', message: `unknown input ${written}`, hint: unknownHint(all, written) } }
}

/** The full name of the input that a written name means; the written one where it means none. */
export function fullNameOf(declared: Declaring, written: string): string {
  const { input } = readInputName(declared, written)
  return input === undefined ? written : fullInputName(input)
}

function ambiguous(written: string, named: readonly Named[]): InputNameProblem {
  const names = named.map(fullInputName)
  const listed = `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`
  return {
    code: 'ambiguous-input',
    message: `the input ${written} is ambiguous: ${named.length} packs have it, as ${listed}`,
    hint: `write ${names.join(' or ')}; where each of them needs the value, give it to each`,
  }
}

function unknownHint(all: readonly Named[], written: string): string {
  if (all.length === 0) return 'the packs declare no inputs'
  const [, own = written] = /^[^.]*\.(.*)$/.exec(written) ?? []
  const sameName = all.filter(({ name }) => name === own)
  if (sameName.length > 0) return `did you mean ${sameName.map(fullInputName).join(' or ')}?`
  // A full name is compared with full names, so that a misspelt system is found too.
  const names = own === written ? all.map(({ name }) => name) : all.map(fullInputName)
  return suggestionHint(written, names) ?? `known: ${all.map(fullInputName).join(', ')}`
}

/**
 * Whether two written names name the same input, as far as both name one: they are equal, or one is the other with its
 * system before it. Needs no packs.
 */
export function isSameInputName(a: string, b: string): boolean {
  return a === b || isBareNameOf(a, b) || isBareNameOf(b, a)
}

function isBareNameOf(bare: string, full: string): boolean {
  return !bare.includes('.') && full.includes('.') && full.slice(full.indexOf('.') + 1) === bare
}

/** What is kept of an input under its full name, or under its name alone by an earlier version. */
export function keptOfInput<Value>(kept: ReadonlyMap<string, Value>, input: Named): Value | undefined {
  return kept.get(fullInputName(input)) ?? kept.get(input.name)
}
