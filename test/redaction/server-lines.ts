/** Lines as the servers and services of a deployment log them, each of another kind; none holds a secret. */
export const SERVER_LINES: readonly string[] = String.raw`
1:C 21 Nov 2026 07:24:53.101 * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo
1:C 21 Nov 2026 07:24:53.101 * Configuration loaded
1:M 21 Nov 2026 07:24:53.103 * monotonic clock: POSIX clock_gettime
1:M 21 Nov 2026 07:24:53.105 * Running mode=standalone, port=6379.
1:M 21 Nov 2026 07:24:53.105 # WARNING Memory overcommit must be enabled! Without it, a background save or replication may fail under low memory condition. To fix this issue add 'vm.overcommit_memory = 1' to /etc/sysctl.conf
1:M 21 Nov 2026 07:24:53.106 * Server initialized
1:M 21 Nov 2026 07:24:53.106 * Loading RDB produced by version 7.2.4
1:M 21 Nov 2026 07:24:53.106 * RDB age 86395 seconds
1:M 21 Nov 2026 07:24:53.106 * RDB memory usage when created 1.07 Mb
1:M 21 Nov 2026 07:24:53.110 * Done loading RDB, keys loaded: 1204, keys expired: 3.
1:M 21 Nov 2026 07:24:53.110 * DB loaded from disk: 0.004 seconds
1:M 21 Nov 2026 07:29:54.001 * 100 changes in 300 seconds. Saving...
1:M 21 Nov 2026 07:29:54.002 * Background saving started by pid 4711
4711:C 21 Nov 2026 07:29:54.010 * DB saved on disk
4711:C 21 Nov 2026 07:29:54.010 * Fork CoW for RDB: current 0 MB, peak 0 MB, average 0 MB
1:M 21 Nov 2026 07:29:54.102 * Background saving terminated with success
1:M 21 Nov 2026 07:31:00.000 # Failed opening the temp RDB file temp-1.rdb (in server root dir /data) for saving: Read-only file system
1:M 21 Nov 2026 07:31:00.000 # Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to Redis. Connection from 10.0.0.7:51514 aborted.
1:M 21 Nov 2026 07:32:00.000 # Client id=7 addr=10.0.0.7:51514 laddr=127.0.0.1:6379 fd=8 name=projector age=61 idle=0 flags=N db=0 sub=0 psub=0 ssub=0 multi=-1 qbuf=26 qbuf-free=20448 argv-mem=10 multi-mem=0 rbs=1024 rbp=0 obl=0 oll=0 omem=0 tot-mem=22298 events=r cmd=xreadgroup user=default redir=-1 resp=3 lib-name=redis-py(v5.0.1) lib-ver=5.0.1
1:S 21 Nov 2026 07:33:00.000 * Connecting to MASTER 10.0.0.6:6379
1:S 21 Nov 2026 07:33:00.001 * MASTER <-> REPLICA sync started
1:S 21 Nov 2026 07:33:00.002 * Trying a partial resynchronization (request 8371445ebd6fa6cd5bb4a1ae1f8d9a3bb1c1a7f0:1421).
1:S 21 Nov 2026 07:33:00.003 * Full resync from master: 8371445ebd6fa6cd5bb4a1ae1f8d9a3bb1c1a7f0:1435
1:S 21 Nov 2026 07:33:00.004 # Unable to AUTH to MASTER: -WRONGPASS invalid username-password pair or user is disabled.
1:signal-handler (1763709893) Received SIGTERM scheduling shutdown...
1:M 21 Nov 2026 07:34:53.000 * User requested shutdown...
redis_version:7.2.4
redis_git_sha1:00000000
redis_build_id:5e4b3c2d1a0f9e8d
run_id:c1f7a0b9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3
executable:/usr/bin/redis-server
config_file:/etc/redis/redis.conf
used_memory_human:1.05M
maxmemory_policy:allkeys-lru
rdb_last_bgsave_status:ok
aof_enabled:0
db0:keys=1204,expires=3,avg_ttl=86399981
acl_access_denied_auth:2
cmdstat_auth:calls=12,usec=340,usec_per_call=28.33,rejected_calls=0,failed_calls=2
1) "maxmemory-policy"
2) "noeviction"
ERR wrong number of arguments for 'auth' command
BUSYGROUP Consumer Group name already exists
MOVED 3999 10.0.0.6:6381
2026-11-21 07:24:53.100 UTC [1] LOG:  starting PostgreSQL 16.2 (Debian 16.2-1.pgdg120+2) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14) 12.2.0, 64-bit
2026-11-21 07:24:53.101 UTC [1] LOG:  listening on IPv6 address "::", port 5432
2026-11-21 07:24:53.103 UTC [1] LOG:  listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"
2026-11-21 07:24:53.107 UTC [29] LOG:  database system was shut down at 2026-11-21 07:20:01 UTC
2026-11-21 07:24:53.112 UTC [1] LOG:  database system is ready to accept connections
2026-11-21 07:29:53.209 UTC [27] LOG:  checkpoint starting: time
2026-11-21 07:29:57.629 UTC [27] LOG:  checkpoint complete: wrote 45 buffers (0.3%); 0 WAL file(s) added, 0 removed, 0 recycled; write=4.411 s, sync=0.003 s, total=4.420 s; sync files=12, longest=0.002 s, average=0.001 s; distance=260 kB, estimate=260 kB; lsn=0/195E990, redo lsn=0/195E958
2026-11-21 07:30:00.000 UTC [4711] arqonbus@arqonbus LOG:  connection received: host=10.0.0.7 port=51514
2026-11-21 07:30:00.010 UTC [4711] arqonbus@arqonbus LOG:  connection authorized: user=arqonbus database=arqonbus application_name=projector SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)
2026-11-21 07:30:01.000 UTC [4711] arqonbus@arqonbus LOG:  duration: 1203.114 ms  statement: SELECT id, room, channel FROM arqonbus_message_history WHERE ts > '2026-11-21' ORDER BY id LIMIT 500
2026-11-21 07:30:01.100 UTC [4711] arqonbus@arqonbus ERROR:  duplicate key value violates unique constraint "arqonbus_continuum_projection_pkey"
2026-11-21 07:30:01.100 UTC [4711] arqonbus@arqonbus DETAIL:  Key (event_id)=(arq_1763709893_7_9f3c12) already exists.
2026-11-21 07:30:01.200 UTC [4711] arqonbus@arqonbus ERROR:  canceling statement due to statement timeout
2026-11-21 07:30:01.300 UTC [4712] arqonbus@arqonbus FATAL:  sorry, too many clients already
2026-11-21 07:30:01.400 UTC [4713] [unknown]@[unknown] LOG:  invalid length of startup packet
2026-11-21 07:30:01.500 UTC [4714] arqonbus@missing FATAL:  database "missing" does not exist
2026-11-21 07:30:01.600 UTC [4715] nobody@arqonbus FATAL:  role "nobody" does not exist
2026-11-21 07:30:01.700 UTC [4716] arqonbus@arqonbus FATAL:  no pg_hba.conf entry for host "10.0.0.9", user "arqonbus", database "arqonbus", no encryption
2026-11-21 07:30:01.800 UTC [33] LOG:  automatic vacuum of table "arqonbus.public.arqonbus_message_history": index scans: 1
2026-11-21 07:30:02.000 UTC [1] LOG:  server process (PID 4717) was terminated by signal 9: Killed
2026-11-21 07:30:02.100 UTC [1] LOG:  terminating any other active server processes
2026-11-21 07:30:02.200 UTC [40] LOG:  redo starts at 0/195E958
2026-11-21 07:30:02.300 UTC [1] HINT:  See server log for query details.
password_encryption | scram-sha-256
ssl_ciphers | HIGH:MEDIUM:+3DES:!aNULL
shared_preload_libraries | pg_stat_statements
             List of relations
 public | arqonbus_message_history | table | arqonbus | permanent | heap | 16 kB
could not connect to server: Connection refused Is the server running on host "db.internal" (10.0.0.5) and accepting TCP/IP connections on port 5432?
[1] 2026/11/21 07:24:53.100001 [INF] Starting nats-server
[1] 2026/11/21 07:24:53.100100 [INF]   Version:  2.10.22
[1] 2026/11/21 07:24:53.100101 [INF]   Git:      [240e9a4]
[1] 2026/11/21 07:24:53.100102 [INF]   Cluster:  arqon-prod
[1] 2026/11/21 07:24:53.100103 [INF]   Name:     NCXW6RRYCPMJ3OYXVDCN5FQCFEFOTRM4ZDIPRIQY4QMDLCGRKUVDGZD7
[1] 2026/11/21 07:24:53.100104 [INF]   Node:     uFSCVtbj
[1] 2026/11/21 07:24:53.100105 [INF]   ID:       NCXW6RRYCPMJ3OYXVDCN5FQCFEFOTRM4ZDIPRIQY4QMDLCGRKUVDGZD7
[1] 2026/11/21 07:24:53.100106 [INF] Using configuration file: /etc/nats/nats-server.conf
[1] 2026/11/21 07:24:53.100200 [INF] Starting http monitor on 0.0.0.0:8222
[1] 2026/11/21 07:24:53.100300 [INF] Starting JetStream
[1] 2026/11/21 07:24:53.100301 [INF]   Max Memory:      5.87 GB
[1] 2026/11/21 07:24:53.100302 [INF]   Store Directory: "/data/jetstream"
[1] 2026/11/21 07:24:53.100303 [INF]   API Level:       1
[1] 2026/11/21 07:24:53.200000 [INF] Listening for client connections on 0.0.0.0:4222
[1] 2026/11/21 07:24:53.200001 [INF] Server is ready
[1] 2026/11/21 07:25:00.000000 [DBG] 10.0.0.7:51514 - cid:12 - Client connection created
[1] 2026/11/21 07:25:00.000001 [TRC] 10.0.0.7:51514 - cid:12 - <<- [PING]
[1] 2026/11/21 07:25:00.000002 [TRC] 10.0.0.7:51514 - cid:12 - ->> [PONG]
[1] 2026/11/21 07:25:00.000003 [TRC] 10.0.0.7:51514 - cid:12 - "v1.31.0:go:shield" - <<- [PUB in.t.tenant_42.raw 512]
[1] 2026/11/21 07:25:01.000000 [ERR] 10.0.0.8:51515 - cid:13 - "v2.29.1:nats.js" - authentication error - User "shield"
[1] 2026/11/21 07:25:02.000000 [INF] 10.0.0.8:51515 - cid:13 - Slow Consumer Detected: WriteDeadline of 10s exceeded with 3 chunks of 8192 total bytes.
[1] 2026/11/21 07:25:03.000000 [WRN] JetStream resource limits exceeded for server
[1] 2026/11/21 07:25:04.000000 [ERR] 10.0.0.8:51516 - cid:14 - TLS handshake error: remote error: tls: unknown certificate authority
[1] 2026/11/21 07:25:05.000000 [INF] Entering lame duck mode, stop accepting new clients
{"server_id":"NCXW6RRYCPMJ3OYXVDCN5FQCFEFOTRM4ZDIPRIQY4QMDLCGRKUVDGZD7","server_name":"nats-0","version":"2.10.22","go":"go1.22.8","host":"0.0.0.0","port":4222,"headers":true,"auth_required":true,"tls_required":false,"max_payload":1048576,"jetstream":true,"client_id":12,"client_ip":"10.0.0.7","nonce":"yXa0c9jBe6zqRkA","xkey":"XDHW3YJ7TQ4DZ5UKQBXAUK3FTJ7BWFQHNVYK2CZLXUW6HNRS6ZYRM2QG"}
{"stream":"EVENTS","consumer":"projector","num_pending":0,"num_ack_pending":3,"delivered":{"consumer_seq":1204,"stream_seq":4711}}
2026-11-21 07:24:53,100 - arqonbus.server - INFO - Starting ArqonBus server v1.0.0
2026-11-21 07:24:53,101 - arqonbus.config.config - INFO - Configuration loaded for environment: production
2026-11-21 07:24:53,102 - arqonbus.storage.redis_streams - INFO - Connected to Redis at cache.internal:6379 (db 0)
2026-11-21 07:24:53,103 - arqonbus.storage.postgres - INFO - asyncpg pool ready: min_size=1 max_size=10
2026-11-21 07:24:53,110 - websockets.server - INFO - server listening on 0.0.0.0:9100
2026-11-21 07:25:00,001 - arqonbus.transport.websocket_bus - INFO - Client connected: arq_client_1763709900_3_5d2f9a (total: 12)
2026-11-21 07:25:00,002 - arqonbus.transport.websocket_bus - WARNING - JWT validation failed: token has expired
2026-11-21 07:25:00,003 - arqonbus.security.casil - INFO - decision=ALLOW reason_code=CASIL_POLICY_ALLOWED room=lab channel=events bytes=512
2026-11-21 07:25:00,004 - arqonbus.security.casil - WARNING - decision=BLOCK reason_code=CASIL_POLICY_BLOCKED_SENSITIVE room=lab channel=events flags=contains_probable_secret
2026-11-21 07:25:01,005 - arqonbus.protocol.validator - ERROR - Envelope validation failed: missing field 'version' (message arq_1763709901_8_c0ffee)
2026-11-21 07:25:02,006 - arqonbus.commands.executor - INFO - op.continuum.projector.status completed in 3.2ms
2026-11-21 07:25:03,007 - asyncio - WARNING - Executing <Task pending name='Task-12' coro=<handle_client() running at /srv/arqonbus/src/arqonbus/transport/websocket_bus.py:311>> took 0.114 seconds
2026-11-21 07:25:04,008 - root - CRITICAL - Refusing to start: ARQONBUS_AUTH_JWT_SECRET is not set
ARQONBUS_ENVIRONMENT=production
ARQONBUS_STORAGE_MODE=strict
ARQONBUS_CASIL_MODE=enforce
ARQONBUS_MAX_MESSAGE_SIZE=1048576
websockets.exceptions.ConnectionClosedError: received 1011 (internal error) keepalive ping timeout; then sent 1011 (internal error) keepalive ping timeout
jwt.exceptions.InvalidSignatureError: Signature verification failed
ModuleNotFoundError: No module named 'arqonbus.security.jwt_auth'
  File "/srv/arqonbus/.venv/lib/python3.12/site-packages/redis/asyncio/connection.py", line 274, in connect
redis.exceptions.AuthenticationError: invalid username-password pair or user is disabled.
asyncpg.exceptions.InvalidPasswordError: password authentication failed for user "arqonbus"
arqonbus_messages_total{room="lab",channel="events"} 120412
arqonbus_ws_upgrade_rejections_total{reason="missing_token"} 4
shield_http_requests_total{method="GET",path="/ws",status="401"} 17
process_start_time_seconds 1.76370989324e+09
{"status":"healthy","version":"1.0.0","uptime_seconds":4711.2,"checks":{"redis":"ok","postgres":"ok","telemetry":"disabled"}}
{"level":"INFO","fields":{"message":"listening","addr":"0.0.0.0:8080"},"target":"shield","timestamp":"2026-11-21T07:24:53.100000Z"}
2026-11-21T07:24:53.100000Z  INFO shield: starting version="0.3.1" git_sha="d9b1a62f4c07"
2026-11-21T07:24:53.200000Z  INFO async_nats::connection: event: connected server=4222
2026-11-21T07:24:53.300000Z  WARN shield::middleware::auth: rejected reason="ExpiredSignature" kid=None request_id=3f2b8c1e-8f1d-4c55-9a2e-0a6e5b1c2d3e
2026-11-21T07:24:53.400000Z DEBUG shield::registry::tenant: token bucket refill tenant=tenant_42 tokens=98 capacity=100
2026-11-21T07:24:53.500000Z ERROR shield::policy: wasm trap: out of fuel module=policy.wasm digest=sha256:9fceb02d0ae598e95dc970b74767f19372d61af81b2c3d4e5f60718293a4b5c6
thread 'tokio-runtime-worker' panicked at crates/shield/src/handlers/ws.rs:142:17:
10.0.0.7 - - [21/Nov/2026:07:25:00 +0000] "GET /health HTTP/1.1" 200 83 "-" "kube-probe/1.29" 0.001 3f2b8c1e8f1d4c559a2e0a6e5b1c2d3e
10.0.0.7 - - [21/Nov/2026:07:25:01 +0000] "GET /ws?room=lab&channel=events&v=2 HTTP/1.1" 101 0 "https://app.example.com/rooms/lab" "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
Nov 21 07:25:00 bus-1 systemd[1]: arqonbus.service: Main process exited, code=exited, status=1/FAILURE
Nov 21 07:25:00 bus-1 systemd[1]: arqonbus.service: Scheduled restart job, restart counter is at 5.
Nov 21 07:25:00 bus-1 kernel: Out of memory: Killed process 4711 (python3) total-vm:8123456kB, anon-rss:7654321kB, file-rss:0kB, shmem-rss:0kB, UID:998 pgtables:15432kB oom_score_adj:0
Nov 21 07:25:00 bus-1 sshd[912]: Accepted publickey for deploy from 10.0.0.2 port 50122 ssh2: ED25519 SHA256:mVPwvezndPv/ARoIadVY98vAC0g+P/5633yTC4d/wXE
commit d9b1a62f4c07e5b8a1f3c6d2e9b0a7f4c1d8e5b2 (HEAD -> main, tag: v1.0.0)
index 83db48f..bf269f4 100644
diff --git a/src/arqonbus/config/config.py b/src/arqonbus/config/config.py
sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1  arqonbus-1.0.0-py3-none-any.whl
Digest: sha256:02419de7eddf55aa5bcf49efb74e88fa8d931b4d77c07eff8a6b2144472b6952
"integrity": "sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg==",
docker.io/library/redis:7.2.4-alpine3.19
ghcr.io/novelbytelabs/shield:0.3.1
-rw-r----- 1 postgres ssl-cert 1704 Nov 21 07:00 /etc/ssl/private/ssl-cert-snakeoil.key
tcp   LISTEN 0      4096         0.0.0.0:9100       0.0.0.0:*    users:(("python3",pid=4711,fd=7))
/dev/nvme0n1p1   98G   41G   53G  44% /var/lib/postgresql
preflight run --before-start --env-file .env.production --input repository=/srv/arqonbus --skip arqonbus/gates
NO-GO  exit 1: at least one check failed
request id req_01HZX3V8K2M4N6P8Q0R2S4T6V8 took 12ms, trace 4bf92f3577b34da6a3ce929d0e0e4736, span 00f067aa0ba902b7
traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
ETag: "5f3a1c7e5b2d8064"
Last-Modified: Sat, 21 Nov 2026 07:24:53 GMT
x-request-id: 3f2b8c1e-8f1d-4c55-9a2e-0a6e5b1c2d3e
sec-websocket-version: 13
0000000: 2a31 0d0a 2434 0d0a 5049 4e47 0d0a       *1..$4..PING..
<Buffer 2a 31 0d 0a 24 34 0d 0a 50 49 4e 47 0d 0a>
[ 42, 49, 13, 10, 36, 52, 13, 10, 80, 73, 78, 71, 13, 10 ]
ca:fe:ba:be:00:01 dev eth0 lladdr 02:42:ac:11:00:02 REACHABLE
`
  .split('\n')
  .filter((line) => line !== '')
