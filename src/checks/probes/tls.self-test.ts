import { readFileSync } from 'node:fs'
import { createSecureContext, TLSSocket } from 'node:tls'
import { createCertificate } from '../../../sandbox/servers/certificate.js'
import type { SelfTest, SelfTestSubject, Workbench } from '../../engine/self-test.js'
import { serveSilence } from './peers/http-peer.js'

/** A peer with a fresh certificate for 127.0.0.1 and `localhost`, valid for some weeks. */
async function served(workbench: Workbench, input: (certificateFile: string) => object): Promise<SelfTestSubject> {
  const { certificateFile, keyFile } = createCertificate(workbench.folder)
  const secureContext = createSecureContext({ cert: readFileSync(certificateFile), key: readFileSync(keyFile) })
  const port = await workbench.serve(
    (socket) => void new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => undefined).resume(),
  )
  return { input: { host: '127.0.0.1', port, ...input(certificateFile) } }
}

export const selfTest: SelfTest = {
  kind: 'tls',
  expect: 'facts.authorized && facts.daysLeft >= 14',
  cases: [
    {
      meets: 'a certificate that is trusted',
      end: 'pass',
      arrange: (workbench) => served(workbench, (file) => ({ 'trust-file': file })),
    },
    {
      meets: 'an untrusted certificate',
      end: 'fail',
      arrange: (workbench) => served(workbench, () => ({})),
    },
    {
      meets: 'a certificate of another name',
      end: 'fail',
      arrange: (workbench) => served(workbench, (file) => ({ 'trust-file': file, 'server-name': 'elsewhere.example' })),
    },
    {
      meets: 'a peer that is silent',
      end: 'unknown',
      timeout: 1000,
      arrange: async (workbench) => ({ input: { host: '127.0.0.1', port: await serveSilence(workbench) } }),
    },
  ],
}
