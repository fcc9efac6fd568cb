import { type BusState, uptimeSeconds } from './bus-state.js'
import { type HttpAnswer, json, loginPage, silence, text } from './http-answer.js'
import { type PageValues, recordedPage } from './recorded-page.js'

const service = 'arqonbus'
const busVersion = '1.0.0'
const now = (): string => new Date().toISOString()

/** A page in the shape of the contract, for what this bus's launcher handed over. */
function page({ shape, store }: BusState, name: string, values: PageValues): HttpAnswer {
  return recordedPage(shape, name, store.backend, values)
}

/** A constant in its contractual form: it says nothing of storage. */
export async function healthPage(state: BusState): Promise<HttpAnswer> {
  switch (state.misbehaviour.health) {
    case 'contract':
      return page(state, 'health', { now: now() })
    case 'unhealthy':
      return json({ status: 'unhealthy', timestamp: now(), service })
    case 'error':
      return json({ status: 'error', error: 'internal error' }, 500)
    case 'html':
      return loginPage
    case 'empty':
      return text('', 'application/json')
    case 'redirect':
      return text('', 'text/html', 302, { Location: '/login' })
    case 'endless':
      return { kind: 'never-ends', body: '{"status":"healthy","padding":"' }
    case 'silent':
      return silence
  }
}

function requestCounts(state: BusState): object {
  const total = [...state.requests.values()].reduce((sum, count) => sum + count, 0)
  return { total_requests: total, requests_by_endpoint: Object.fromEntries(state.requests), error_count: state.errors }
}

async function storageHealth(state: BusState): Promise<unknown> {
  switch (state.misbehaviour.status) {
    case 'storage-false':
      return false
    case 'storage-unhealthy':
      return { status: 'unhealthy', error: 'connection pool exhausted' }
    case 'storage-health-false':
      return { health: false }
    default:
      return state.store.isHealthy()
  }
}

function telemetryValues({ settings }: BusState): PageValues {
  return {
    telemetryEnabled: settings.isTelemetryEnabled,
    telemetryHost: settings.telemetryHost,
    telemetryPort: settings.telemetryPort,
  }
}

/** Always HTTP 200, degraded or not, storage or none. */
export async function statusPage(state: BusState): Promise<HttpAnswer> {
  const { misbehaviour } = state
  if (misbehaviour.status === 'silent') return silence
  if (misbehaviour.status === 'error')
    return json({ status: 'error', timestamp: now(), error: 'status check failed' }, 500)
  const isDegraded = misbehaviour.status === 'degraded' || misbehaviour.status === 'storage-unhealthy'
  return page(state, 'status', {
    ...telemetryValues(state),
    health: isDegraded ? 'degraded' : 'healthy',
    now: now(),
    version: busVersion,
    uptime: uptimeSeconds(state),
    requests: requestCounts(state),
    ping: await storageHealth(state),
  })
}

/** Prints the datastore URL with its password, as the real one does. */
export async function storageStatsPage(state: BusState): Promise<HttpAnswer> {
  const stats = state.misbehaviour.storageStats
  if (stats === 'missing') return json({ error: 'not found' }, 404)
  if (stats === 'stranger') return json({ ok: 1 })
  const truth = {
    ...(await state.store.figures()),
    storageMode: state.settings.storageMode,
    backendClass: state.store.className,
  }
  return page(
    state,
    'storage-stats',
    stats === 'degraded' ? { ...truth, degraded: true, fallbackOperations: 2 } : truth,
  )
}

export async function versionPage(state: BusState): Promise<HttpAnswer> {
  const { version } = state.misbehaviour
  if (version === 'missing') return json({ error: 'not found' }, 404)
  return page(state, 'version', { version: version === 'empty' ? '' : busVersion, now: now() })
}

/**
 * JSON, although the runbook calls it Prometheus. The number of clients is in no page: the field of that name is
 * constantly 0.
 */
export async function metricsPage(state: BusState): Promise<HttpAnswer> {
  const metrics = state.misbehaviour.metrics
  if (metrics === 'garbage') return text('{"system": {"uptime_seconds": 1', 'application/json')
  if (metrics === 'prometheus') return text('arqonbus_uptime_seconds 1\n', 'text/plain; version=0.0.4')
  if (metrics === 'error') return json({ error: 'Failed to get metrics' }, 500)
  if (metrics === 'stranger') return json({ ok: 1 })
  if (metrics === 'other-names')
    return json({
      system: { uptime_seconds: uptimeSeconds(state), active_connections: 0, messages_total: 0, error_rate: 0 },
    })
  return page(state, 'metrics', {
    started: new Date(state.startedAt).toISOString(),
    uptime: metrics === 'negative' ? -1 : uptimeSeconds(state),
    messages: state.totalMessages,
    commands: state.totalCommands,
    errorRate: state.errors / Math.max(1, state.totalCommands),
    now: now(),
    requests: requestCounts(state),
  })
}

/** Fails as the running server does, which sets a charset twice. */
export async function prometheusPage(state: BusState): Promise<HttpAnswer> {
  const promised = [
    '# ArqonBus Prometheus Metrics',
    'arqonbus_connections_active 0',
    'arqonbus_messages_total 1',
    'arqonbus_uptime_seconds 1',
    '',
  ]
  if (state.misbehaviour.prometheus === 'other-names') return text(promised.join('\n'), 'text/plain; version=0.0.4')
  return page(state, 'metrics-prometheus', {})
}

/** The configuration of the running process, whatever its environment has been changed to since. */
export async function configurationPage(state: BusState): Promise<HttpAnswer> {
  const { settings, misbehaviour } = state
  if (misbehaviour.configuration === 'error') return json({ error: 'Failed to get system config' }, 500)
  const telemetry =
    misbehaviour.configuration === 'other-telemetry' ? { telemetryPort: settings.telemetryPort + 1 } : {}
  return page(state, 'system-config', {
    ...telemetryValues(state),
    ...telemetry,
    host: settings.host,
    port: settings.port,
  })
}
