import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/redaction/redact.js'

const redactor = createRedactor([])

/** Credentials are put together here, so that no scanner takes this file for a leak. */
const letters = (count: number): string => 'aZ3kQ9xW7bL2mN5pR8tV1cY4dF6gH0jS'.repeat(9).slice(0, count)
const hexDigits = (count: number): string => '3f9a1c7e5b2d8064'.repeat(9).slice(0, count)
const base32 = (count: number): string => 'ABQ7MZ2XKD4WJ5TN'.repeat(9).slice(0, count)
const jwt = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.${letters(43)}`
const pem = `-----BEGIN RSA PRIVATE KEY-----\n${`${letters(64)}\n`.repeat(5)}-----END RSA PRIVATE KEY-----`

const R = '[redacted]'

/** What goes in and what comes out. */
const MASKED: readonly (readonly [string, string])[] = [
  // private keys
  [`key:\n${pem}\nafter`, `key:\n${R}\nafter`],
  [`{"private_pem":"${pem.replaceAll('\n', '\\n')}","n":1}`, `{"private_pem":"${R}","n":1}`],
  [
    `-----BEGIN EC PRIVATE KEY-----\n${letters(64)}\n${letters(64)}\nplain words follow here\n`,
    `${R}plain words follow here\n`,
  ],
  [`${letters(64)}\n${letters(64)}\n-----END PRIVATE KEY-----\nafter`, `${R}\nafter`],
  [`-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------\n`, `${R}-\n`],
  [`-----BEGIN USER NKEY SEED-----\nSU${base32(56)}\n------END USER NKEY SEED------\n`, `${R}-\n`],
  [`-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 1\n\n${letters(60)}\n-----END PGP PRIVATE KEY BLOCK-----`, R],
  [`{"kty":"RSA","n":"${letters(40)}","d":"${letters(40)}"}`, `{"kty":"RSA","n":"${letters(40)}","d":"${R}"}`],
  // tokens
  [`got ${jwt} from`, `got ${R} from`],
  [`unsigned eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0. sent`, `unsigned ${R} sent`],
  [`ghp_${letters(36)},`, `${R},`],
  [`github_pat_${letters(60)}`, R],
  [`glpat-${letters(20)} x`, `${R} x`],
  [`xoxb-${hexDigits(12)}-${letters(24)}`, R],
  [`id AKIA${base32(16)} used`, `id ${R} used`],
  [`AIza${letters(35)}`, R],
  [`sk_live_${letters(24)}`, R],
  [`npm_${letters(36)}`, R],
  [`hvs.${letters(24)}`, R],
  [`SG.${letters(22)}.${letters(43)}`, R],
  [`AGE-SECRET-KEY-1${base32(58)}`, R],
  [`seed SU${base32(56)} loaded`, `seed ${R} loaded`],
  [`bot 123456789:AA${letters(33)}`, `bot ${R}`],
  // headers
  ['Authorization: Bearer abc.def\r\nHost: h', `Authorization: ${R}\r\nHost: h`],
  ['proxy-authorization: Basic QQ==', `proxy-authorization: ${R}`],
  ['Cookie: a=b; c=d', `Cookie: ${R}`],
  ['Set-Cookie: sid=1; HttpOnly\nX: y', `Set-Cookie: ${R}\nX: y`],
  [`{'Authorization': 'Bearer x', 'Host': 'h'}`, `{'Authorization': '${R}', 'Host': 'h'}`],
  ['X-API-Key: k1', `X-API-Key: ${R}`],
  [`curl -H "Authorization: Bearer abc" http://h/`, `curl -H "Authorization: ${R}" http://h/`],
  ['GET / HTTP/1.1\\r\\nAuthorization: Bearer x\\r\\nHost: h', `GET / HTTP/1.1\\r\\nAuthorization: ${R}\\r\\nHost: h`],
  ['sent bearer abc123def456', `sent bearer ${R}`],
  [`{"auths":{"h":{"auth":"${Buffer.from('user:pw').toString('base64')}"}}}`, `{"auths":{"h":{"auth":"${R}"}}}`],
  [`Basic ${Buffer.from('user:pw').toString('base64')} refused`, `Basic ${R} refused`],
  // keys and values
  ['password=x', `password=${R}`],
  ['password: x', `password: ${R}`],
  ['db_password = "a b" # note', `db_password = "${R}" # note`],
  ['JWT_SECRET=abc def', `JWT_SECRET=${R}`],
  ['export PGPASSWORD=abc', `export PGPASSWORD=${R}`],
  ['REDISCLI_AUTH=abc', `REDISCLI_AUTH=${R}`],
  ['{"password":"a\\"b","user":"u"}', `{"password":"${R}","user":"u"}`],
  ['{\\"apiKey\\":\\"abc\\",\\"n\\":1}', `{\\"apiKey\\":\\"${R}\\",\\"n\\":1}`],
  ['{"clientSecret": 12345, "n": 2}', `{"clientSecret": ${R}, "n": 2}`],
  [`{ password: 'it''s', user: 'u' }`, `{ password: '${R}', user: 'u' }`],
  ['level=info token=abc,def user=u', `level=info token=${R} user=u`],
  ['token=abc, user=u', `token=${R}, user=u`],
  ['AccountKey=abc+/=;EndpointSuffix=core', `AccountKey=${R};EndpointSuffix=core`],
  ['host=db1 password=abc dbname=x', `host=db1 password=${R} dbname=x`],
  ["host=db1 password='a b' dbname=x", `host=db1 password='${R}' dbname=x`],
  ['password: |\n  one\n  two\nuser: u', `password: |\n  ${R}\nuser: u`],
  ['  secret: correct horse battery\n  user: u', `  secret: ${R}\n  user: u`],
  ['(token=abc)', `(token=${R})`],
  ["KeyError: {'secret_key': 'abc'}", `KeyError: {'secret_key': '${R}'}`],
  // URLs
  ['redis://:pw@h:6379/0', `redis://:${R}@h:6379/0`],
  ['redis://u:p@ss@h:6379/0', `redis://u:${R}@h:6379/0`],
  ['redis://:p/w@h:6379/0', `redis://:${R}@h:6379/0`],
  ['nats://tok@h:4222', `nats://${R}@h:4222`],
  ['nats://u:p@h1:4222,nats://u:q@h2:4222', `nats://u:${R}@h1:4222,nats://u:${R}@h2:4222`],
  [
    'postgresql://u:pw@[2001:db8::1]:5432/d?sslmode=require',
    `postgresql://u:${R}@[2001:db8::1]:5432/d?sslmode=require`,
  ],
  ['https://u:pw@h/@scope/pkg', `https://u:${R}@scope/pkg`],
  ['"postgres:\\/\\/u:pw@h\\/d"', `"postgres:\\/\\/u:${R}@h\\/d"`],
  ['GET /ws?token=abc&x=1', `GET /ws?token=${R}&x=1`],
  ['/cb?x=1&X-Amz-Signature=0123456789ab&y=2', `/cb?x=1&X-Amz-Signature=${R}&y=2`],
  ['https://hooks.slack.com/services/T0/B0/abcdef', `https://hooks.slack.com/services${R}`],
  // command lines
  ['tool --password abc --port 5', `tool --password ${R} --port 5`],
  ['tool --api-key=abc', `tool --api-key=${R}`],
  [`tool --token 'a b' x`, `tool --token '${R}' x`],
  [`["--db-password", "abc", "-v"]`, `["--db-password", "${R}", "-v"]`],
  ['redis-cli -h h -a abc ping', `redis-cli -h h -a ${R} ping`],
  ['curl -s -u user:abc http://h', `curl -s -u user:${R} http://h`],
  ['mysql -u root -pabc db', `mysql -u root -p${R} db`],
  ['sshpass -p abc ssh h', `sshpass -p ${R} ssh h`],
  // files
  ['machine h login u password abc', `machine h login u password ${R}`],
  ['machine h\n  login u\n  password abc\n', `machine h\n  login u\n  password ${R}\n`],
  ['db1:5432:arqon:bob:abc', `db1:5432:arqon:bob:${R}`],
  ['*:*:*:bob:a\\:b', `*:*:*:bob:${R}`],
  ['//registry.example/:_authToken=abc', `//registry.example/:_authToken=${R}`],
  ['_auth=QUJD', `_auth=${R}`],
  ['requirepass abc', `requirepass ${R}`],
  // server protocols
  ['AUTH abc', `AUTH ${R}`],
  ['AUTH default abc', `AUTH ${R}`],
  ['HELLO 3 AUTH default abc SETNAME x', `HELLO 3 AUTH ${R} SETNAME x`],
  ['1700000000.1 [0 127.0.0.1:1] "AUTH" "u" "abc"', `1700000000.1 [0 127.0.0.1:1] "AUTH" "${R}"`],
  ['*2\r\n$4\r\nAUTH\r\n$3\r\nabc\r\n', `*2\r\n$4\r\nAUTH\r\n${R}`],
  ['CONFIG SET requirepass abc', `CONFIG SET requirepass ${R}`],
  ['ACL SETUSER bob on >abc ~*', `ACL SETUSER bob on >${R} ~*`],
  ["ALTER ROLE bob PASSWORD 'abc';", `ALTER ROLE bob PASSWORD '${R}';`],
  [`CONNECT {"user":"u","pass":"abc","lang":"node"}`, `CONNECT {"user":"u","pass":"${R}","lang":"node"}`],
  [`SCRAM-SHA-256$4096:${letters(22)}==$${letters(43)}=:${letters(43)}=`, R],
  [`c=biws,r=${letters(24)},p=${letters(43)}=`, R],
  [`r=${letters(24)},s=${letters(22)}==,i=4096`, R],
  [`md5${hexDigits(32)}`, R],
  [`$2b$12$${letters(53)}`, R],
  [`$argon2id$v=19$m=65536,t=3,p=4$${letters(22)}$${letters(43)}`, R],
]

describe('a credential told by its shape', () => {
  test.each(MASKED)('%j', (input, output) => {
    expect(redactor.text(input)).toBe(output)
    expect(redactor.text(output)).toBe(output)
  })

  test('is masked inside base64 and under escape sequences too', () => {
    expect(redactor.text(`data ${Buffer.from('{"user":"u","password":"abc"}').toString('base64')} end`)).toMatch(
      /^data .*\[redacted\].* end$/,
    )
    expect(redactor.text('pass\x1b[1mword\x1b[0m=abc')).toBe(`pass\x1b[1mword\x1b[0m=${R}`)
  })
})

/** Words about credentials that are none. */
const KEPT: readonly string[] = [
  'JsonWebTokenError: token expired',
  'TokenExpiredError: jwt expired',
  'jwt.exceptions.InvalidTokenError: Signature verification failed',
  '{"error":"Unauthorized","details":"Authorization header is not Bearer token format"}',
  'WWW-Authenticate: Bearer realm="arqonbus"',
  'Missing Authorization header',
  'shield/secrets/jwt-secret: fail',
  'shield/secrets/jwt-secret-margin  warn  112 to 159 bits',
  'FATAL:  password authentication failed for user "arqonbus"',
  'NOAUTH Authentication required.',
  '-WRONGPASS invalid username-password pair or user is disabled.',
  '-ERR AUTH <password> called without any password configured for the default user.',
  "nats: 'Authorization Violation'",
  "ERR wrong number of arguments for 'auth' command",
  'invalid token: signature mismatch',
  'password: ',
  'password=${PGPASSWORD}',
  'secretName: arqonbus-tls',
  'tokenType=bearer max_tokens=4096 token_count: 5',
  'password_encryption = scram-sha-256',
  'use --password to set one',
  'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
  'id 3f2b8c1e-8f1d-4c55-9a2e-0a6e5b1c2d3e',
  'https://registry.npmjs.org/@nats-io/transport-node',
  'postgres://arqonbus@db.internal:5432/arqonbus',
  'git clone ssh://git@github.com/novelbytelabs/ArqonBus.git',
  'http://localhost:4873/@scope/pkg',
  'auth-token:8080 is a host and a port',
  'secret: true',
  '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ\n-----END CERTIFICATE-----',
  '-----BEGIN PUBLIC KEY-----',
  'authorization: disabled',
  `public key U${base32(55)}`,
  'src/token.ts:10:5 - error TS2322: Type is not assignable',
  '2001:db8:0:1:2:3:4:5',
]

describe('a text about credentials', () => {
  test.each(KEPT)('stays: %j', (input) => {
    expect(redactor.text(input)).toBe(input)
  })
})
