import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SelfTest } from '../../engine/self-test.js'

/** Self-signed for selftest.invalid, valid until 2125: `openssl req -x509 -newkey ed25519 -days 36500 …`. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBajCCARygAwIBAgIUJbmdy3Q1pFqYjr6zE0BrhnxgvscwBQYDK2VwMBsxGTAX
BgNVBAMMEHNlbGZ0ZXN0LmludmFsaWQwIBcNMjYxMTMwMjI1MTE2WhgPMjEyNjEx
MDYyMjUxMTZaMBsxGTAXBgNVBAMMEHNlbGZ0ZXN0LmludmFsaWQwKjAFBgMrZXAD
IQBz3jzTsQgf2oxsQUsPBSxpgkg1u7yEjVyD5FCJR60Bs6NwMG4wHQYDVR0OBBYE
FK+225eVZN3xKf8rKgjMfArsbBWuMB8GA1UdIwQYMBaAFK+225eVZN3xKf8rKgjM
fArsbBWuMA8GA1UdEwEB/wQFMAMBAf8wGwYDVR0RBBQwEoIQc2VsZnRlc3QuaW52
YWxpZDAFBgMrZXADQQDssPJeDsimai9mwewyeeP+vgkFsNZiCcbDZLdh4zBCXH9B
nNLa8fF5dyRwMdO049dwpbFBjnxEFcPDlIqmYFEK
-----END CERTIFICATE-----
`

export const selfTest: SelfTest = {
  kind: 'certificate',
  expect: 'facts.parsable && facts.started && facts.daysLeft > 30',
  cases: [
    {
      meets: 'a certificate',
      end: 'pass',
      arrange: ({ folder }) => {
        writeFileSync(join(folder, 'a.crt'), certificate)
        return { input: { path: join(folder, 'a.crt') } }
      },
    },
    {
      meets: 'a file that is cut off',
      end: 'fail',
      arrange: ({ folder }) => {
        writeFileSync(join(folder, 'a.crt'), certificate.slice(0, -40))
        return { input: { path: join(folder, 'a.crt') } }
      },
    },
    {
      meets: 'no file',
      end: 'fail',
      arrange: ({ folder }) => ({ input: { path: join(folder, 'none.crt') } }),
    },
    { meets: 'a folder', end: 'unknown', arrange: ({ folder }) => ({ input: { path: folder } }) },
  ],
}
