import { z } from 'zod'
import { listedElements } from './probes/secret/elements.js'
import { createRedactor, secretPieces, type KnownSecret, type Redactor } from '../redaction/redact.js'
import { holdsGenerated } from '../redaction/value-shape.js'
import { ordinaryVariables } from '../base/own-environment.js'
import { fullInputName } from './input-names.js'
import type { GivenInputs } from './load/resolve-inputs.js'
import type { Definitions, Pack } from './definition.js'
import type { TestedEnvironment } from '../environment/environment.js'
import type { VariableDeclaration } from '../environment/variable-reading.js'
import type { Exposure } from '../base/vocabulary.js'

/**
 * The redactor of a run. It knows every value of the environment under test that no pack declares public, and every
 * input that may carry a credential.
 */
export function redactorFor(definitions: Definitions, environment: TestedEnvironment, given: GivenInputs): Redactor {
  const secrets = knownSecrets(definitions, environment, given)
  return createRedactor(secrets, { publicText: publicText(definitions, environment, secrets) })
}

/** The values that the packs do not call public, by the name they go by. */
export function knownSecrets(
  definitions: Definitions,
  environment: TestedEnvironment,
  given: GivenInputs,
): readonly KnownSecret[] {
  return [
    ...secretVariables(definitions, environment),
    ...secretElements(definitions, environment),
    ...secretInputs(definitions, given),
  ]
}

/** The secrets of variables that checks judge as lists. */
function secretElements(definitions: Definitions, environment: TestedEnvironment): KnownSecret[] {
  return [...definitions.checks.values()].flatMap(({ probe }) => {
    if (probe.kind !== 'secret') return []
    const list = listOf(probe.input.resolve({}, () => undefined))
    const value = list === undefined ? undefined : environment.get(list.name)?.reveal()
    if (list === undefined || value === undefined) return []
    return listedElements(value, list.each).flatMap((element): KnownSecret[] =>
      element === undefined || element === '' ? [] : [{ name: list.name, exposure: 'text', value: element }],
    )
  })
}

const listSchema = z.object({
  name: z.string(),
  each: z.object({ separator: z.string().min(1), after: z.string().min(1).optional() }),
})

/** What the written input of a check says of a list of secrets. */
function listOf(input: unknown): z.output<typeof listSchema> | undefined {
  return listSchema.safeParse(input).data
}

function secretVariables(definitions: Definitions, environment: TestedEnvironment): KnownSecret[] {
  return environment.everyValue().flatMap(([name, secret]) => {
    const value = secret.reveal()
    const exposure = exposureOf(definitions, name, value)
    const isPresumed = declarationsOf(definitions, name).length === 0
    return exposure === 'public' ? [] : [{ name, exposure, value, isPresumed }]
  })
}

/** What the packs say of a variable, each pack once; nothing when none declares it. */
export function declarationsOf(definitions: Definitions, name: string): readonly VariableDeclaration[] {
  return definitions.packs.flatMap((pack) => (Object.hasOwn(pack.variables, name) ? [pack.variables[name]!] : []))
}

/** The strictest that any declaration says; `undefined` without one. */
export function strictestExposure(declarations: readonly VariableDeclaration[]): Exposure | undefined {
  return (['secret', 'dsn', 'public'] as const).find((exposure) =>
    declarations.some((declaration) => declaration.exposure === exposure),
  )
}

/** What no pack declares is secret, and so is a generated key in a public variable. */
function exposureOf(definitions: Definitions, name: string, value: string): Exposure {
  const declared = strictestExposure(declarationsOf(definitions, name))
  if (declared === 'public' && holdsGenerated(value)) return 'secret'
  return declared ?? (ordinaryVariables.has(name) ? 'public' : 'secret')
}

function secretInputs(definitions: Definitions, given: GivenInputs): KnownSecret[] {
  return definitions.packs.flatMap((pack) =>
    pack.inputs.flatMap((input) => {
      const name = fullInputName(input)
      const value = Object.hasOwn(given, name) ? given[name] : undefined
      if (value === undefined || (!input.secret && input.type !== 'url')) return []
      const exposure = input.type === 'url' ? 'dsn' : 'secret'
      return [value].flat().map((text) => ({ name: `input ${name}`, exposure, value: text }) as const)
    }),
  )
}

/**
 * Whether one of the variables and inputs that something is made of is not public. Inputs read those above them, so
 * this ends.
 *
 * @param sources `env.NAME`, `vars.NAME`, `inputs.NAME`
 */
export function tellsOfSecret(sources: readonly string[], pack: Pick<Pack, 'variables' | 'inputs'>): boolean {
  return sources.some((source) => {
    const [root, name = ''] = source.split('.')
    if (root !== 'inputs') return !Object.hasOwn(pack.variables, name) || pack.variables[name]?.exposure !== 'public'
    const input = pack.inputs.find((each) => each.name === name)
    return input === undefined || input.secret || tellsOfSecret(input.tellsOf, pack)
  })
}

/**
 * What is shown anyway: the packs' own words, and the values of public variables, unless one contains part of a secret.
 */
export function publicText(
  definitions: Definitions,
  environment: TestedEnvironment,
  secrets: readonly KnownSecret[],
): readonly string[] {
  const variables = environment.names().map((name) => ({ name, value: environment.get(name)!.reveal() }))
  const values = variables
    .filter(({ name, value }) => exposureOf(definitions, name, value) === 'public')
    .map(({ value }) => value)
  const declared = definitions.packs.flatMap((pack) => Object.keys(pack.variables))
  return [
    ...definitions.checks.keys(),
    ...declared,
    ...values.filter((value) => value !== '' && !secrets.some((secret) => sharesSecret(value, secret))),
  ]
}

/**
 * Characters that a public value and a secret may share: a name that is a user, a database and a password at once is no
 * secret.
 */
const mostShared = 9

function sharesSecret(value: string, secret: KnownSecret): boolean {
  if (secret.value !== '' && value.includes(secret.value)) return true
  return secretPieces(secret).some((piece) => {
    for (let at = 0; at + mostShared < piece.length; at += 1)
      if (value.includes(piece.slice(at, at + mostShared + 1))) return true
    return false
  })
}
