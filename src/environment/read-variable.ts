import { type DriverContext, noSurroundings } from '../net/drivers/driver.js'
import {
  pythonStrip,
  trimWhiteSpace,
  pythonFloat,
  pydanticBool,
  pydanticInt,
  pythonInt,
  type NumberReading,
  integerReading,
} from '../base/language/python-number.js'
import { readUrl, type UrlReading } from '../net/url.js'
import type { VariableReading, ReadingStep, VariableDeclaration, VariableType } from './variable-reading.js'
import { driverNamed, readAs } from '../net/drivers/known.js'
import { parseQsl } from '../net/drivers/python-url.js'
import { Secret } from '../redaction/secret-value.js'

/** The steps that only change the text; every other one ends the reading. */
const textSteps = {
  'python-trim': pythonStrip,
  'rust-trim': trimWhiteSpace,
  lower: (text: string) => text.toLowerCase(),
  upper: (text: string) => text.toUpperCase(),
  'without-query': (text: string) => text.split('?', 1)[0]!,
} as const

type TextStep = keyof typeof textSteps

type TypedStep = Exclude<ReadingStep, TextStep>

const typeOfStep: Readonly<Record<TypedStep, VariableType>> = {
  'python-int': 'int',
  'python-float': 'double',
  'rust-integer': 'int',
  'pydantic-int': 'int',
  'only-true': 'bool',
  'true-or-one': 'bool',
  'pydantic-bool': 'bool',
  url: 'string',
}

/** The type a variable has in expressions: that of its last typed step, text without one. */
export function variableTypeOf(declaration: VariableDeclaration): VariableType {
  const step = typedStepOf(declaration)
  return step === undefined ? 'string' : typeOfStep[step]
}

/** A value after the textual steps alone: what the target uses where it is text. */
export function variableText(raw: string, declaration: VariableDeclaration): string {
  return declaration.reads.reduce((text, step) => (isTextStep(step) ? textSteps[step](text) : text), raw)
}

/** Whether the target finds a value empty. */
export function isEmptyAs(raw: string, declaration: VariableDeclaration): boolean {
  const text = variableText(raw, declaration)
  const step = declaration['empty-after']
  return (step === undefined ? text : textSteps[step](text)) === ''
}

/**
 * Reads a set variable by its target's own rules, and judges it against what the declaration says the target accepts.
 *
 * @param raw the value as it is in the environment; of an unset variable there is nothing to read
 * @param context what the target's driver takes from its process besides the URL
 * @returns the reading; where it is not valid `int`, `number` and `bool` are 0 and false unless the value parsed and
 *   was only out of bounds. `reason` never holds the value or a part of it.
 */
export function readVariable(
  raw: string,
  declaration: VariableDeclaration,
  context: DriverContext = noSurroundings,
): VariableReading {
  const text = variableText(raw, declaration)
  const typed = readTyped(text, declaration, context)
  const reason = typed.reason !== '' ? typed.reason : complaint(raw, typed, declaration)
  return { ...typed, valid: reason === '', reason }
}

type Typed = Omit<VariableReading, 'valid'>

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
      return numeric(text, pythonInt(text), 'is not an integer for Python')
    case 'python-float':
      return numeric(text, pythonFloat(text), 'is not a number for Python')
    case 'rust-integer':
      return numeric(text, rustInteger(text, (declaration.minimum ?? -1) >= 0), 'is not an integer for Rust')
    case 'pydantic-int':
      return numeric(text, pydanticInt(text), 'is not an integer for pydantic')
    case 'pydantic-bool': {
      const bool = pydanticBool(text)
      return bool === undefined ? { ...untyped, text, reason: 'is not a boolean for pydantic' } : truth(bool)
    }
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

/**
 * Rust's `str::parse` into an integer: a sign and ASCII digits, nothing around or between them.
 *
 * @param unsigned an unsigned type refuses every `-`, that of `-0` too
 * @returns `undefined` where Rust returns an error, a number outside 64 bits included
 */
function rustInteger(text: string, unsigned: boolean): NumberReading | undefined {
  if (!(unsigned ? /^\+?\d+$/ : /^[+-]?\d+$/).test(text)) return undefined
  const significant = text.replace(/^[+-]?0*/, '')
  if (significant.length > 20) return undefined
  const value = BigInt(significant === '' ? '0' : significant) * (text.startsWith('-') ? -1n : 1n)
  const fits = unsigned ? value < 2n ** 64n : value >= -(2n ** 63n) && value < 2n ** 63n
  return fits ? integerReading(value.toString()) : undefined
}

/**
 * A connection URL as one driver reads it: host, user, password and database are those that it connects with. The port
 * is 0 where the URL names none; the path is a socket or a database.
 */
export function readDriverUrl(text: string, name: string, context: DriverContext): UrlReading {
  const reading = readAs(name, new Secret(text), context)
  if ('refusal' in reading) return { reason: reading.refusal }
  const { endpoints, user, password, database, settings, tls } = reading.connection
  const hosts = endpoints.flatMap((endpoint) => ('host' in endpoint ? [endpoint.host] : []))
  // Where a scheme may be left out, what is before a colon is a host.
  const schemed = driverNamed(name).schemes.includes('') && !text.includes('://') ? `//${text}` : text
  const [first = { path: '' }] = endpoints
  const [, scheme = '', authority = '', query = ''] =
    /^\s*(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?/.exec(schemed) ?? []
  const parameters = Object.fromEntries([...parseQsl(query, false)].reverse())
  const namesPort = /:\d+$/.test(authority) || parameters['port'] !== undefined
  const address =
    'path' in first
      ? { host: '', port: 0, path: first.path.replace(/^\//, '') }
      : { host: first.host, port: namesPort ? first.port : 0, path: database }
  const revealed = password?.reveal() ?? ''
  return {
    parts: {
      scheme: scheme.toLowerCase(),
      ...address,
      user,
      hasPassword: revealed !== '',
      query: parameters,
      hosts,
      encrypted: tls?.demand === 'require',
      ...(settings['user-info'] === undefined ? {} : { unsentUserInfo: true }),
    },
    password: revealed,
  }
}

/** What somebody should have replaced before the value reached a deployment. */
export type LeftoverReading = 'reference' | 'placeholder'

/**
 * Expressions that a shell, a template or a vault replaces. Each is bounded, and closed at its end. Inside a longer
 * text a name must be of one case and of four letters or more, or are between separators: a random password of 48
 * printable characters holds one about once in 300,000.
 */
const references: readonly RegExp[] = [
  /\$\{(?:[A-Z_][A-Z0-9_]{3,63}|[a-z_][a-z0-9_.]{4,63})(?:[:?+-][^{}]{0,200})?\}/u,
  /(?:^|[@/:=,])\$\{[A-Za-z_][A-Za-z0-9_.]{0,63}(?:[:?+-][^{}]{0,200})?\}(?:$|[@/:?&,])/u,
  /\$\{\{.{1,200}\}\}/u,
  /^\$\(.{1,400}\)$/u,
  /^\$[A-Za-z_][A-Za-z0-9_]{2,63}$/u,
  /\{\{[-\s]{0,3}[.$]?[A-Za-z_][A-Za-z0-9_.\s|()"'-]{1,200}\}\}/u,
  /^%[A-Z_][A-Z0-9_]{1,63}%$/u,
  /^__[A-Z][A-Z0-9_]{1,62}__$/u,
]

/** Wording of examples in documentation, whole words of a name: `your-redis-host.com`, `<host>`, `change-me`. */
const placeholders: readonly RegExp[] = [
  /(?:^|[^A-Za-z0-9])your[-_][a-z0-9]/iu,
  /(?:^|[^A-Za-z0-9])(?:change|replace)[-_]?(?:me|this|with)(?:[^A-Za-z0-9]|$)/iu,
  /^<[A-Za-z][A-Za-z0-9 _.-]{0,80}>$/u,
]

/** Characters looked at. */
const longest = 8192

/**
 * Whether a value of any variable was left as a template or a manual had it.
 *
 * @returns `undefined` for a value that somebody may have meant
 */
export function leftoverOf(text: string): LeftoverReading | undefined {
  const bounded = text.slice(0, longest)
  if (references.some((pattern) => pattern.test(bounded))) return 'reference'
  return placeholders.some((pattern) => pattern.test(bounded)) ? 'placeholder' : undefined
}
