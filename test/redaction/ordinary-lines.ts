/** Fills each `#` of a template in turn, so that one template gives as many different lines as there are fillings. */
function filled(templates: readonly string[], fillings: readonly string[]): string[] {
  return templates.flatMap((template, t) =>
    fillings.slice(0, 8).map((_, i) => {
      let next = t + i
      return template.replace(/#/g, () => fillings[next++ % fillings.length] ?? '')
    }),
  )
}

const NUMBERS = ['1', '42', '443', '6379', '5432', '10007', '16384', '268435456', '1767225600']

const BUS = filled(
  [
    '2026-02-20 10:00:0#,123 INFO arqonbus.server WebSocket listening on 127.0.0.1:9100 (workers=#)',
    '2026-02-20 10:01:1#,001 INFO arqonbus.transport client arq_1767225600_#_9f3c connected from 10.0.0.7:5#',
    '2026-02-20 10:01:1#,050 DEBUG arqonbus.routing room=#lab channel=events delivered=# dropped=0',
    '2026-02-20 10:02:2#,777 WARNING arqonbus.casil payload of # bytes exceeds max_inspect_bytes=262144',
    '2026-02-20 10:03:3#,414 ERROR arqonbus.security upgrade refused: 401 Unauthorized, Missing Authorization header (client #)',
    '2026-02-20 10:03:3#,415 ERROR arqonbus.security jwt.exceptions.ExpiredSignatureError: Signature has expired after # s',
    '2026-02-20 10:04:0#,000 INFO arqonbus.config ARQONBUS_ENVIRONMENT=production ARQONBUS_SERVER_PORT=# ARQONBUS_INFRA_PROTOCOL=protobuf',
    '2026-02-20 10:04:0#,010 INFO arqonbus.storage redis_streams ready, stream arqonbus:history:# length=#',
    '2026-02-20 10:04:0#,020 INFO arqonbus.telemetry broadcast to # clients on localhost:8081 in #ms',
    '{"level":"info","ts":"2026-02-20T10:00:0#Z","logger":"arqonbus.http","path":"/health","status":200,"duration_ms":#}',
    '{"type":"message","id":"arq_1767225600_#_ab12cd","version":"1.0","room":"probe","payload":{"welcome":"Connected to ArqonBus","n":#}}',
    'Traceback (most recent call last): File "/opt/arqonbus/src/arqonbus/server.py", line #, in handle_client',
    'arqonbus_uptime_seconds{service="arqonbus"} #',
    'shield_policy_duration_seconds_bucket{le="0.#"} #',
    'INFO shield::auth: rejected token: JWT decode failed (kid none) peer=10.1.2.#:443',
    'WARN shield::policy: module /etc/shield/policy.wasm loaded in #ms, sha256 9fceb02d0ae598e95dc970b74767f19372d61af81b2c3d4e5f60718293a4b5c6',
    'INFO shield: connected to nats://127.0.0.1:4222 publishing in.t.tenant_#.raw',
    'DEBUG shield::ws: binary frame of # bytes echoed trace_id=3f2b8c1e-8f1d-4c55-9a2e-0a6e5b1c2d3#',
  ],
  NUMBERS,
)

const REDIS = filled(
  [
    '#:M 20 Feb 2026 10:00:00.123 * Ready to accept connections tcp',
    '#:C 20 Feb 2026 10:00:00.100 # Redis version=7.2.4, bits=64, commit=00000000, modified=0, pid=#, just started',
    '#:M 20 Feb 2026 10:05:00.000 * 1 changes in # seconds. Saving...',
    '#:S 20 Feb 2026 10:05:01.000 * MASTER <-> REPLICA sync: receiving # bytes from master to disk',
    '#:M 20 Feb 2026 10:05:02.000 # Warning: no config file specified, using the default config.',
    '-NOAUTH Authentication required. (client #)',
    "-READONLY You can't write against a read only replica. (slot #)",
    "-MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. (#)",
    'used_memory:# maxmemory:# maxmemory_policy:noeviction',
    'master_replid:8371445ebd6fa6cd5bb4a1ae1f8d9a3bb1c1a7#',
    'client id=# addr=10.0.0.7:51514 laddr=127.0.0.1:6379 fd=8 name= age=# idle=0 flags=N db=0 cmd=client|list user=default',
  ],
  NUMBERS,
)

const POSTGRES = filled(
  [
    '2026-02-20 10:00:00.123 UTC [#] LOG:  database system is ready to accept connections',
    '2026-02-20 10:00:01.000 UTC [#] LOG:  listening on IPv4 address "0.0.0.0", port 5432',
    '2026-02-20 10:00:02.000 UTC [#] FATAL:  password authentication failed for user "arqonbus"',
    '2026-02-20 10:00:02.001 UTC [#] DETAIL:  Connection matched file "/etc/postgresql/16/main/pg_hba.conf" line #: "host all all 0.0.0.0/0 scram-sha-256"',
    '2026-02-20 10:00:03.000 UTC [#] ERROR:  relation "arqonbus_continuum_projection" does not exist at character #',
    '2026-02-20 10:00:03.001 UTC [#] STATEMENT:  SELECT count(*) FROM arqonbus_message_history WHERE id = #',
    '2026-02-20 10:00:04.000 UTC [#] LOG:  checkpoint complete: wrote # buffers (0.3%); 0 WAL file(s) added, 0 removed',
    '2026-02-20 10:00:05.000 UTC [#] LOG:  connection authenticated: identity="arqonbus" method=scram-sha-256',
    'server version 16.2 (Debian 16.2-1.pgdg120+2), max_connections=#, in recovery: false',
    'idx_arqonbus_cont_proj_events_source_ts | btree | # kB',
    'postgres://arqonbus@db.internal:5432/arqonbus?sslmode=verify-full&connect_timeout=#',
  ],
  NUMBERS,
)

const NATS = filled(
  [
    '[#] 2026/02/20 10:00:00.123456 [INF] Starting nats-server',
    '[#] 2026/02/20 10:00:00.123500 [INF]   Version:  2.10.11 Git: [not set] Name: NDHKJ5OXLOQMTRSPQ6Q4QKQ7NQO3Z2N4S2JX6VZKU',
    '[#] 2026/02/20 10:00:00.124000 [INF] Listening for client connections on 0.0.0.0:4222 (max #)',
    '[#] 2026/02/20 10:00:01.000000 [ERR] 10.0.0.7:51514 - cid:# - authentication error',
    '[#] 2026/02/20 10:00:02.000000 [ERR] cid:# - Permissions Violation - Publish to "in.t.preflight.raw"',
    '[#] 2026/02/20 10:00:03.000000 [INF] JetStream: max memory # MB, max storage # GB',
    'INFO {"server_id":"NABC#","version":"2.10.11","proto":1,"auth_required":true,"max_payload":1048576,"jetstream":true,"client_id":#}',
    "-ERR 'Authorization Violation' (cid #)",
    'PING #',
    'nats: connection to 127.0.0.1:4222 closed after # ms: lame duck mode',
  ],
  NUMBERS,
)

const TOOLS = filled(
  [
    ' ✓ arqonbus/config/infra-protocol  infrastructure traffic is protobuf  #ms',
    ' ✗ shield/secrets/jwt-secret  blocker  under 112 bits: bucket 64–111, attempts #',
    'go: # checks passed, 0 failed, 2 not applicable, exit code 0',
    'cargo test -p shield --tests: test result: ok. # passed; 0 failed; 0 ignored; finished in 0.#s',
    'collected # items, tests/unit/test_token_bucket.py::test_refill PASSED [ #%]',
    'commit 9fceb02d0ae598e95dc970b74767f19372d61af# on main, tag v1.#.0',
    'npm warn deprecated @nats-io/transport-node@3.3.#: see https://registry.npmjs.org/@nats-io/transport-node',
    'drwxr-x--- 2 arqonbus arqonbus # Feb 20 10:00 /var/lib/arqonbus/secrets/jwt-secret.txt',
    'conda run -n helios-gpu-118 python scripts/manual_checks/redis_connection_check.py --timeout #',
    'ECONNREFUSED connect 127.0.0.1:# at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)',
  ],
  NUMBERS,
)

/** Log lines as the deployment's parts and the tools around it write them; none holds a secret. */
export const ORDINARY_LINES: readonly string[] = [...new Set([...BUS, ...REDIS, ...POSTGRES, ...NATS, ...TOOLS])]
