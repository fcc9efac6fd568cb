import type { ProbeContext } from '../../../engine/probe.js'
import { knownSecretMatcher } from '../../../secret-strength/index.js'
import { connectionUrls, valueOf } from './connection-urls.js'

/** Equal by chance below this. In characters. */
const shortest = 6

export interface OtherValue {
  readonly name: string
  readonly value: string
}

/**
 * The values that a secret must not share: those of the other variables of its pack, and every password of the
 * environment,
 * be it part of a connection URL or a variable named so. Other variables of another pack are another service's
 * business,
 * and compared only where a check names them.
 *
 * @param except the secret's own name, and names that are compared separately
 */
export function valuesNotToShare(except: readonly string[], context: ProbeContext): readonly OtherValue[] {
  const declared = Object.keys(context.variables).flatMap((name) => namedValue(name, context))
  const passwords = connectionUrls(context).map(({ name, password }) => ({ name, value: password }))
  const named = context.environment
    .names()
    .filter((name) => /PASSWORD|PASSWD/i.test(name))
    .flatMap((name) => namedValue(name, context))
  return [...declared, ...passwords, ...named].filter(
    ({ name, value }) => !except.includes(name) && value.length >= shortest,
  )
}

export function namedValue(name: string, context: ProbeContext): readonly OtherValue[] {
  const value = valueOf(name, context)
  return value === undefined ? [] : [{ name, value }]
}

/** The names among others that have a secret's value, in whatever notation. */
export function namesOfSame(secret: string, others: readonly OtherValue[]): readonly string[] {
  const matcher = knownSecretMatcher(secret)
  return [
    ...new Set(
      others.filter(({ value }) => value.length >= shortest && matcher.matches(value)).map(({ name }) => name),
    ),
  ]
}
