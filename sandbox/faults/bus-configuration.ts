import { configurationFault } from './configuration-fault.js'
import type { Fault } from './fault.js'

const numbers = ['arqonbus/config/numbers']

/** Where and as what the bus starts. */
export const busConfigurationFaults: readonly Fault[] = [
  configurationFault({
    name: 'environment-unset',
    title: 'the environment is not named, so the bus runs as development without its strict start-up checks',
    caughtBy: 'arqonbus/config/environment',
    environment: { ARQONBUS_ENVIRONMENT: null },
  }),
  configurationFault({
    name: 'environment-of-another-profile',
    title: 'the environment names staging on a production host',
    caughtBy: 'arqonbus/config/environment',
    environment: { ARQONBUS_ENVIRONMENT: 'staging' },
  }),
  configurationFault({
    name: 'environment-misspelt',
    title: 'the environment is misspelt, so the bus refuses to start',
    caughtBy: 'arqonbus/config/environment',
    environment: { ARQONBUS_ENVIRONMENT: 'prodution' },
  }),
  configurationFault({
    name: 'server-host-unset',
    title: 'the bind address is left to its default',
    caughtBy: 'arqonbus/config/server-host',
    environment: { ARQONBUS_SERVER_HOST: null },
  }),
  configurationFault({
    name: 'server-host-empty',
    title: 'the bind address is set to nothing',
    caughtBy: 'arqonbus/config/server-host',
    environment: { ARQONBUS_SERVER_HOST: '' },
  }),
  configurationFault({
    name: 'server-port-unset',
    title: 'the port is left to its default',
    caughtBy: 'arqonbus/config/server-port',
    environment: { ARQONBUS_SERVER_PORT: null },
  }),
  configurationFault({
    name: 'server-port-with-unit',
    title: 'the port has text behind its digits, which Python does not parse',
    caughtBy: 'arqonbus/config/server-port',
    alsoRed: numbers,
    environment: { ARQONBUS_SERVER_PORT: '9100/tcp' },
  }),
  configurationFault({
    name: 'server-port-out-of-range',
    title: 'the port is beyond 65535',
    caughtBy: 'arqonbus/config/server-port',
    alsoRed: numbers,
    environment: { ARQONBUS_SERVER_PORT: '91000' },
  }),
  configurationFault({
    name: 'telemetry-host-unset',
    title: 'the telemetry address has a port and no host',
    caughtBy: 'arqonbus/config/telemetry-address',
    alsoRed: ['arqonbus/runtime/configuration-matches'],
    environment: { ARQONBUS_TELEMETRY_HOST: null },
  }),
  configurationFault({
    name: 'telemetry-port-empty',
    title: 'the telemetry port is set to nothing',
    caughtBy: 'arqonbus/config/telemetry-address',
    alsoRed: numbers,
    environment: { ARQONBUS_TELEMETRY_PORT: '' },
  }),
  configurationFault({
    name: 'infra-protocol-json',
    title: 'infrastructure traffic is JSON',
    caughtBy: 'arqonbus/config/infra-protocol',
    environment: { ARQONBUS_INFRA_PROTOCOL: 'json' },
  }),
  configurationFault({
    name: 'infra-protocol-unset',
    title: 'the infrastructure protocol is left to its default',
    caughtBy: 'arqonbus/config/infra-protocol',
    environment: { ARQONBUS_INFRA_PROTOCOL: null },
  }),
  configurationFault({
    name: 'json-infra-allowed',
    title: 'JSON infrastructure traffic is allowed, in a spelling the bus reads as true',
    caughtBy: 'arqonbus/config/json-infra-forbidden',
    environment: { ARQONBUS_ALLOW_JSON_INFRA: ' TRUE ' },
  }),
  configurationFault({
    name: 'json-infra-unset',
    title: 'whether JSON infrastructure traffic is allowed is left to the default',
    caughtBy: 'arqonbus/config/json-infra-forbidden',
    environment: { ARQONBUS_ALLOW_JSON_INFRA: null },
  }),
  configurationFault({
    name: 'auth-enabled-as-one',
    title: 'authentication is switched on with 1, which the bus reads as false',
    caughtBy: 'arqonbus/config/auth-enabled',
    environment: { ARQONBUS_ENABLE_AUTH: '1' },
  }),
  configurationFault({
    name: 'auth-enabled-with-trailing-blank',
    title: 'authentication is switched on with a blank behind true, which the bus reads as false',
    caughtBy: 'arqonbus/config/auth-enabled',
    environment: { ARQONBUS_ENABLE_AUTH: 'true ' },
  }),
  configurationFault({
    name: 'jwt-algorithm-asymmetric',
    title: 'the token algorithm is one the bus does not know',
    caughtBy: 'arqonbus/config/jwt-algorithm',
    environment: { ARQONBUS_AUTH_JWT_ALGORITHM: 'RS256' },
  }),
  configurationFault({
    name: 'max-connections-zero',
    title: 'no connection is allowed',
    caughtBy: 'arqonbus/config/numbers',
    environment: { ARQONBUS_MAX_CONNECTIONS: '0' },
  }),
  configurationFault({
    name: 'max-message-size-in-scientific-notation',
    title: 'the message size is written in a way that Python does not take for an integer',
    caughtBy: 'arqonbus/config/numbers',
    environment: { ARQONBUS_MAX_MESSAGE_SIZE: '1e6' },
  }),
  configurationFault({
    name: 'omega-timeout-negative',
    title: 'the timeout of the experimental lane is negative, which stops the start although the lane is off',
    caughtBy: 'arqonbus/config/numbers',
    environment: { ARQONBUS_OMEGA_VM_TIMEOUT_SECONDS: '-1' },
  }),
  configurationFault({
    name: 'debug-on',
    title: 'debugging is on in production',
    caughtBy: 'arqonbus/config/debug-off',
    environment: { ARQONBUS_DEBUG: 'True' },
  }),
  configurationFault({
    name: 'omega-on',
    title: 'the experimental lane is on in production',
    caughtBy: 'arqonbus/config/omega-off',
    environment: { ARQONBUS_OMEGA_ENABLED: 'true' },
  }),
  configurationFault({
    name: 'casil-patterns-unbounded',
    title: 'inspection may match more patterns than recommended',
    caughtBy: 'arqonbus/config/casil-bounds',
    environment: { ARQONBUS_CASIL_MAX_PATTERNS: '5000' },
  }),
  configurationFault({
    name: 'casil-mode-capitalised',
    title: 'the inspection mode is written with a capital, which the bus refuses',
    caughtBy: 'arqonbus/config/casil-mode',
    environment: { ARQONBUS_CASIL_MODE: 'Enforce' },
  }),
  configurationFault({
    name: 'casil-decision-with-blank',
    title: 'the default decision has a blank behind it, which stops the start although inspection is off',
    caughtBy: 'arqonbus/config/casil-mode',
    alsoRed: ['arqonbus/runtime/casil-matches'],
    environment: { ARQONBUS_CASIL_ENABLED: 'false', ARQONBUS_CASIL_DEFAULT_DECISION: 'allow ' },
  }),
  configurationFault({
    name: 'unread-variable-set',
    title: 'a rate limit is set that no code reads',
    caughtBy: 'arqonbus/config/unread-variables',
    isAdvisory: true,
    environment: { ARQONBUS_RATE_LIMIT_PER_MINUTE: '60' },
  }),
]
