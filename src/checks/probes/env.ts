import { z } from 'zod'
import type { Secret } from '../../redaction/secret-value.js'
import { driverContextOf } from '../../environment/driver-context.js'
import { credential } from '../../net/credential.js'
import { wholeNumber, blankOf } from '../../base/facts.js'
import { defineProbe } from '../../engine/probe.js'
import { isEmptyAs, readVariable } from '../../environment/read-variable.js'
import { trustedNetwork } from '../../net/trusted-network.js'
import type { VariableReading, VariableDeclaration } from '../../environment/variable-reading.js'
import { variableName } from '../../base/vocabulary.js'
import { concealedFacts, exposureOfOtherwise, shownFacts, withheldFacts } from './env/concealed.js'
import { type Reader, declarationOf, declaredNames } from './env/declared-names.js'
import { leftovers, type DsnPasswords } from './env/template-leftovers.js'

const names = () => z.array(variableName()).min(1).max(200)

const input = z
  .strictObject({
    name: variableName().optional().describe('one variable'),
    first: names()
      .optional()
      .describe('of several names, the first that is set, even if empty: for a target that falls back by presence'),
    every: z
      .union([names(), z.enum(['numeric', 'declared']).meta({ preflight: 'declared-variables' })])
      .optional()
      .describe(
        'several variables at once; `numeric` means every declared variable that is read as a number, `declared` every variable that the pack declares and does not keep secret',
      ),
    otherwise: credential()
      .optional()
      .describe(
        'with `name` or `first`: the value that the target uses if none is set or if the chosen one is empty; read like the variable that it replaces',
      ),
    'dsn-passwords': z
      .enum(['judged', 'left-out'])
      .default('judged')
      .describe(
        'with `every`: whether a template or an example in the password of a dsn URL is among `references` and `placeholders`; left-out where another check judges the passwords',
      ),
    'service-home': z
      .string()
      .default('')
      .describe(
        'home folder of the account that the target runs under, where its drivers look for their files; unknown when empty',
      ),
    'trusted-networks': z
      .array(trustedNetwork())
      .max(200)
      .default([])
      .describe(
        'addresses, networks (10.0.0.0/8) and host names (*.internal) that do not count as remote, in addition to the loopback',
      ),
  })
  .refine(
    ({ every, ...given }) => every !== undefined || given['dsn-passwords'] === 'judged',
    'dsn-passwords goes with every, not with name and first',
  )
  .refine(
    ({ every, otherwise }) => every === undefined || otherwise === undefined,
    'otherwise goes with name and first, not with every',
  )
  .refine(
    ({ name, first, every }) => [name, first, every].filter((value) => value !== undefined).length === 1,
    'expected exactly one of name, first and every',
  )

const facts = z.strictObject({
  set: z.boolean().describe('whether the variable is set, even if empty; with `every`, whether each of them is'),
  empty: z
    .boolean()
    .describe('whether it is set and the target treats it as empty; with `every`, whether one of them is'),
  name: z.string().describe('the name that was chosen; empty when none is set, and with `every`'),
  assumed: z.boolean().describe('whether the following facts describe `otherwise` instead of the variable'),
  value: z
    .string()
    .describe(
      'as the target reads it; empty when unset. With `every`, of a variable that is not declared public and of a URL with credentials no expectation can read it',
    ),
  valid: z
    .boolean()
    .describe(
      'whether it is set (or assumed) and the target would accept it; with `every`, whether it would accept all that are set',
    ),
  reason: z.string().describe('why the target would not accept it, without the value'),
  int: wholeNumber().describe(
    'a public integer, cut to what JSON can hold; otherwise 0, which no expectation can read if the value is set and is not a finite number',
  ),
  number: z
    .number()
    .describe(
      'a public number; one that is not finite is cut to the greatest, NaN to 0, which no expectation can read',
    ),
  bool: z.boolean().describe('a public boolean; otherwise false'),
  scheme: z
    .string()
    .describe(
      'of a public or dsn URL; if the text is not a URL, no expectation can read this fact and those that follow',
    ),
  host: z.string().describe('of a public or dsn URL'),
  port: wholeNumber().describe('of a public or dsn URL; 0 when it names none'),
  path: z.string().describe('of a public or dsn URL, without the leading slash: a database or a socket'),
  user: z.string().describe('of a public or dsn URL; empty without a password, since it may then be a token'),
  hasPassword: z.boolean().describe('whether a public or dsn URL carries a password'),
  unsentUserInfo: z
    .boolean()
    .describe('whether a public or dsn URL carries a user or a password that its driver never sends'),
  query: z
    .record(z.string(), z.string())
    .describe('the parameters of a public or dsn URL; those named like a credential are masked'),
  encrypted: z
    .boolean()
    .describe('whether a client that connects with a public or dsn URL either encrypts or does not connect'),
  remoteHosts: z
    .array(z.string())
    .describe('the hosts of a public or dsn URL that are neither the loopback nor trusted; names are not resolved'),
  present: z.array(z.string()).describe('the names that are set'),
  invalid: z.array(z.string()).describe('`NAME: reason` for each that is set and that the target would refuse'),
  references: z
    .array(z.string())
    .describe(
      'the names of those whose value contains text that a shell or a template should have replaced, such as ${NAME}',
    ),
  placeholders: z
    .array(z.string())
    .describe('the names of those whose value contains example text, such as your-redis-host.com'),
})

type EnvFacts = z.output<typeof facts>

const nothing = blankOf(facts, { reason: 'is not set' })

export const probe = defineProbe({
  kind: 'env',
  title: 'variables of the environment under test',
  description:
    "Reads variables the way their target does, by the steps that the pack's `variables` block declares, and says whether the target would accept them. " +
    'A declared default is not applied here (`vars.NAME` has it): an unset variable is unset. ' +
    'Of a secret or undeclared variable it shows only whether it is set, empty and acceptable; of a dsn, everything but its credentials.',
  input,
  facts,
  defaultTimeout: 1000,
  examples: [
    { title: 'a port that is set and acceptable', input: { name: 'SERVICE_PORT' }, expect: 'facts.set && facts.valid' },
    {
      title: 'the URL that is chosen',
      input: { first: ['PRIMARY_URL', 'FALLBACK_URL'] },
      expect: 'facts.set && !facts.empty && facts.scheme == "redis"',
    },
    { title: 'every number parses', input: { every: 'numeric' }, expect: 'size(facts.invalid) == 0' },
  ],
  concealed: concealedFacts,
  async observe(
    { name, first, every, otherwise, 'dsn-passwords': passwords, 'service-home': home, 'trusted-networks': trusted },
    { environment, variables, hidden, withhold },
  ) {
    const context: Reader = {
      environment,
      variables,
      hidden,
      withhold,
      surroundings: driverContextOf(environment, home || undefined),
    }
    if (every !== undefined)
      return observeEvery(Array.isArray(every) ? every : declaredNames(every, context), context, passwords)
    const candidates = first ?? [name ?? '']
    const winner = candidates.find((candidate) => context.environment.has(candidate))
    const read = winner === undefined ? undefined : { name: winner, ...readingOf(winner, context) }
    const observed = read === undefined ? nothing : observeOne(read, context, trusted)
    if (otherwise !== undefined && (!observed.set || observed.empty))
      return {
        ...observed,
        ...assumed(otherwise, declarationOf(winner ?? candidates[0] ?? '', context), context, trusted),
      }
    if (read !== undefined) withhold(withheldFacts(read.reading, declarationOf(read.name, context)))
    return observed
  },
})

function observeEvery(all: readonly string[], context: Reader, passwords: DsnPasswords): EnvFacts {
  const observed = all.map((name) => ({ name, ...readingOf(name, context) })).filter(({ set }) => set)
  const invalid = observed
    .filter(({ reading }) => !reading.valid)
    .map(({ name, reading }) => `${name}: ${reading.reason}`)
  return {
    ...nothing,
    set: observed.length === all.length,
    empty: observed.some(({ empty }) => empty),
    valid: invalid.length === 0,
    reason: invalid.join('; '),
    present: observed.map(({ name }) => name),
    invalid,
    ...leftovers(
      observed.map(({ name }) => name),
      context,
      passwords,
    ),
  }
}

function observeOne(
  { name, empty, reading }: { readonly name: string } & ReturnType<typeof readingOf>,
  context: Reader,
  trusted: readonly string[],
): EnvFacts {
  const { valid, reason } = reading
  return {
    ...nothing,
    ...shownFacts(reading, declarationOf(name, context), trusted),
    set: true,
    empty,
    name,
    valid,
    reason,
    present: [name],
    invalid: valid ? [] : [`${name}: ${reason}`],
    ...leftovers([name], context),
  }
}

/** What the target makes for itself, by the declaration of the variable that it stands for. */
function assumed(
  value: Secret,
  declared: VariableDeclaration,
  { surroundings, hidden, withhold }: Reader,
  trusted: readonly string[],
): Partial<EnvFacts> {
  const declaration = { ...declared, exposure: exposureOfOtherwise(declared, hidden) }
  const reading = readVariable(value.reveal(), declaration, surroundings)
  withhold(withheldFacts(reading, declaration))
  return { assumed: true, valid: reading.valid, reason: reading.reason, ...shownFacts(reading, declaration, trusted) }
}

function readingOf(name: string, context: Reader): { set: boolean; empty: boolean; reading: VariableReading } {
  const declaration = declarationOf(name, context)
  const raw = context.environment.get(name)?.reveal()
  return {
    set: raw !== undefined,
    empty: raw !== undefined && isEmptyAs(raw, declaration),
    reading: readVariable(raw ?? '', declaration, context.surroundings),
  }
}
