import { isDeepStrictEqual } from 'node:util'
import type { Redactor } from '../../redaction/redact.js'
import { readGivenInput, type GivenInput } from '../load/resolve-inputs.js'
import { fullInputName } from '../input-names.js'
import type { Definitions } from '../definition.js'
import type { JudgedInput, CheckResult, ResultDocument } from '../result/report.js'
import type { PreparedRun } from '../prepare.js'
import { tellsOfSecret } from '../secrets.js'
import { isPlainText, valueShape, type ValueShape } from '../../redaction/value-shape.js'
import { readVariable, variableTypeOf } from '../../environment/read-variable.js'
import type { VariableDeclaration } from '../../environment/variable-reading.js'

/** An input that selected checks read. */
export interface ReadInput {
  readonly system: string
  readonly name: string
  /** As it is given on the command line. */
  readonly value: GivenInput
  readonly isGiven: boolean
  /** Whether it may contain a credential, or its default reveals a variable that is not public. */
  readonly isSecret: boolean
}

/** The inputs that the selected checks read, by system and name; one that has no value is left out. */
export function inputsRead({
  definitions,
  plan,
  given,
  scopeOf,
}: Pick<PreparedRun, 'definitions' | 'plan' | 'given' | 'scopeOf'>): readonly ReadInput[] {
  return definitions.packs.flatMap((pack) => {
    const checks = plan.checks.map(({ definition }) => definition).filter(({ system }) => system === pack.system)
    const [first] = checks
    if (first === undefined) return []
    const resolved = scopeOf(first).inputs
    const names = new Set(checks.flatMap(({ inputs }) => inputs))
    return pack.inputs.flatMap((input): ReadInput[] => {
      const { name, system } = input
      if (!names.has(name)) return []
      const fullName = fullInputName(input)
      const isGiven = Object.hasOwn(given, fullName)
      const value = textOf(
        isGiven ? readGivenInput(input, given[fullName]!) : Object.hasOwn(resolved, name) ? resolved[name] : undefined,
      )
      return value === undefined
        ? []
        : [{ system, name, value, isGiven, isSecret: input.secret || (!isGiven && tellsOfSecret(input.tellsOf, pack)) }]
    })
  })
}

/** What a result may show of them: everything but what is secret, or what the redactor would not leave as it is. */
export function judgedInputs(inputs: readonly ReadInput[], redactor: Pick<Redactor, 'value'>): JudgedInput[] {
  return inputs.map(({ system, name, value, isGiven, isSecret }) => {
    const isShown = !isSecret && isDeepStrictEqual(redactor.value(value), value)
    return { system, name, value: isShown ? (typeof value === 'string' ? value : [...value]) : null, given: isGiven }
  })
}

function textOf(value: unknown): GivenInput | undefined {
  if (value === undefined) return undefined
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- an input is a text, a scalar, or a list of them
  return Array.isArray(value) ? value.map(String) : String(value)
}

/** What people write for yes and no: a target that reads only `true` takes all else for false, a pasted key as well. */
const booleanWords = new Set([
  'true',
  'false',
  'yes',
  'no',
  'on',
  'off',
  'y',
  'n',
  't',
  'f',
  '1',
  '0',
  'enabled',
  'disabled',
  'enable',
  'disable',
  'none',
  'null',
])

/** Characters that a number or one word of a list has at most, blanks around it included. */
const longestWord = 40

/** What generated values look like; no setting that is text does. */
const generated: ReadonlySet<ValueShape> = new Set<ValueShape>(['pem', 'jwt-like', 'uuid', 'json', 'hex', 'base64'])

/**
 * Whether a value may be shown for what a pack says of its variable: every declaration calls it public, and the value
 * has the form of such a variable, so that what was pasted into the wrong line stays hidden. Whether a known secret is
 * in it is another question.
 */
export function isShowable(value: string, declarations: readonly VariableDeclaration[]): boolean {
  return (
    declarations.length > 0 &&
    declarations.every((declaration) => declaration.exposure === 'public' && hasOwnForm(value, declaration))
  )
}

function hasOwnForm(value: string, declaration: VariableDeclaration): boolean {
  const reading = readVariable(value, declaration)
  if (!reading.valid) return false
  const type = variableTypeOf(declaration)
  if (type === 'bool') return booleanWords.has(value.trim().toLowerCase())
  if (type !== 'string') return value.length <= longestWord
  if (declaration.values !== undefined) return value.length <= longestWord + reading.text.length
  if (reading.url !== undefined && (reading.url.user !== '' || reading.url.hasPassword)) return false
  return isPlainText(value) && !generated.has(valueShape(value)) && !(value.includes('://') && value.includes('@'))
}

/** A server, what it calls its version, and the check that saw it. */
interface ServerSeen {
  /** What the server calls itself, or the kind of probe that saw it. */
  readonly name: string
  readonly version: string
  readonly check: string
}

/** The facts that give the version of the server that was asked, the plainest first. */
const versionFacts = ['serverVersionText', 'serverVersion', 'version'] as const

/** Every server and service whose version is among the facts of a result, each once, with the check that saw it. */
export function serversSeen({ checks }: ResultDocument, definitions: Definitions): readonly ServerSeen[] {
  const seen = new Map<string, ServerSeen>()
  for (const check of checks) {
    const server = serverOf(check, definitions)
    if (server === undefined) continue
    const known = `${server.name}\0${server.version}`
    if (!seen.has(known)) seen.set(known, server)
  }
  return [...seen.values()]
}

function serverOf({ id, facts }: CheckResult, definitions: Definitions): ServerSeen | undefined {
  const kind = definitions.checks.get(id)?.probe.kind ?? id.split('/').at(-1)!
  const version = versionFacts.map((name) => textAt(facts, name)).find((text) => text !== '')
  if (version !== undefined) return { name: textAt(facts, 'server') || kind, version, check: id }
  // A page that gives the version of the service behind it.
  const page = Object.hasOwn(facts, 'json') ? facts['json'] : undefined
  const reported = textAt(page, 'version')
  return reported === '' ? undefined : { name: textAt(page, 'service') || kind, version: reported, check: id }
}

function textAt(value: unknown, name: string): string {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return ''
  const text: unknown = (value as Readonly<Record<string, unknown>>)[name]
  return typeof text === 'string' ? text : ''
}
