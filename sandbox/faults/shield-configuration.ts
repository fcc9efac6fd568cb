import { join } from 'node:path'
import { configurationFault } from './configuration-fault.js'
import type { Fault } from './fault.js'

/** What cannot be proven with a token that was signed with nothing. */
const secretConsumers = [
  'shield/secrets/jwt-secret',
  'shield/secrets/jwt-secret-margin',
  'shield/runtime/rejects-expired-token',
  'shield/runtime/relays-valid-envelope',
  'shield/runtime/refuses-invalid-envelope',
]

const spineConsumers = ['shield/datastores/nats', 'shield/datastores/nats-jetstream', 'shield/runtime/relays-valid-envelope', 'shield/runtime/refuses-invalid-envelope']

/** What Shield starts with. */
export const shieldConfigurationFaults: readonly Fault[] = [
  configurationFault({
    name: 'shield-secret-unset',
    title: 'Shield has no token secret',
    caughtBy: 'shield/config/jwt-secret-set',
    alsoRed: secretConsumers,
    environment: { JWT_SECRET: null },
  }),
  configurationFault({
    name: 'shield-secret-blank',
    title: 'Shield\'s token secret is nothing but blanks',
    caughtBy: 'shield/config/jwt-secret-set',
    alsoRed: secretConsumers,
    environment: { JWT_SECRET: '   ' },
  }),
  configurationFault({
    name: 'skip-validation-empty',
    title: 'the switch that skips token validation is present, though empty',
    caughtBy: 'shield/config/jwt-skip-validation-absent',
    alsoRed: ['arqonbus/config/jwt-skip-validation-absent'],
    environment: { JWT_SKIP_VALIDATION: '' },
  }),
  configurationFault({
    name: 'skip-validation-false',
    title: 'the switch that skips token validation is present, though it says false',
    caughtBy: 'arqonbus/config/jwt-skip-validation-absent',
    alsoRed: ['shield/config/jwt-skip-validation-absent'],
    environment: { JWT_SKIP_VALIDATION: 'false' },
  }),
  configurationFault({
    name: 'nats-url-unset',
    title: 'the NATS address is left to its default',
    caughtBy: 'shield/config/nats-url',
    alsoRed: spineConsumers,
    environment: { NATS_URL: null },
  }),
  configurationFault({
    name: 'nats-url-credentials',
    title: 'the NATS address has a user and a password, which Shield never sends',
    caughtBy: 'shield/config/nats-url',
    alsoRed: spineConsumers,
    environment: ({ servers: { nats } }) => ({ NATS_URL: nats.url.replace('nats://', `nats://${nats.user}:${nats.password}@`) }),
  }),
  configurationFault({
    name: 'nats-url-http-scheme',
    title: 'the NATS address has a scheme of another protocol',
    caughtBy: 'shield/config/nats-url',
    alsoRed: spineConsumers,
    environment: ({ servers }) => ({ NATS_URL: servers.nats.url.replace('nats://', 'http://') }),
  }),
  configurationFault({
    name: 'schema-strict-yes',
    title: 'strict schema checking is asked for with yes, which Shield reads as not strict',
    caughtBy: 'shield/config/schema-strict',
    environment: { ARQON_SCHEMA_STRICT: 'yes' },
  }),
  configurationFault({
    name: 'schema-strict-with-trailing-blank',
    title: 'strict schema checking has a blank behind true, which Shield reads as not strict',
    caughtBy: 'shield/config/schema-strict',
    environment: { ARQON_SCHEMA_STRICT: 'true ' },
  }),
  configurationFault({
    name: 'policy-module-missing',
    title: 'the policy module is not where its variable says',
    caughtBy: 'shield/config/policy-module',
    environment: ({ folder }) => ({ POLICY_WASM_PATH: join(folder, 'shield', 'policy.wasm') }),
  }),
]
