import { UsageError } from '../../base/errors.js'
import { suggestionHint } from '../../base/text/wording.js'
import type { GivenInputs } from '../load/resolve-inputs.js'
import type { WrittenInput, WrittenInputs } from '../given-inputs.js'
import type { CheckDefinition, Definitions } from '../definition.js'
import type { InputDefinition } from '../../definitions/expression/expression.js'
import { fullInputName, keptOfInput, readInputName } from '../input-names.js'
import { isSameInput, ruleComplaint, type LockedInput } from './selection-lock.js'
import type { InputBreach } from './breaches.js'
import { entryOf, isAmbiguous, textsOf } from './locked-input.js'
import { compilePattern, longestMatchedText } from '../../definitions/pattern.js'

/** Rules for inputs that vary, by the names as they are written. */
export type InputRules = ReadonlyMap<string, string>

/** `--input-rule name=rule`. @throws UsageError for an option that is not one */
export function inputRules(options: readonly string[]): InputRules {
  const rules = new Map<string, string>()
  for (const option of options) {
    const at = option.indexOf('=')
    if (at < 1)
      throw new UsageError('--input-rule takes name=rule', {
        hint: "for example --input-rule 'bus_url=https://*.internal'",
      })
    const [name, rule] = [option.slice(0, at), option.slice(at + 1)]
    if (rules.has(name)) throw new UsageError(`--input-rule ${name} is given twice`)
    const complaint = ruleComplaint(rule)
    if (complaint !== undefined) throw new UsageError(`the rule of --input-rule ${name} ${complaint}`)
    rules.set(name, rule)
  }
  return rules
}

/**
 * The same by the full names of inputs that checks read.
 *
 * @throws UsageError for a rule of an input that no check reads or whose name is ambiguous, and for two of one input
 */
export function rulesOfInputs(
  rules: InputRules,
  definitions: Definitions,
  checks: readonly CheckDefinition[],
): InputRules {
  const inputs = inputsOfChecks(definitions, checks)
  const named = [...rules].map(([written, rule]) => {
    const reading = readInputName(definitions, written)
    if (reading.input === undefined && reading.problem.code === 'ambiguous-input')
      throw new UsageError(reading.problem.message, { hint: reading.problem.hint })
    const name = reading.input === undefined ? written : fullInputName(reading.input)
    if (!inputs.has(name))
      throw new UsageError(`no selected check reads the input ${written}`, {
        hint: nearestRead(written, [...inputs.values()]) ?? 'leave its --input-rule out',
      })
    return [name, rule] as const
  })
  const twice = named.find(([name], at) => named.findIndex(([other]) => other === name) < at)
  if (twice !== undefined) throw new UsageError(`the input ${twice[0]} has two rules: give one --input-rule`)
  return new Map(named)
}

function nearestRead(written: string, inputs: readonly InputDefinition[]): string | undefined {
  return suggestionHint(
    written,
    inputs.map((input) => (written.includes('.') ? fullInputName(input) : input.name)),
  )
}

/**
 * What a lock holds of the inputs that its checks read: of each, what is given, its rule, or that nothing is given.
 *
 * @param rules by full name
 * @throws UsageError for a rule that what is given does not match
 */
export function lockedInputs(
  definitions: Definitions,
  checks: readonly CheckDefinition[],
  written: WrittenInputs['inputs'],
  rules: InputRules,
): ReadonlyMap<string, LockedInput> {
  return new Map(
    [...inputsOfChecks(definitions, checks)].map(([name, input]) => [
      name,
      lockedInput(input, written.get(name), rules.get(name)),
    ]),
  )
}

function lockedInput(input: InputDefinition, written: WrittenInput | undefined, rule: string | undefined): LockedInput {
  const name = fullInputName(input)
  if (rule === undefined) {
    const entry: LockedInput = written === undefined ? { default: true } : entryOf(input, written)
    if (isAmbiguous(entry))
      throw new UsageError(
        `the input ${name} is an address with credentials that programs read in different ways, so it cannot be locked unchanged`,
        {
          hint: `percent-encode @, / and other special characters of its password, or give a rule: --input-rule ${name}=RULE`,
        },
      )
    return entry
  }
  // What the environment under test fills in is held against the rule when it is known: in a run.
  if (written !== undefined && written.template === undefined && !keepsRule(rule, textsOf(input, written.value))) {
    throw new UsageError(`the input ${name} does not match its rule ${rule}`, {
      hint: '`*` matches letters, digits, `.`, `-` and `_`; after the first `/` also `/` and `~`, but no segment `.` or `..`; the rule `*` alone matches anything',
    })
  }
  return { rule }
}

/** The inputs that checks read, by full name. */
export function inputsOfChecks(
  { packs }: Definitions,
  checks: readonly CheckDefinition[],
): ReadonlyMap<string, InputDefinition> {
  const isRead = ({ system, name }: InputDefinition): boolean =>
    checks.some((check) => check.system === system && check.inputs.includes(name))
  return new Map(
    packs.flatMap(({ inputs }) => inputs.filter(isRead).map((input) => [fullInputName(input), input] as const)),
  )
}

/**
 * Holds what is given against a lock.
 *
 * @param checks those that are locked
 * @param written as it is written; `given` the values, as far as they are known
 * @param redact is before every value that a message shows
 */
export function inputBreaches(
  locked: ReadonlyMap<string, LockedInput>,
  definitions: Definitions,
  checks: readonly CheckDefinition[],
  { written, given }: { readonly written: WrittenInputs; readonly given: GivenInputs },
  redact: (text: string) => string,
): readonly InputBreach[] {
  return [...inputsOfChecks(definitions, checks)].flatMap(([name, input]) => {
    const own = written.inputs.get(name)
    const found = own === undefined ? ({ default: true } as const) : entryOf(input, own)
    const entry = keptOfInput(locked, input)
    if (entry === undefined)
      return { lockedName: name, message: `locked checks read the input ${name}, but the lock does not contain it` }
    if (
      'rule' in entry ? isKept(entry.rule, input, own, given[name]) : isSameInput(entry, found) && !isAmbiguous(found)
    )
      return []
    return {
      lockedName: locked.has(name) ? name : input.name,
      message: `the input ${name} is locked ${'rule' in entry ? 'with' : 'as'} ${redact(worded(entry))}, found ${redact(worded(found))}`,
    }
  })
}

/**
 * What is not given is what its pack says, which a rule for anything allows too. What the environment under test fills
 * in is not known without one.
 */
function isKept(
  rule: string,
  input: InputDefinition,
  written: WrittenInput | undefined,
  given: GivenInputs[string] | undefined,
): boolean {
  if (written === undefined) return rule === '*'
  return given === undefined || keepsRule(rule, textsOf(input, given))
}

function worded(entry: LockedInput): string {
  if ('rule' in entry) return `the rule ${JSON.stringify(entry.rule)}`
  if ('default' in entry) return 'not given'
  const from = entry.template === true ? ', with values of the environment under test' : ''
  return `${'secret' in entry ? `secret (${entry.secret})` : JSON.stringify(entry.value)}${from}`
}

/** What `*` takes up to the first `/`, `?` or `#` behind a scheme: nothing that ends a host, a user or a port there. */
const hostCharacters = '[A-Za-z0-9._-]'

/**
 * What it takes behind that: no query, which some drivers read a host from, and nothing that is written in another way.
 */
const pathCharacters = '[A-Za-z0-9._~/-]'

/** A rule that any value keeps. */
const anything = '*'

/**
 * Whether a value keeps a rule: a text in which `*` stands for one or more characters; `*` alone takes any value. Each
 * item of a list must keep it, and an empty list does not. Up to the end of a host `*` takes what a name of a host may
 * hold: `https://*.internal` takes neither `https://evil.example/x.internal` nor `https://evil.example:1@x.internal`.
 * Behind it, and in a path, it takes no segment that leads out of it: `/srv/releases/*` does not take
 * `/srv/releases/../evil`. Any text is held to this, since a check may read any as an address.
 */
export function keepsRule(rule: string, value: string | readonly string[]): boolean {
  if (rule === anything) return true
  const pattern = compilePattern(patternOf(rule))
  const items = [value].flat()
  return (
    items.length > 0 &&
    items.every(
      (item) => item.length <= longestMatchedText && pattern.matches(item) && dotSegments(item) <= dotSegments(rule),
    )
  )
}

/**
 * How many segments are `.` or `..`, however they are written. Those that a rule spells out are in every value that
 * matches it.
 */
function dotSegments(text: string): number {
  return text
    .replace(/%2e/gi, '.')
    .split(/[/\\?#]|%2f|%5c/i)
    .filter((segment) => segment === '.' || segment === '..').length
}

function patternOf(rule: string): string {
  const scheme = rule.indexOf('://')
  const end = rule.slice(scheme < 0 ? 0 : scheme + 3).search(/[/?#]/)
  const authority = end < 0 ? rule.length : end + (scheme < 0 ? 0 : scheme + 3)
  const starred = (part: string, characters: string): string => part.split('*').map(literal).join(`${characters}+`)
  return whole(starred(rule.slice(0, authority), hostCharacters) + starred(rule.slice(authority), pathCharacters))
}

function whole(pattern: string): string {
  return `\\A(?:${pattern})\\z`
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
