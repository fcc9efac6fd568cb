/**
 * Settings that decide what a server keeps, drops and refuses. None of them holds a credential, as `requirepass` or
 * `masterauth` do.
 */
export const settingNames = [
  'appendfsync',
  'appendonly',
  'client-output-buffer-limit',
  'cluster-enabled',
  'databases',
  'hz',
  'io-threads',
  'latency-monitor-threshold',
  'maxclients',
  'maxmemory',
  'maxmemory-policy',
  'min-replicas-max-lag',
  'min-replicas-to-write',
  'protected-mode',
  'replica-read-only',
  'replica-serve-stale-data',
  'save',
  'slowlog-log-slower-than',
  'slowlog-max-len',
  'stop-writes-on-bgsave-error',
  'tcp-keepalive',
  'timeout',
] as const
