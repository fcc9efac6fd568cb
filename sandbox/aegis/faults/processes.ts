import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { mintToken } from '../../token/hs256.js'
import { randomSecret } from '../../random-secret.js'
import type { ApiMisbehaviour } from '../misbehaviour.js'
import type { AegisDeployment } from '../deployment.js'
import { aegisFault, blocked, type AegisFault } from './aegis-fault.js'

type Break = Pick<Parameters<typeof aegisFault>[0], 'breakIt' | 'mend'>

function misbehaves(change: Partial<ApiMisbehaviour>): Break {
  return {
    breakIt: ({ api }) => Object.assign(api.misbehaviour, change),
    mend: ({ api }) => api.behave(),
  }
}

/** Adds lines to the log of the API, and takes them away again. */
function logs(lines: (deployment: AegisDeployment) => readonly object[]): Break {
  let before = ''
  return {
    breakIt(deployment) {
      before = readFileSync(deployment.api.logFile, 'utf8')
      const added = lines(deployment).map((line) => `${JSON.stringify(line)}\n`)
      appendFileSync(deployment.api.logFile, added.join(''))
    },
    mend: ({ api }) => writeFileSync(api.logFile, before),
  }
}

/** Of an advisory check that is blocked a run warns. */
const behindHealth = {
  ...blocked('runtime/component-database', 'runtime/component-storage'),
  ...blocked('runtime/response-time', 'runtime/login-demanded'),
  'runtime/documentation-hidden': 'warn',
} as const

const tokenLine = (): object => ({
  headers: { authorization: `Bearer ${mintToken({ sub: 'operator' }, randomSecret())}` },
  event: 'request_started',
  level: 'info',
})

export const processFaults: readonly AegisFault[] = [
  aegisFault({
    name: 'aegis-down',
    group: 'processes',
    title: 'the API does not run',
    class: 'dependency',
    breakIt: ({ api }) => api.endpoint.close(),
    mend: ({ api }) => api.endpoint.open(),
    outcomes: {
      'runtime/health': 'fail',
      'runtime/metrics': 'fail',
      ...behindHealth,
      'runtime/error-rate': 'warn',
    },
    says: 'connection-refused',
  }),
  aegisFault({
    name: 'aegis-degraded',
    group: 'processes',
    title: 'the API is in degraded mode, and its health page is an internal error',
    class: 'code',
    ...misbehaves({ degraded: true }),
    outcomes: { 'runtime/health': 'fail', ...behindHealth },
    says: 'degraded mode',
  }),
  aegisFault({
    name: 'aegis-of-another-release',
    group: 'processes',
    title: 'the release that runs is not the one that is named',
    inputs: { 'aegis.aegis_version': '2025-07-28' },
    outcomes: {
      'runtime/health': 'fail',
      'runtime/comprehensive-mqtt': 'fail',
      'runtime/comprehensive-certificates': 'fail',
      'runtime/comprehensive-system': 'fail',
      'runtime/metrics-system': 'fail',
      'runtime/metrics-performance': 'fail',
      ...blocked('runtime/response-time', 'runtime/login-demanded'),
      'runtime/documentation-hidden': 'warn',
    },
    says: 'an Aegis of head, not of 2025-07-28',
  }),
  aegisFault({
    name: 'aegis-open-to-all',
    group: 'processes',
    title: 'the API shows its jobs without a token',
    class: 'code',
    ...misbehaves({ openToAll: true }),
    outcomes: { 'runtime/login-demanded': 'fail' },
    says: 'without a token',
  }),
  aegisFault({
    name: 'aegis-documentation-public',
    group: 'processes',
    title: 'nothing hides the documentation of the API',
    ...misbehaves({ hidesDocumentation: false }),
    outcomes: { 'runtime/documentation-hidden': 'warn' },
    says: '/openapi.json',
  }),
  aegisFault({
    name: 'aegis-slow',
    group: 'processes',
    title: 'the health page takes longer than it may',
    class: 'dependency',
    ...misbehaves({ delayMs: 300 }),
    inputs: { 'aegis.response_ms': '200' },
    outcomes: { 'runtime/response-time': 'fail' },
    says: 'at most 200 are allowed',
  }),
  aegisFault({
    name: 'aegis-slower-than-desired',
    group: 'processes',
    title: 'the health page takes longer than is desired',
    class: 'dependency',
    ...misbehaves({ delayMs: 300 }),
    inputs: { 'aegis.response_target_ms': '200' },
    outcomes: { 'runtime/response-time': 'warn' },
    says: 'at most 200 are desired',
  }),
  aegisFault({
    name: 'aegis-without-counters',
    group: 'processes',
    title: 'the page of the metrics counts no requests',
    class: 'code',
    ...misbehaves({ withoutCounters: true }),
    outcomes: { 'runtime/metrics': 'fail' },
    says: 'http_requests_total',
  }),
  aegisFault({
    name: 'aegis-many-errors',
    group: 'processes',
    title: 'a quarter of the requests end with an error of the server',
    class: 'code',
    ...misbehaves({ traffic: '5xx' }),
    outcomes: { 'runtime/error-rate': 'warn' },
    says: 'ended with an error of the server',
  }),
  aegisFault({
    name: 'aegis-component-mqtt',
    group: 'processes',
    title: 'no broker listens on the own host of the API, though the deployment says so',
    class: 'dependency',
    inputs: { 'aegis.broker_beside_api': 'true' },
    outcomes: { 'runtime/component-mqtt': 'fail' },
    says: 'says of mqtt: unhealthy',
  }),
  aegisFault({
    name: 'aegis-service-stopped',
    group: 'processes',
    title: 'a service of the compose file does not run',
    class: 'dependency',
    breakIt: ({ programs }) => programs.run(['postgres', 'eventbus']),
    mend: ({ programs }) => programs.reset(),
    outcomes: { 'runtime/services-compose': 'fail' },
    says: 'not running: mosquitto',
  }),
  aegisFault({
    name: 'aegis-pod-not-ready',
    group: 'processes',
    title: 'a pod is not ready',
    class: 'dependency',
    breakIt: ({ programs }) => programs.run(['postgres', 'mosquitto']),
    mend: ({ programs }) => programs.reset(),
    inputs: { 'aegis.deployment': 'kubectl' },
    outcomes: { 'runtime/services-kubectl': 'fail' },
    says: 'not ready: eventbus',
  }),
  aegisFault({
    name: 'aegis-unit-inactive',
    group: 'processes',
    title: 'the unit of systemd is inactive',
    class: 'dependency',
    breakIt: ({ programs }) => programs.run([]),
    mend: ({ programs }) => programs.reset(),
    inputs: { 'aegis.deployment': 'systemctl' },
    outcomes: { 'runtime/services-systemctl': 'fail' },
    says: 'is inactive',
  }),
  aegisFault({
    name: 'aegis-token-in-the-log',
    group: 'processes',
    title: 'the log holds a bearer token',
    ...logs(() => [tokenLine()]),
    outcomes: { 'logs/tokens': 'fail' },
    says: '1 lines contain',
  }),
  aegisFault({
    name: 'aegis-errors-in-the-log',
    group: 'processes',
    title: 'the log has more errors than it may',
    class: 'code',
    ...logs(() => Array.from({ length: 101 }, () => ({ event: 'request_error', level: 'error' }))),
    outcomes: { 'logs/errors': 'fail' },
    says: '101 of',
  }),
  aegisFault({
    name: 'aegis-clients-ask-too-often',
    group: 'processes',
    title: 'many requests were refused since their client asks too often',
    class: 'dependency',
    ...logs(() => Array.from({ length: 21 }, () => ({ event: 'rate_limit_exceeded', level: 'warning' }))),
    outcomes: { 'logs/pressure': 'warn' },
    says: 'asked too often',
  }),
  aegisFault({
    name: 'aegis-token-in-the-log-of-the-container',
    group: 'processes',
    title: 'what the container printed holds a bearer token',
    class: 'code',
    ...logs(() => [tokenLine()]),
    inputs: { 'aegis.log_source': 'compose' },
    outcomes: { 'logs/compose': 'fail' },
    says: 'bearer token',
  }),
]
