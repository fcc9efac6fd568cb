import { type HttpAnswer, json, loginPage, silence, text } from './http-answer.js'
import { type BusState, uptimeSeconds } from './bus-state.js'

const service = 'arqonbus'
export const busVersion = '1.0.0'
const now = (): string => new Date().toISOString()

/** A constant in its contractual form: it says nothing of storage. */
export async function healthPage({ misbehaviour }: BusState): Promise<HttpAnswer> {
  switch (misbehaviour.health) {
    case 'contract':
      return json({ status: 'healthy', timestamp: now(), service })
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
    case 'storage-absent':
      return undefined
    default:
      return state.store.isHealthy()
  }
}

/** Always HTTP 200, degraded or not, storage or none. */
export async function statusPage(state: BusState): Promise<HttpAnswer> {
  const { misbehaviour, settings } = state
  if (misbehaviour.status === 'silent') return silence
  if (misbehaviour.status === 'error') return json({ status: 'error', timestamp: now(), error: 'status check failed' }, 500)
  const storage = await storageHealth(state)
  const isDegraded = misbehaviour.status === 'degraded' || misbehaviour.status === 'storage-unhealthy'
  return json({
    status: isDegraded ? 'degraded' : 'healthy',
    timestamp: now(),
    service,
    version: busVersion,
    uptime_seconds: uptimeSeconds(state),
    endpoints: { http: true, websocket: true, storage: storage !== undefined, telemetry: settings.isTelemetryEnabled },
    requests: requestCounts(state),
    storage,
    telemetry: { status: 'healthy', enabled: settings.isTelemetryEnabled, host: settings.telemetryHost, port: settings.telemetryPort },
  })
}

/** Prints the datastore URL with its password, as the real one does. */
export async function storageStatsPage(state: BusState): Promise<HttpAnswer> {
  const stats = state.misbehaviour.storageStats
  if (stats === 'missing') return json({ error: 'not found' }, 404)
  const truth = await state.store.stats()
  if (stats === 'degraded') return json({ ...truth, degraded_mode_active: true })
  if (stats === 'unavailable') return json({ ...truth, redis_available: false, degraded_mode_active: true })
  return json(truth)
}

export async function versionPage({ misbehaviour }: BusState): Promise<HttpAnswer> {
  if (misbehaviour.version === 'missing') return json({ error: 'not found' }, 404)
  return json({ service, version: misbehaviour.version === 'empty' ? '' : busVersion, timestamp: now() })
}

/** JSON, although the runbook calls it Prometheus. */
export async function metricsPage(state: BusState): Promise<HttpAnswer> {
  const page = state.misbehaviour.metrics
  if (page === 'garbage') return text('{"system": {"uptime_seconds": 1', 'application/json')
  if (page === 'prometheus') return text('arqonbus_uptime_seconds 1\n', 'text/plain; version=0.0.4')
  if (page === 'error') return json({ error: 'Failed to get metrics' }, 500)
  const system = {
    start_time: new Date(state.startedAt).toISOString(),
    uptime_seconds: page === 'negative' ? -1 : uptimeSeconds(state),
    active_connections: page === 'negative' ? -3 : state.activeConnections,
    total_messages: state.totalMessages,
    total_commands: state.totalCommands,
    error_rate: state.errors / Math.max(1, state.totalCommands),
    counters: {},
    gauges: {},
  }
  return json({ system, commands: {}, performance: {}, raw_metrics: {}, timestamp: now(), http_server: requestCounts(state) })
}

/** Fails as the running server does, which sets a charset twice. */
export async function prometheusPage(): Promise<HttpAnswer> {
  return json({ error: 'Failed to get Prometheus metrics', details: 'charset must not be in content_type argument' }, 500)
}

/** The configuration of the running process, whatever its environment has been changed to since. */
export async function configurationPage(state: BusState): Promise<HttpAnswer> {
  const { settings, misbehaviour, store } = state
  if (misbehaviour.configuration === 'error') return json({ error: 'Failed to get system config' }, 500)
  const telemetryPort = misbehaviour.configuration === 'other-telemetry' ? settings.telemetryPort + 1 : settings.telemetryPort
  return json({
    server: { host: settings.host, port: settings.port, enabled: true },
    storage: { type: misbehaviour.configuration === 'memory' ? 'memory' : store.type, available: true },
    telemetry: { enabled: settings.isTelemetryEnabled, host: settings.telemetryHost, port: telemetryPort },
    features: { cors: ['*'], rate_limiting: true },
  })
}
