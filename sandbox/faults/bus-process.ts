import { randomSecret } from '../random-secret.js'
import type { CureAction } from './cure.js'
import type { Fault } from './fault.js'
import { processFault } from './process-fault.js'

const runtime = (name: string): string => `arqonbus/runtime/${name}`
const rejections = [
  'rejects-missing-token',
  'rejects-forged-token',
  'rejects-expired-token',
  'rejects-unsigned-token',
].map(runtime)
const [missingToken = '', ...otherRejections] = rejections
const asked = ['casil-matches', 'operator-commands', 'omega-matches'].map(runtime)
const connections = [runtime('accepts-valid-token'), runtime('refuses-json'), ...asked]

const restarted: CureAction = { words: ['restart the bus'], restart: 'bus' }

/** What is not there at all. */
const absenceFaults: readonly Fault[] = [
  processFault({
    name: 'bus-down',
    title: 'nothing listens where the bus should be',
    caughtBy: runtime('reachable'),
    cure: { actions: [{ words: ['start the bus'], mend: true }] },
    class: 'dependency',
    alsoRed: [...rejections, ...connections],
    breakIt: ({ bus }) => bus.webSocket.close(),
    mend: ({ bus }) => bus.webSocket.open(),
  }),
  processFault({
    name: 'bus-http-down',
    title: "the launcher never started the bus's HTTP pages",
    caughtBy: runtime('health'),
    cure: { actions: [{ words: ["start the bus's HTTP server"], mend: true }] },
    class: 'dependency',
    alsoRed: ['storage', 'status', 'version', 'metrics', 'prometheus-page', 'configuration-matches'].map(runtime),
    breakIt: ({ bus }) => bus.http.close(),
    mend: ({ bus }) => bus.http.open(),
  }),
]

/** Who gets in, and what they may say. */
const accessFaults: readonly Fault[] = [
  processFault({
    name: 'bus-auth-off',
    title: 'the bus accepts every client',
    caughtBy: missingToken,
    cure: { set: { ARQONBUS_ENABLE_AUTH: 'true' }, actions: [restarted] },
    alsoRed: otherRejections,
    bus: { authentication: 'off' },
  }),
  processFault({
    name: 'bus-refuses-with-403',
    title: 'a proxy in front of the bus answers every upgrade with 403',
    caughtBy: missingToken,
    alsoRed: [...otherRejections, ...connections],
    bus: { authentication: 403 },
  }),
  processFault({
    name: 'bus-redirects',
    title: 'a proxy in front of the bus redirects every upgrade to a login page',
    caughtBy: missingToken,
    alsoRed: [...otherRejections, ...connections],
    bus: { authentication: 'redirect' },
  }),
  processFault({
    name: 'bus-crashes-on-upgrade',
    title: 'the bus answers every upgrade with 500',
    caughtBy: missingToken,
    alsoRed: [...otherRejections, ...connections],
    bus: { authentication: 500 },
  }),
  processFault({
    name: 'bus-accepts-forged',
    title: 'the bus does not verify the signature of a token',
    caughtBy: runtime('rejects-forged-token'),
    bus: { acceptsForged: true },
  }),
  processFault({
    name: 'bus-accepts-expired',
    title: 'the bus accepts tokens after their expiry',
    caughtBy: runtime('rejects-expired-token'),
    bus: { acceptsExpired: true },
  }),
  processFault({
    name: 'bus-accepts-unsigned',
    title: 'the bus accepts tokens with the algorithm none',
    caughtBy: runtime('rejects-unsigned-token'),
    bus: { acceptsUnsigned: true },
  }),
  processFault({
    name: 'bus-runs-on-another-secret',
    title: 'the bus was started with another ARQONBUS_AUTH_JWT_SECRET than the environment has',
    caughtBy: runtime('accepts-valid-token'),
    says: 'was refused (none, status 401)',
    cure: { actions: [restarted] },
    class: 'config',
    alsoRed: [runtime('refuses-json'), ...asked],
    breakIt: async ({ bus, environment }) => bus.adopt({ ...environment, ARQONBUS_AUTH_JWT_SECRET: randomSecret() }),
    mend: async ({ bus, environment }) => bus.adopt(environment),
  }),
  processFault({
    name: 'bus-silent-after-upgrade',
    title: 'the bus upgrades and never sends a frame',
    caughtBy: runtime('accepts-valid-token'),
    class: 'config',
    seenAs: 'silent',
    alsoRed: [runtime('refuses-json'), ...asked],
    bus: { webSocket: 'no-frames' },
  }),
  processFault({
    name: 'bus-before-operator-commands',
    title: 'the bus is of a version without webhooks, jobs, stored keys, history and the Omega lane',
    caughtBy: runtime('operator-commands'),
    says: 'the bus does not answer op.webhook.list',
    alsoRed: [runtime('omega-matches'), runtime('room-message')],
    bus: { isBeforeOperatorCommands: true },
  }),
  processFault({
    name: 'bus-accepts-json',
    title: 'the running bus accepts JSON frames, whatever its environment says',
    caughtBy: runtime('refuses-json'),
    says: 'the bus accepts JSON messages in prod: it greets in JSON and answers a JSON ping',
    cure: { set: { ARQONBUS_INFRA_PROTOCOL: 'protobuf', ARQONBUS_ALLOW_JSON_INFRA: 'false' }, actions: [restarted] },
    class: 'config',
    bus: { acceptsJson: true },
  }),
  processFault({
    name: 'bus-refuses-json-for-another-reason',
    title: 'the bus refuses the JSON frame because of a rate limit, which proves nothing',
    caughtBy: runtime('refuses-json'),
    says: 'did not refuse a JSON ping with INFRA_PROTOCOL_ERROR',
    class: 'config',
    bus: { refusesJsonForAnotherReason: true },
  }),
]

/** What its pages say. */
const pageFaults: readonly Fault[] = [
  processFault({
    name: 'health-unhealthy',
    title: 'the bus says it is not healthy',
    caughtBy: runtime('health'),
    class: 'dependency',
    bus: { health: 'unhealthy' },
  }),
  processFault({
    name: 'health-is-a-login-page',
    title: 'a proxy answers the health request with a login page and 200',
    caughtBy: runtime('health'),
    class: 'dependency',
    bus: { health: 'html' },
  }),
  processFault({
    name: 'health-redirects',
    title: 'the health request is redirected',
    caughtBy: runtime('health'),
    class: 'dependency',
    bus: { health: 'redirect' },
  }),
  processFault({
    name: 'health-never-ends',
    title: 'the body of the health page never ends',
    caughtBy: runtime('health'),
    class: 'dependency',
    seenAs: 'silent',
    bus: { health: 'endless' },
  }),
  processFault({
    name: 'health-silent',
    title: 'the health request is never answered',
    caughtBy: runtime('health'),
    class: 'dependency',
    seenAs: 'silent',
    bus: { health: 'silent' },
  }),
  processFault({
    name: 'status-degraded',
    title: 'the bus reports that it is degraded, with status 200',
    caughtBy: runtime('status'),
    cure: { actions: [restarted] },
    class: 'dependency',
    bus: { status: 'degraded' },
  }),
  processFault({
    name: 'status-storage-false',
    title: 'the bus reports itself healthy, but its storage as false',
    caughtBy: runtime('status'),
    cure: { actions: [restarted] },
    class: 'dependency',
    bus: { status: 'storage-false' },
  }),
  processFault({
    name: 'status-storage-unhealthy',
    title: 'the storage of the bus reports an error',
    caughtBy: runtime('status'),
    cure: { actions: [restarted] },
    class: 'dependency',
    bus: { status: 'storage-unhealthy' },
  }),
  processFault({
    name: 'storage-degraded-behind-a-healthy-status',
    title: 'the status is healthy while memory replaces a lost hot store',
    caughtBy: runtime('storage'),
    cure: { actions: [restarted] },
    class: 'dependency',
    alsoRed: [runtime('status')],
    bus: { storageStats: 'degraded' },
  }),
  processFault({
    name: 'storage-stats-of-a-stranger',
    title: 'the statistics are answered by something other than the bus',
    caughtBy: runtime('storage'),
    class: 'dependency',
    alsoRed: [runtime('status'), runtime('configuration-matches')],
    bus: { storageStats: 'stranger' },
  }),
  processFault({
    name: 'version-missing',
    title: 'the bus reports no version',
    caughtBy: runtime('version'),
    seenAs: 'advisory',
    bus: { version: 'missing' },
  }),
  processFault({
    name: 'metrics-garbage',
    title: 'the metrics are cut off in the middle',
    caughtBy: runtime('metrics'),
    bus: { metrics: 'garbage' },
  }),
  processFault({
    name: 'metrics-of-a-stranger',
    title: 'the metrics are answered by something other than the bus',
    caughtBy: runtime('metrics'),
    bus: { metrics: 'stranger' },
  }),
  processFault({
    name: 'prometheus-page-with-other-names',
    title: 'the Prometheus page has the names of the operations runbook, not those of the bus',
    caughtBy: runtime('prometheus-page'),
    says: 'the page lacks arqonbus_active_connections, arqonbus_total_messages, arqonbus_error_rate',
    seenAs: 'advisory',
    bus: { prometheus: 'other-names' },
  }),
  processFault({
    name: 'metrics-renamed',
    title: 'the metrics have another name for the messages than the page of the bus',
    caughtBy: runtime('metrics'),
    says: 'lack total_messages',
    bus: { metrics: 'other-names' },
  }),
]

const telemetryFaults: readonly Fault[] = [
  processFault({
    name: 'telemetry-dead',
    title: 'nothing listens on the telemetry port',
    caughtBy: runtime('telemetry'),
    cure: { actions: [{ words: ['start the bus with telemetry enabled'], mend: true }] },
    class: 'dependency',
    breakIt: ({ bus }) => bus.telemetry.close(),
    mend: ({ bus }) => bus.telemetry.open(),
  }),
  processFault({
    name: 'telemetry-silent',
    title: 'telemetry accepts the connection and never greets',
    caughtBy: runtime('telemetry'),
    class: 'dependency',
    seenAs: 'silent',
    bus: { telemetry: 'silent' },
  }),
  processFault({
    name: 'telemetry-full',
    title: 'telemetry refuses the upgrade with 503',
    caughtBy: runtime('telemetry'),
    class: 'dependency',
    bus: { telemetry: 'refuses' },
  }),
]

export const busProcessFaults: readonly Fault[] = [...absenceFaults, ...accessFaults, ...pageFaults, ...telemetryFaults]
