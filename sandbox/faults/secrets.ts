import { randomBytes, randomUUID } from 'node:crypto'
import type { Deployment } from '../deployment.js'
import { randomSecret } from '../random-secret.js'
import { generatedSecret } from './cure.js'
import { changed } from './fault-effect.js'
import { effect, type Fault, sightings } from './fault.js'

interface SecretFault {
  readonly name: string
  readonly title: string
  readonly of: 'bus' | 'shield'
  /** What it falls short of, where it is not the strength itself: a warning. */
  readonly warns?: 'margin' | 'blanks'
  readonly alsoRed?: readonly string[]
  secret(deployment: Deployment): string
}

/** The running service signs with the weak secret too, so that nothing but its weakness is wrong. */
function secretFault({ name, title, of, warns, alsoRed, secret }: SecretFault): Fault {
  const [prefix, variable] = of === 'bus' ? ['arqonbus', 'ARQONBUS_AUTH_JWT_SECRET'] : ['shield', 'JWT_SECRET']
  const strength = `${prefix}/secrets/jwt-secret`
  return {
    name,
    title,
    group: 'secrets',
    caughtBy: warns === undefined ? strength : `${strength}-${warns}`,
    cure: {
      set: {
        [variable]:
          warns === 'blanks'
            ? { value: ({ environment }) => environment[variable] ?? '', words: ['without blanks'] }
            : generatedSecret,
      },
    },
    ...sightings[warns === undefined ? 'wrong' : 'advisory'],
    class: 'config',
    alsoRed: alsoRed ?? [],
    async apply(deployment) {
      const service = of === 'bus' ? deployment.bus : deployment.shield
      const environment = { [variable]: secret(deployment) }
      service.adopt(changed(deployment.environment, environment))
      return effect({ environment, undo: async () => service.adopt(deployment.environment) })
    },
  }
}

const words = ['correct', 'horse', 'battery', 'staple', 'orbit', 'velvet']

/** Token secrets that look set and are worth little. */
export const jwtSecretFaults: readonly Fault[] = [
  secretFault({
    name: 'bus-secret-from-the-runbook',
    title: "the bus's secret is the example of its runbook",
    of: 'bus',
    secret: () => 'replace-with-strong-secret',
  }),
  secretFault({
    name: 'bus-secret-short',
    title: "the bus's secret is random but only 16 bytes long",
    of: 'bus',
    secret: () => randomBytes(8).toString('hex'),
  }),
  secretFault({
    name: 'bus-secret-passphrase',
    title: "the bus's secret is a phrase of six words",
    of: 'bus',
    secret: () => words.join('-'),
  }),
  secretFault({
    name: 'bus-secret-surrounded-by-blanks',
    title: "the bus's secret has a trailing space, which an issuer of tokens may trim",
    of: 'bus',
    warns: 'blanks',
    secret: () => `${randomSecret()} `,
  }),
  secretFault({
    name: 'bus-secret-repeated',
    title: "the bus's secret is eight random characters, eight times",
    of: 'bus',
    secret: () => randomBytes(6).toString('base64url').repeat(8),
  }),
  secretFault({
    name: 'bus-secret-without-margin',
    title: "the bus's secret has 128 bits, enough today but without a margin",
    of: 'bus',
    warns: 'margin',
    secret: () => randomBytes(16).toString('hex'),
  }),
  secretFault({
    name: 'shield-secret-surrounded-by-blanks',
    title: "Shield's secret has spaces around it, which an issuer of tokens may trim",
    of: 'shield',
    warns: 'blanks',
    secret: () => ` ${randomSecret()}  `,
  }),
  secretFault({
    name: 'shield-secret-of-the-tests',
    title: "Shield's secret is the one of its tests",
    of: 'shield',
    secret: () => 'arqon-shield-test-secret',
  }),
  secretFault({
    name: 'shield-secret-placeholder-with-tail',
    title: "Shield's secret is a placeholder followed by random characters",
    of: 'shield',
    secret: () => `change-me-${randomSecret(32)}`,
  }),
  secretFault({
    name: 'shield-secret-encoded-placeholder',
    title: "Shield's secret is the base64 of a placeholder",
    of: 'shield',
    secret: () => Buffer.from('your-super-secret-jwt-token-with-at-least-32-characters').toString('base64'),
  }),
  secretFault({
    name: 'shield-secret-unresolved',
    title: "Shield's secret is an unresolved reference",
    of: 'shield',
    secret: () => '{{ shield_jwt_secret_from_the_vault_of_production }}',
  }),
  secretFault({
    name: 'shield-secret-without-margin',
    title: "Shield's secret is one UUID, 122 bits",
    of: 'shield',
    warns: 'margin',
    secret: () => randomUUID(),
  }),
  secretFault({
    name: 'secret-shared-by-both',
    title: 'bus and Shield share one secret',
    of: 'shield',
    warns: 'margin',
    alsoRed: ['arqonbus/secrets/jwt-secret-margin'],
    secret: ({ environment }) => environment['ARQONBUS_AUTH_JWT_SECRET'] ?? '',
  }),
]
