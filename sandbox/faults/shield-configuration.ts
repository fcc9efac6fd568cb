import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configurationFault } from './configuration-fault.js'
import { type Cure, generatedSecret, ownValue } from './cure.js'
import { effect, type Fault } from './fault.js'

/** What cannot be proven with a token that was signed with nothing. */
const secretConsumers = [
  'shield/secrets/jwt-secret',
  'shield/runtime/rejects-expired-token',
  'shield/runtime/relays-valid-envelope',
  'shield/runtime/refuses-invalid-envelope',
]

const spineConsumers = [
  'shield/datastores/nats',
  'shield/datastores/nats-jetstream',
  'shield/runtime/relays-valid-envelope',
  'shield/runtime/refuses-invalid-envelope',
]

const named: Cure = { inputs: { 'shield.shield_directory': ownValue } }
const copied: Cure = {
  actions: [
    {
      words: ["copy the release's envelope.desc into Shield's working directory"],
      copy: 'shield/envelope.desc',
      into: 'shield.shield_directory',
    },
  ],
}

/** Another working directory for Shield, with what is in its `envelope.desc`; `undefined` for none. */
function descriptorFault(name: string, title: string, content: string | undefined, cure: Cure): Fault {
  return {
    name,
    title,
    group: 'configuration',
    caughtBy: 'shield/config/descriptor',
    cure,
    status: 'fail',
    class: 'config',
    exitCode: 1,
    alsoRed: [],
    async apply({ folder }) {
      const directory = join(folder, name)
      mkdirSync(directory)
      if (content !== undefined) writeFileSync(join(directory, 'envelope.desc'), content)
      return effect({
        inputs: { 'shield.shield_directory': directory },
        undo: async () => rmSync(directory, { recursive: true }),
      })
    },
  }
}

/** What Shield starts with. */
export const shieldConfigurationFaults: readonly Fault[] = [
  configurationFault({
    name: 'shield-secret-unset',
    title: 'Shield has no token secret',
    caughtBy: 'shield/config/jwt-secret-set',
    cure: { set: { JWT_SECRET: generatedSecret } },
    alsoRed: secretConsumers,
    environment: { JWT_SECRET: null },
  }),
  configurationFault({
    name: 'shield-secret-blank',
    title: "Shield's token secret contains only spaces",
    caughtBy: 'shield/config/jwt-secret-set',
    cure: { set: { JWT_SECRET: generatedSecret } },
    alsoRed: secretConsumers,
    environment: { JWT_SECRET: '   ' },
  }),
  configurationFault({
    name: 'skip-validation-empty',
    title: 'the switch that skips token validation is present, though empty',
    caughtBy: 'shield/config/jwt-skip-validation-absent',
    cure: { unset: ['JWT_SKIP_VALIDATION'] },
    alsoRed: ['arqonbus/config/jwt-skip-validation-absent'],
    environment: { JWT_SKIP_VALIDATION: '' },
  }),
  configurationFault({
    name: 'skip-validation-false',
    title: 'the switch that skips token validation is present, though it says false',
    caughtBy: 'arqonbus/config/jwt-skip-validation-absent',
    cure: { unset: ['JWT_SKIP_VALIDATION'] },
    alsoRed: ['shield/config/jwt-skip-validation-absent'],
    environment: { JWT_SKIP_VALIDATION: 'false' },
  }),
  configurationFault({
    name: 'nats-url-unset',
    title: 'the NATS address is left to its default',
    caughtBy: 'shield/config/nats-url',
    cure: { set: { NATS_URL: ownValue } },
    alsoRed: spineConsumers,
    environment: { NATS_URL: null },
  }),
  configurationFault({
    name: 'nats-url-credentials',
    title: 'the NATS address has a user and a password, which Shield never sends',
    caughtBy: 'shield/config/nats-credentials',
    cure: {
      set: { NATS_URL: { value: ({ servers }) => servers.nats.url, words: ['without a user, password or token'] } },
    },
    environment: ({ servers: { nats } }) => ({
      NATS_URL: nats.url.replace('nats://', `nats://${nats.user}:${nats.password}@`),
    }),
  }),
  configurationFault({
    name: 'nats-password-from-an-example',
    title: 'the NATS address has the password of an example',
    caughtBy: 'shield/config/nats-credentials',
    cure: {
      set: { NATS_URL: { value: ({ servers }) => servers.nats.url, words: ['without a user, password or token'] } },
    },
    environment: ({ servers: { nats } }) => ({
      NATS_URL: nats.url.replace('nats://', 'nats://shield:your-nats-password@'),
    }),
  }),
  configurationFault({
    name: 'nats-url-http-scheme',
    title: 'the NATS address has a scheme of another protocol',
    caughtBy: 'shield/config/nats-url',
    cure: { set: { NATS_URL: { value: ({ servers }) => servers.nats.url, words: ['nats://'] } } },
    alsoRed: spineConsumers,
    environment: ({ servers }) => ({ NATS_URL: servers.nats.url.replace('nats://', 'http://') }),
  }),
  configurationFault({
    name: 'schema-strict-yes',
    title: 'strict schema checking is asked for with yes, which Shield reads as not strict',
    caughtBy: 'shield/config/schema-strict',
    cure: { set: { ARQON_SCHEMA_STRICT: 'true' } },
    environment: { ARQON_SCHEMA_STRICT: 'yes' },
  }),
  configurationFault({
    name: 'schema-strict-with-trailing-blank',
    title: 'strict schema checking has a space after true, which Shield reads as not strict',
    caughtBy: 'shield/config/schema-strict',
    cure: { set: { ARQON_SCHEMA_STRICT: 'true' } },
    environment: { ARQON_SCHEMA_STRICT: 'true ' },
  }),
  configurationFault({
    name: 'policy-module-missing',
    title: 'the file of the policy module does not exist',
    caughtBy: 'shield/config/policy-module',
    cure: { unset: ['POLICY_WASM_PATH'] },
    environment: ({ folder }) => ({ POLICY_WASM_PATH: join(folder, 'shield', 'policy.wasm') }),
  }),
  configurationFault({
    name: 'policy-module-empty-path',
    title: 'the policy module is switched on without a path',
    caughtBy: 'shield/config/policy-module',
    cure: { unset: ['POLICY_WASM_PATH'] },
    environment: { POLICY_WASM_PATH: '' },
  }),
  configurationFault({
    name: 'policy-module-not-wasm',
    title: 'the policy module is a file of another kind',
    caughtBy: 'shield/config/policy-module',
    cure: { unset: ['POLICY_WASM_PATH'] },
    environment: ({ folder }) => ({ POLICY_WASM_PATH: join(folder, 'shield', 'envelope.desc') }),
  }),
  configurationFault({
    name: 'policy-path-not-rendered',
    title: 'the path of the policy module still holds a reference',
    caughtBy: 'shield/config/values-filled-in',
    cure: {
      set: { POLICY_WASM_PATH: { value: () => '/srv/policies/policy.wasm', words: ['put the real value into'] } },
    },
    alsoRed: ['shield/config/policy-module'],
    environment: { POLICY_WASM_PATH: '{{ .Values.policies }}/policy.wasm' },
  }),
  descriptorFault(
    'descriptor-missing',
    'Shield is started in a directory without the schema of its envelopes',
    undefined,
    named,
  ),
  descriptorFault(
    'descriptor-of-another-schema',
    'envelope.desc describes other messages',
    '\n\x1a\n\x07a.proto\x12\x06app.v1"\x07\n\x05Order',
    copied,
  ),
  descriptorFault(
    'descriptor-not-a-schema',
    'envelope.desc is a page that a proxy sent in its place',
    '<!doctype html><title>Not found</title>',
    copied,
  ),
]
