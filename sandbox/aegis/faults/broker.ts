import { join } from 'node:path'
import { createAuthority } from '../../servers/certificate.js'
import type { MosquittoOptions } from '../../servers/mosquitto.js'
import { randomSecret } from '../../random-secret.js'
import type { AegisDeployment } from '../deployment.js'
import { aegisFault, blocked, type AegisFault } from './aegis-fault.js'

type Break = Pick<Parameters<typeof aegisFault>[0], 'breakIt' | 'mend'>

const restarts = (options: MosquittoOptions): Break => ({
  breakIt: ({ broker }) => broker.restart(options),
  mend: ({ broker }) => broker.restart(),
})

const otherFolder = ({ folder }: AegisDeployment): string => join(folder, 'other-authority')

const behindLogin = blocked('broker/roundtrip', 'broker/closed')
const behindName = { ...blocked('broker/login'), ...behindLogin }

export const brokerFaults: readonly AegisFault[] = [
  aegisFault({
    name: 'aegis-broker-down',
    group: 'servers',
    title: 'the broker does not run',
    class: 'dependency',
    breakIt: ({ broker }) => broker.stop(),
    mend: ({ broker }) => broker.restart(),
    outcomes: { 'broker/reachable': 'fail', ...blocked('broker/trust', 'broker/name'), ...behindName },
    says: 'connection-refused',
  }),
  aegisFault({
    name: 'aegis-broker-of-an-unknown-authority',
    group: 'servers',
    title: 'the authority that clients trust is not that of the broker',
    breakIt: (deployment) => createAuthority(otherFolder(deployment)),
    inputs: (deployment) => ({ 'aegis.broker_trust_file': join(otherFolder(deployment), 'ca.crt') }),
    outcomes: { 'broker/trust': 'fail', ...blocked('broker/name'), ...behindName },
    says: 'is not trusted',
  }),
  aegisFault({
    name: 'aegis-broker-under-another-name',
    group: 'servers',
    title: 'the certificate of the broker is for another name',
    inputs: { 'aegis.broker_name': 'mosquitto' },
    outcomes: { 'broker/name': 'fail', ...behindName },
    says: 'the certificate names localhost',
  }),
  aegisFault({
    name: 'aegis-broker-refuses-the-login',
    group: 'servers',
    title: 'the broker does not know the password of the client',
    inputs: ({ broker }) => ({ 'aegis.broker_url': broker.tlsUrl.replace(broker.password, randomSecret(32)) }),
    outcomes: { 'broker/login': 'fail', ...behindLogin },
    says: 'the broker refuses the client',
  }),
  aegisFault({
    name: 'aegis-broker-drops-the-topic',
    group: 'servers',
    title: 'the user of Aegis may not use the topic, and the broker says nothing of it',
    ...restarts({ acl: ['user aegis', 'topic readwrite aegis/#'] }),
    outcomes: { 'broker/roundtrip': 'fail' },
    says: 'no message came back from test/health',
  }),
  aegisFault({
    name: 'aegis-broker-open',
    group: 'servers',
    title: 'the broker lets everybody in',
    ...restarts({ access: 'anonymous' }),
    outcomes: { 'broker/closed': 'fail' },
    says: 'without a user',
  }),
]
