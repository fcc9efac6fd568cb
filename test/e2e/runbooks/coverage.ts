/** A procedure of the two written runbooks that a person carries out, and the built-in runbooks that take its place. */
interface CoveredRow {
  readonly row: string
  readonly what: string
  readonly runbooks: readonly [string, ...string[]]
}

const row = (id: string, what: string, ...runbooks: [string, ...string[]]): CoveredRow => ({
  row: id,
  what,
  runbooks: runbooks.map((name) => `arqonbus/${name}`) as [string, ...string[]],
})

/**
 * Every row of the inventory whose kind is runbook, checklist or alert, for ArqonBus operations (000) and the
 * production preflight (003).
 */
export const coverage: readonly CoveredRow[] = [
  row('000-03', 'what a production deployment presupposes', 'deploy-prerequisites'),
  row('000-04', 'production deployment', 'deploy-production', 'start'),
  row('000-05', 'development deployment, plain and with debug output', 'deploy-development'),
  row('000-11', 'changing the inspection policy while the bus runs', 'casil-reload'),
  row('000-15', 'the five alerts', 'monitoring-alerts'),
  row('000-18', 'inspection that only reports', 'casil-enable-monitor'),
  row('000-19', 'inspection that blocks', 'casil-tighten'),
  row('000-20', 'back to reporting, or off', 'casil-relax'),
  row('000-21', 'containing an incident by inspection', 'casil-incident'),
  row('000-25', 'capacity, week by week', 'weekly'),
  row('000-26', 'performance, week by week', 'weekly'),
  row('000-27', 'security, month by month', 'monthly'),
  row('000-28', 'backups and recovery, month by month', 'monthly', 'redis-backup'),
  row('000-29', 'the bus does not start', 'troubleshoot-start'),
  row('000-30', 'the bus takes too much memory', 'troubleshoot-memory'),
  row('000-31', 'clients time out', 'troubleshoot-timeouts'),
  row('000-32', 'Redis is not reached', 'troubleshoot-redis', 'datastore-failover'),
  row('000-33', 'restart at once', 'emergency-restart', 'restart'),
  row('000-34', 'memory in place of the datastore', 'recover-memory-mode'),
  row('000-35', 'a backup put back into Redis', 'recover-redis-backup'),
  row('000-36', 'more buses for a while', 'recover-scale'),
  row('000-39', 'more connections and larger messages', 'tune'),
  row('000-40', 'settings of Redis', 'tune-redis'),
  row('000-41', 'compression', 'tune'),
  row('000-42', 'less history in memory', 'tune'),
  row('000-43', 'Redis as the storage', 'tune'),
  row('000-45', 'the firewall', 'firewall'),
  row('003-05', 'the seven commands before a deployment', 'preflight-gates'),
  row('003-08', 'what engineering gets when the preflight fails', 'preflight-incident'),
  row(
    '003-09',
    "the projector's migration, backup and restore",
    'projector-migration',
    'projector-backup',
    'projector-restore',
  ),
]
