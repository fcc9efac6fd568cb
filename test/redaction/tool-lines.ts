/**
 * What the tools around a deployment print, in their order, and files without a secret; each a text of several lines.
 */
const TEXTS: readonly string[] = [
  // nginx
  String.raw`10.0.0.7 - - [21/Nov/2026:07:25:02 +0000] "GET /api/v1/tokens?page=2&size=50 HTTP/2.0" 200 5316 "https://app.example/keys" "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
10.0.0.8 - deploy [21/Nov/2026:07:25:03 +0000] "POST /login HTTP/1.1" 302 0 "-" "curl/8.5.0"
10.0.0.9 - - [21/Nov/2026:07:25:04 +0000] "GET /.well-known/jwks.json HTTP/1.1" 404 153 "-" "kube-probe/1.31"
10.0.0.9 - - [21/Nov/2026:07:25:05 +0000] "PUT /v1/secrets/bus/metadata HTTP/1.1" 403 162 "-" "vault-agent/1.17.2"
2026/11/21 07:25:06 [error] 31#31: *1042 connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.7, server: bus.example, request: "GET /ws HTTP/1.1", upstream: "http://10.0.1.4:9100/ws", host: "bus.example"
2026/11/21 07:25:07 [warn] 31#31: *1043 an upstream response is buffered to a temporary file /var/cache/nginx/proxy_temp/1/00/0000000001 while reading upstream
2026/11/21 07:25:08 [crit] 31#31: *1044 SSL_do_handshake() failed (SSL: error:0A000126:SSL routines::unexpected eof while reading) while SSL handshaking, client: 10.0.0.7
2026/11/21 07:25:09 [emerg] 1#1: cannot load certificate key "/etc/nginx/tls/bus.key": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory)
2026/11/21 07:25:10 [notice] 1#1: using the "epoll" event method
nginx: configuration file /etc/nginx/nginx.conf test is successful
    ssl_certificate_key /etc/nginx/tls/bus.key;
    proxy_set_header Authorization $http_authorization;
    proxy_set_header X-Request-Id $request_id;
    limit_req_zone $binary_remote_addr zone=tokens:10m rate=10r/s;
    auth_basic_user_file /etc/nginx/htpasswd;`,
  // postgres
  String.raw`2026-11-21 07:30:00.001 UTC [81] LOG:  starting PostgreSQL 16.4 (Debian 16.4-1.pgdg120+1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14) 12.2.0, 64-bit
2026-11-21 07:30:00.010 UTC [84] LOG:  database system was shut down at 2026-11-21 07:29:58 UTC
2026-11-21 07:30:12.118 UTC [97] arqonbus@arqonbus ERROR:  duplicate key value violates unique constraint "arqonbus_events_pkey"
2026-11-21 07:30:12.118 UTC [97] arqonbus@arqonbus DETAIL:  Key (id)=(4711) already exists.
2026-11-21 07:30:12.119 UTC [97] arqonbus@arqonbus STATEMENT:  INSERT INTO arqonbus_events (id, tenant, kind) VALUES ($1, $2, $3)
2026-11-21 07:30:13.000 UTC [98] arqonbus@arqonbus ERROR:  insert or update on table "tokens" violates foreign key constraint "tokens_user_id_fkey"
2026-11-21 07:30:14.000 UTC [99] [unknown]@[unknown] LOG:  could not accept SSL connection: EOF detected
2026-11-21 07:30:15.000 UTC [99] FATAL:  no pg_hba.conf entry for host "10.0.0.7", user "bus", database "arqonbus", no encryption
2026-11-21 07:30:16.000 UTC [99] HINT:  Use the escape string syntax for escapes, e.g., E'\r\n'.
 Schema |        Name         | Type  |  Owner
--------+---------------------+-------+----------
 public | arqonbus_api_tokens | table | arqonbus
 public | arqonbus_secrets    | table | arqonbus
(2 rows)
   Column   |           Type           | Nullable |      Default
 token_hash | bytea                    | not null |
 expires_at | timestamp with time zone |          | now()
Indexes: "arqonbus_api_tokens_pkey" PRIMARY KEY, btree (id)
Foreign-key constraints: "arqonbus_api_tokens_user_id_fkey" FOREIGN KEY (user_id) REFERENCES users(id)
 password_encryption | scram-sha-256 | Chooses the algorithm for encrypting passwords.
CREATE ROLE bus LOGIN;
ALTER ROLE bus PASSWORD NULL;
COPY 1204`,
  // redis
  String.raw`bind 127.0.0.1 -::1
protected-mode yes
aclfile /etc/redis/users.acl
# requirepass <password>
# masterauth <master-password>
# user <username> ... acl rules ...
masteruser replicator
tls-key-file /etc/redis/tls/redis.key
tls-auth-clients optional
acllog-max-len 128
maxmemory-policy allkeys-lru
notify-keyspace-events ""
user default off
user default on nopass sanitize-payload ~* &* +@all
user metrics on nopass ~arqonbus:* -@all +info +ping +client|setname
user alice off resetpass resetkeys resetchannels -@all
sentinel monitor mymaster 127.0.0.1 6379 2
sentinel auth-user mymaster sentinel
sentinel down-after-milliseconds mymaster 60000
1) "aclfile"
2) "/etc/redis/users.acl"
1) "maxmemory"
2) "268435456"
1732174801.123456 [0 10.0.0.7:51514] "XADD" "arqonbus:history:lab" "*" "kind" "message"
1732174801.123457 [0 10.0.0.7:51514] "HELLO" "3"
1732174801.123458 [0 10.0.0.7:51514] "SET" "arqonbus:preflight:probe" "1" "PX" "30000"
(error) NOAUTH Authentication required.
(error) WRONGPASS invalid username-password pair or user is disabled.
(error) NOPERM User metrics has no permissions to run the 'set' command
(error) ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?
# Keyspace
db0:keys=1204,expires=12,avg_ttl=86395000
cmdstat_auth:calls=14,usec=61,usec_per_call=4.36,rejected_calls=0,failed_calls=2
errorstat_WRONGPASS:count=2`,
  // NATS
  String.raw`[1] 2026/11/21 07:31:00.000001 [INF] Server is ready
[1] 2026/11/21 07:31:00.000002 [INF]   Store Directory: "/data/jetstream"
[1] 2026/11/21 07:31:00.000003 [DBG] 10.0.0.7:51514 - cid:7 - "v1.39.1:go:shield" - Client connection created
[1] 2026/11/21 07:31:00.000004 [TRC] 10.0.0.7:51514 - cid:7 - <<- [CONNECT {"verbose":false,"pedantic":false,"tls_required":false,"name":"shield","lang":"rust","version":"0.33.0","protocol":1,"headers":true,"no_responders":true}]
[1] 2026/11/21 07:31:00.000005 [TRC] 10.0.0.7:51514 - cid:7 - <<- [PUB in.t.tenant_1.raw 512]
[1] 2026/11/21 07:31:00.000006 [TRC] 10.0.0.7:51514 - cid:7 - <<- [SUB _INBOX.3f2b8c1e.* 1]
[1] 2026/11/21 07:31:00.000007 [ERR] 10.0.0.7:51514 - cid:8 - authentication error - Nkey "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4"
[1] 2026/11/21 07:31:00.000008 [WRN] Plaintext passwords detected, use nkeys or bcrypt
[1] 2026/11/21 07:31:00.000009 [ERR] JWT file not found: /etc/nats/resolver.jwt
operator: /etc/nats/operator.jwt
jetstream { store_dir: /data/jetstream, max_mem: 1G }
authorization { timeout: 2 }
tls { cert_file: "/etc/nats/tls/server.crt", key_file: "/etc/nats/tls/server.key", verify: true }
leafnodes { remotes: [ { url: "nats-leaf://hub.example:7422", credentials: "/etc/nats/leaf.creds" } ] }
{"server_id":"NDHKJ5OXLOQMTRSPQ6Q4QKQ7NQO3Z2N4S2JX6VZKU","now":"2026-11-21T07:31:00Z","connections":12,"in_msgs":4711,"out_msgs":4690,"slow_consumers":0}
│ Account        │ bus                                                      │
│ Public key     │ ACDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF │`,
  // kubectl
  String.raw`NAME                          READY   STATUS             RESTARTS        AGE
bus-6d4cf56db6-7k2xq          1/1     Running            0               3d4h
shield-7c9f8b6d5-x9w2v        0/1     CrashLoopBackOff   17 (2m1s ago)   3d4h
token-issuer-5b8f9c7d6-q4z7n  1/1     Running            0               12h
NAME                  TYPE                                  DATA   AGE
bus-secrets           Opaque                                3      41d
registry-credentials  kubernetes.io/dockerconfigjson        1      41d
default-token-x7k2q   kubernetes.io/service-account-token   3      41d
secret/bus-secrets configured
serviceaccount/bus created
error: no matching resources found
Error from server (Forbidden): secrets "bus-secrets" is forbidden: User "system:serviceaccount:ci:deploy" cannot get resource "secrets" in API group "" in the namespace "prod"
Error from server (NotFound): secrets "bus-jwt" not found
  Warning  Failed     2m (x5 over 4m)  kubelet  Error: secret "bus-secrets" not found
  Warning  FailedMount 1m  kubelet  MountVolume.SetUp failed for volume "secrets" : references non-existent secret key: jwt
  Normal   Pulled     2m  kubelet  Successfully pulled image "registry.example/bus@sha256:9fceb02d0ae598e95dc970b74767f19372d61af81b2c3d4e5f60718293a4b5c6" in 1.2s
    Environment Variables from:
      bus-secrets  Secret  Optional: false
    Environment:
      JWT_SECRET:      <set to the key 'jwt' in secret 'bus-secrets'>  Optional: false
      NATS_URL:        nats://nats:4222
apiVersion: v1
kind: Secret
metadata:
  name: bus-secrets
  namespace: prod
type: Opaque
        env:
        - name: ARQONBUS_SERVER_PORT
          value: "9100"
        - name: ARQONBUS_STORAGE_MODE
          value: strict
        - value: production
          name: ARQONBUS_ENVIRONMENT
        - name: JWT_SECRET
          valueFrom:
            secretKeyRef:
              name: bus-secrets
              key: jwt
        - name: DB_PASSWORD
          valueFrom:
            secretKeyRef: { name: bus-secrets, key: postgres-password }
        - name: GREETING
          value: hello
        volumeMounts:
        - name: secrets
          mountPath: /run/secrets
          readOnly: true
      tolerations:
      - key: node.kubernetes.io/not-ready
        operator: Exists
      - key: dedicated
        value: gateway
        effect: NoSchedule
      imagePullSecrets:
      - name: registry-credentials
    kubectl.kubernetes.io/last-applied-configuration: |
      {"apiVersion":"v1","kind":"ConfigMap","data":{"ARQONBUS_ENVIRONMENT":"production"},"metadata":{"name":"bus","namespace":"prod"}}`,
  // git
  String.raw`commit 4f9d8f0c1b7a6e5d3c2b1a09f8e7d6c5b4a39281 (HEAD -> main, origin/main)
Merge: 1a2b3c4 5d6e7f8
Author: Jane Doe <jane@mail.test>
Date:   Sat Nov 21 07:24:53 2026 +0000

    Rotate the token secret; drop the old key from the ring

    Signed-off-by: Jane Doe <jane@mail.test>
    Change-Id: I4f9d8f0c1b7a6e5d3c2b1a09f8e7d6c5b4a39281
4f9d8f0 Rotate the token secret
1a2b3c4 auth: reject tokens without a key id (#412)
diff --git a/src/auth/token.ts b/src/auth/token.ts
index 9fceb02..d0ae598 100644
@@ -12,7 +12,7 @@ export function verifyToken(token: string, key: KeyObject): Claims {
-  return readSecret(name)
+  return await readSecret(name)
+  if (token === undefined) throw new TokenError('missing token')
 3 files changed, 41 insertions(+), 7 deletions(-)
 create mode 100644 docs/secrets.md
remote: Resolving deltas: 100% (7/7), completed with 3 local objects.
To github.com:example/bus.git
   1a2b3c4..4f9d8f0  main -> main
gpg: Good signature from "Jane Doe <jane@mail.test>" [ultimate]
Primary key fingerprint: 9FCE B02D 0AE5 98E9 5DC9  70B7 4767 F193 72D6 1AF8`,
  // npm
  String.raw`bus-tools@1.4.0 /srv/bus-tools
├── @aws-sdk/credential-providers@3.700.0
├─┬ @octokit/auth-token@5.1.1
│ └── universal-user-agent@7.0.2
├── jsonwebtoken@9.0.2
├── npm-registry-fetch@18.0.2
├─┬ passport@0.7.0
│ ├── passport-strategy@1.0.0
│ └── pause@0.0.1
└── secrets-store@2.0.0 extraneous
added 412 packages, and audited 413 packages in 9s
npm error code E401
npm error Unable to authenticate, need: Basic realm="registry"
npm error Incorrect or missing password.
npm notice Security audit: found 0 vulnerabilities
    "node_modules/jsonwebtoken": {
      "version": "9.0.2",
      "resolved": "https://registry.npmjs.org/jsonwebtoken/-/jsonwebtoken-9.0.2.tgz",
      "engines": { "node": ">=12", "npm": ">=6" }`,
  // tracebacks
  String.raw`Traceback (most recent call last):
  File "/opt/arqonbus/src/arqonbus/security/tokens.py", line 88, in verify_token
    claims = jwt.decode(token, key, algorithms=["HS256"], options={"require": ["exp"]})
  File "/usr/lib/python3.12/site-packages/jwt/api_jwt.py", line 210, in decode
    decoded = self.decode_complete(jwt, key, algorithms, options)
jwt.exceptions.InvalidSignatureError: Signature verification failed
KeyError: 'JWT_SECRET'
ValueError: password must not be empty
TypeError: Server.__init__() missing 1 required keyword-only argument: 'token'
redis.exceptions.AuthenticationError: invalid username-password pair or user is disabled.
asyncpg.exceptions.InvalidPasswordError: password authentication failed for user "bus"
thread 'main' panicked at src/auth.rs:42:10: called ${'`'}Result::unwrap()${'`'} on an ${'`'}Err${'`'} value: MissingSecret { name: "JWT_SECRET" }
   2: shield::auth::verify_token
             at ./src/auth.rs:42:10
note: run with ${'`'}RUST_BACKTRACE=1${'`'} environment variable to display a backtrace
Error: connect ECONNREFUSED 127.0.0.1:6379
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1607:16) {
  errno: -111,
  code: 'ECONNREFUSED',
  syscall: 'connect',
  command: { name: 'ping', args: [] }
TokenExpiredError: jwt expired
    at /srv/app/node_modules/jsonwebtoken/verify.js:190:21
java.security.InvalidKeyException: Parameters missing
	at javax.crypto.Cipher.init(Cipher.java:1246)
panic: runtime error: invalid memory address or nil pointer dereference
goroutine 17 [running]:
main.(*TokenStore).Get(0xc0000b4000, {0x0, 0x0})
	/src/token_store.go:51 +0x1d`,
  // metrics and JSON
  String.raw`# HELP shield_tokens_rejected_total Tokens refused by the verifier.
# TYPE shield_tokens_rejected_total counter
shield_tokens_rejected_total{reason="expired"} 412
shield_tokens_rejected_total{reason="bad_signature"} 7
go_memstats_alloc_bytes 2.4711e+06
{"time":"2026-11-21T07:31:00Z","level":"info","msg":"token accepted","sub":"tenant_1","exp":1763710260,"kid":"2026-11"}
{"time":"2026-11-21T07:31:01Z","level":"warn","msg":"key rotation is due","keys":3,"oldest_days":91}
{"metric":"auth.tokens.active","value":4711,"tags":{"name":"bus","env":"prod"}}
{"metrics":[{"name":"cpu","value":0.41},{"name":"tokens_per_second","value":12.5},{"name":"rss","value":268435456}]}
{"name":"bus","version":"1.4.0","keywords":["token","secret","password"],"private":true}
{"labels":[{"key":"team","value":"gateway"},{"key":"tier","value":"backend"}]}
{"sig":"SIGTERM","pid":4711,"name":"bus"}
{"event":"login","method":"password","result":"ok","mfa":false}
{"required":["name","token"],"properties":{"token":{"type":"string"},"password":{"type":"string","minLength":12}}}
{"alg":"HS256","typ":"JWT","kid":"2026-11"}
{"secrets":[],"tokens":0,"password":null,"apiKey":false}
usage: bus [--token-file FILE] [--password-stdin] [--key-id ID]
  --token string       token to authenticate with
  -p, --password       ask for the password
level=info msg="config reloaded" auth.enabled=true token.ttl=15m key.count=3
time=2026-11-21T07:31:02Z level=ERROR msg="verify token" err="token is expired by 3m0s"`,
  // terraform, compose, docker, systemd
  String.raw`  # random_password.jwt will be created
  + resource "random_password" "jwt" {
      + length = 48
      + result = (sensitive value)
    }
  ~ password = (sensitive value)
  ~ instance_count = 2 -> 3
Plan: 1 to add, 1 to change, 0 to destroy.
services:
  bus:
    image: registry.example/bus:1.4.0
    secrets: [jwt]
    environment:
      JWT_SECRET_FILE: /run/secrets/jwt
      ARQONBUS_SERVER_PORT: "9100"
secrets:
  jwt:
    file: ./secrets/jwt.txt
Step 4/9 : ENV NODE_ENV=production PORT=9100
Step 5/9 : ARG BUILD_DATE
 ---> Running in 9fceb02d0ae5
Nov 21 07:24:53 vm systemd[1]: Started bus.service - ArqonBus.
Nov 21 07:24:53 vm sshd[812]: Accepted publickey for deploy from 10.0.0.7 port 51514 ssh2: ED25519 SHA256:9fceb02d0ae598e95dc970b74767f19372d61af81b2
Nov 21 07:24:54 vm sshd[813]: Failed password for invalid user admin from 10.0.0.9 port 40122 ssh2
Nov 21 07:24:55 vm sudo[814]: deploy : TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/usr/bin/systemctl restart bus
LoadCredential=jwt:/etc/bus/jwt
EnvironmentFile=/etc/bus/bus.env`,
]

/** Their lines, each once. */
export const TOOL_LINES: readonly string[] = [...new Set(TEXTS.flatMap((text) => text.split('\n')))].filter(
  (line) => line !== '',
)

export const TOOL_TEXTS = TEXTS
