import { type DriverContext, noSurroundings } from '../net/drivers/driver.js'
import { pythonStrip, trimWhiteSpace } from '../base/language/blanks.js'
import type { NumberReading } from '../base/language/number.js'
import { pythonFloat, pythonInt } from '../base/language/python-number.js'
import { rustInteger } from './readings/rust-integer.js'
import { readDriverUrl } from './readings/driver-url.js'
import { readUrl } from '../net/url.js'
import type { Reading, ReadingStep, VariableDeclaration, VariableType } from './variable-reading.js'

/** The steps that only change the text; every other one ends the reading. */
const textSteps = {
  'python-trim': pythonStrip,
  'rust-trim': trimWhiteSpace,
  lower: (text: string) => text.toLowerCase(),
  upper: (text: string) => text.toUpperCase(),
} as const
type TextStep = keyof typeof textSteps
type TypedStep = Exclude<ReadingStep, TextStep>

const typeOfStep: Readonly<Record<TypedStep, VariableType>> = {
  'python-int': 'int',
  'python-float': 'double',
  'rust-integer': 'int',
  'only-true': 'bool',
  'true-or-one': 'bool',
  url: 'string',
}

/** The type a variable has in expressions: that of its last typed step, text without one. */
export function variableTypeOf(declaration: VariableDeclaration): VariableType {
  const step = typedStepOf(declaration)
  return step === undefined ? 'string' : typeOfStep[step]
}

/** A value after the textual steps alone: what the target uses where it is text. */
export function textOf(raw: string, declaration: VariableDeclaration): string {
  return declaration.reads.reduce((text, step) => (isTextStep(step) ? textSteps[step](text) : text), raw)
}

/** Whether the target finds a value empty. */
export function isEmptyAs(raw: string, declaration: VariableDeclaration): boolean {
  const text = textOf(raw, declaration)
  const step = declaration['empty-after']
  return (step === undefined ? text : textSteps[step](text)) === ''
}

/**
 * Reads a set variable by its target's own rules, and judges it against what the declaration says the target accepts.
 *
 * @param raw the value as it stands in the environment; of an unset variable there is nothing to read
 * @param context what the target's driver takes from its process besides the URL
 * @returns the reading; where it is not valid `int`, `number` and `bool` are 0 and false unless the value parsed and
 *   was only
 *   out of bounds. `reason` never holds the value or a part of it.
 */
export function readVariable(
  raw: string,
  declaration: VariableDeclaration,
  context: DriverContext = noSurroundings,
): Reading {
  const text = textOf(raw, declaration)
  const typed = readTyped(text, declaration, context)
  const reason = typed.reason !== '' ? typed.reason : complaint(raw, typed, declaration)
  return { ...typed, valid: reason === '', reason }
}

type Typed = Omit<Reading, 'valid'>
const untyped = { reason: '', int: 0, number: 0, bool: false, url: undefined } as const

function readTyped(text: string, declaration: VariableDeclaration, context: DriverContext): Typed {
  const step = typedStepOf(declaration)
  switch (step) {
    case undefined:
      return { ...untyped, text }
    case 'only-true':
      return truth(text.toLowerCase() === 'true')
    case 'true-or-one':
      return truth(text === '1' || /^true$/i.test(text))
    case 'python-int':
      return numeric(text, pythonInt(text), 'is no integer as Python reads one')
    case 'python-float':
      return numeric(text, pythonFloat(text), 'is no number as Python reads one')
    case 'rust-integer':
      return numeric(text, rustInteger(text, (declaration.minimum ?? -1) >= 0), 'is no integer as Rust reads one')
    case 'url':
      return readUrlText(text, declaration, context)
  }
}

function truth(bool: boolean): Typed {
  return { ...untyped, text: String(bool), bool }
}

function numeric(text: string, reading: NumberReading | undefined, reason: string): Typed {
  return reading === undefined ? { ...untyped, text, reason } : { ...untyped, ...reading }
}

function readUrlText(text: string, declaration: VariableDeclaration, context: DriverContext): Typed {
  if (text === '') return { ...untyped, text, reason: 'is empty' }
  const schemeless = declaration.schemes?.includes('') ?? false
  const url =
    declaration.driver === undefined
      ? readUrl(text, { schemeless, credentials: declaration.exposure !== 'public' })
      : readDriverUrl(text, declaration.driver, context)
  return 'reason' in url ? { ...untyped, text, reason: url.reason } : { ...untyped, text, url: url.parts }
}

function complaint(raw: string, typed: Typed, declaration: VariableDeclaration): string {
  const { values, schemes, minimum, maximum } = declaration
  if (declaration['non-empty'] === true && isEmptyAs(raw, declaration)) return 'is empty'
  if (values !== undefined && !values.includes(typed.text)) return `is not one of ${values.join(', ')}`
  if (schemes !== undefined && typed.url !== undefined && !schemes.includes(typed.url.scheme)) {
    return `has a scheme other than ${schemes.filter((scheme) => scheme !== '').join(', ')}`
  }
  const type = variableTypeOf(declaration)
  if (type !== 'int' && type !== 'double') return ''
  // Written so that NaN, which is on neither side of anything, is refused by every bound.
  if (minimum !== undefined && !(typed.number >= minimum)) return `is below ${minimum}`
  if (maximum !== undefined && !(typed.number <= maximum)) return `is above ${maximum}`
  // As the target asks it: NaN is not at or below 0.
  if (declaration['above-zero'] === true && typed.number <= 0) return 'is not above 0'
  return ''
}

function isTextStep(step: ReadingStep): step is TextStep {
  return Object.hasOwn(textSteps, step)
}

function typedStepOf(declaration: VariableDeclaration): TypedStep | undefined {
  return declaration.reads.findLast((step): step is TypedStep => !isTextStep(step))
}
