import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pemOf } from '../../../scripts/driver-vectors/certificates/matrix.js'
import { authority } from '../../../scripts/driver-vectors/certificates/parts.js'
import { certificateProblems } from '../../../src/net/drivers/driver.js'
import { ElsewhereError } from '../../../src/base/errors.js'
import { Secret } from '../../../src/redaction/secret-value.js'
import { certificatesOf } from '../../../src/net/named-files.js'
import { onNatsLeg } from '../../../src/checks/probes/relay/nats-listener.js'
import { natsTrust, parseNatsUrl } from '../../../src/net/nats/nats-url.js'
import { misconfigured } from '../../../src/net/refusal.js'

const trusted = pemOf([authority().certificate])
let folder: string
let file: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nats-trust-'))
  file = join(folder, 'trusted.crt')
  await writeFile(file, trusted)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const target = (named?: string, driver: string | undefined = 'async-nats') =>
  parseNatsUrl(new Secret('tls://bus.example.test'), driver, {
    variable: (name) => (name === 'SSL_CERT_FILE' ? named : undefined),
    home: undefined,
  })

describe('what a client of NATS trusts', () => {
  it('is the file that is given, which is read at once', async () => {
    expect(await (await natsTrust(file, target('/nowhere')))()).toBe(trusted)
    await expect(natsTrust(join(folder, 'gone.crt'), target())).rejects.toMatchObject({
      problem: { code: 'trust-file-unreadable' },
    })
  })

  it('is left to Node where no driver is named', async () => {
    expect(await (await natsTrust('', parseNatsUrl(new Secret('tls://bus.example.test'))))()).toBeUndefined()
  })

  it('is the file that the environment under test names, alone', async () => {
    expect(await (await natsTrust('', target(file)))()).toBe(trusted)
  })

  it('is asked for when TLS begins: a file that is not there, or holds none, or belongs to another host', async () => {
    const [gone, empty, elsewhere] = [
      await natsTrust('', target(join(folder, 'gone.crt'))),
      await natsTrust('', target('')),
      await natsTrust('', target(file), 'elsewhere'),
    ]
    await expect(gone()).rejects.toMatchObject({ problem: { code: 'file-not-found' } })
    await expect(empty()).rejects.toMatchObject({ problem: { code: 'file-not-found' } })
    await expect(elsewhere()).rejects.toThrow(ElsewhereError)
    await writeFile(join(folder, 'notes.txt'), 'nothing of use\n')
    await expect((await natsTrust('', target(join(folder, 'notes.txt'))))()).rejects.toMatchObject({
      problem: { code: 'file-unreadable' },
    })
  })

  it("is this host's authorities where none is named, or Node's", async () => {
    expect(certificatesOf((await (await natsTrust('', target(), 'elsewhere'))()) ?? '').length).toBeGreaterThan(50)
  })
})

it('a certificate that the driver refuses is a matter of TLS on the way to NATS', () => {
  for (const code of [...certificateProblems, 'certificate-refused', 'file-not-found']) {
    expect(onNatsLeg(misconfigured(code, 'words'))).toMatchObject({
      problem: { code: 'nats-tls', detail: `${code}: words` },
    })
  }
})
