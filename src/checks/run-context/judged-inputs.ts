import { isDeepStrictEqual } from 'node:util'
import type { Redactor } from '../../redaction/redact.js'
import { readGivenInput, type GivenInput } from '../load/input-value.js'
import type { InputDefinition } from '../../definitions/input-definition.js'
import type { Pack } from '../definition.js'
import type { JudgedInput } from '../result/judged-context.js'
import type { Prepared } from '../prepare.js'

/** An input that selected checks read. */
export interface ReadInput {
  readonly system: string
  readonly name: string
  /** As it is given on the command line. */
  readonly value: GivenInput
  readonly isGiven: boolean
  /** Whether it may hold a credential, or its default tells of a variable that is not public. */
  readonly isSecret: boolean
}

/** The inputs that the selected checks read, by system and name; one that has no value is left out. */
export function inputsRead({
  definitions,
  plan,
  given,
  scopeOf,
}: Pick<Prepared, 'definitions' | 'plan' | 'given' | 'scopeOf'>): readonly ReadInput[] {
  return definitions.packs.flatMap((pack) => {
    const checks = plan.checks.map(({ definition }) => definition).filter(({ system }) => system === pack.system)
    const [first] = checks
    if (first === undefined) return []
    const resolved = scopeOf(first).inputs
    const names = new Set(checks.flatMap(({ inputs }) => inputs))
    return pack.inputs.flatMap((input): ReadInput[] => {
      const { name, system } = input
      if (!names.has(name)) return []
      const isGiven = Object.hasOwn(given, name)
      const value = textOf(
        isGiven ? readGivenInput(input, given[name]!) : Object.hasOwn(resolved, name) ? resolved[name] : undefined,
      )
      return value === undefined
        ? []
        : [{ system, name, value, isGiven, isSecret: input.secret || (!isGiven && tellsOfSecret(input, pack)) }]
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
  return Array.isArray(value) ? value.map(String) : String(value)
}

/** Inputs read those above them, so this ends. */
function tellsOfSecret(
  { tellsOf }: Pick<InputDefinition, 'tellsOf'>,
  pack: Pick<Pack, 'variables' | 'inputs'>,
): boolean {
  return tellsOf.some((source) => {
    const [root, name = ''] = source.split('.')
    if (root !== 'inputs') return !Object.hasOwn(pack.variables, name) || pack.variables[name]?.exposure !== 'public'
    const input = pack.inputs.find((each) => each.name === name)
    return input === undefined || input.secret || tellsOfSecret(input, pack)
  })
}
