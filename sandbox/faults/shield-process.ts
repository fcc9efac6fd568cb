import { randomSecret } from '../random-secret.js'
import type { Fault } from './fault.js'
import { processFault } from './process-fault.js'

const runtime = (name: string): string => `shield/runtime/${name}`
const missingToken = runtime('rejects-missing-token')
const otherRejections = [
  'rejects-malformed-authorization',
  'rejects-forged-token',
  'rejects-expired-token',
  'rejects-unsigned-token',
].map(runtime)
const relay = runtime('relays-valid-envelope')
const refusal = runtime('refuses-invalid-envelope')

export const shieldProcessFaults: readonly Fault[] = [
  processFault({
    name: 'shield-down',
    title: 'nothing listens where Shield should be',
    caughtBy: runtime('reachable'),
    cure: { actions: [{ words: ['start Shield'], mend: true }] },
    class: 'dependency',
    alsoRed: [missingToken, ...otherRejections, relay, refusal],
    breakIt: ({ shield }) => shield.edge.close(),
    mend: ({ shield }) => shield.edge.open(),
  }),
  processFault({
    name: 'shield-auth-off',
    title: 'Shield accepts every client',
    caughtBy: missingToken,
    alsoRed: otherRejections,
    shield: { authentication: 'off' },
  }),
  processFault({
    name: 'shield-refuses-with-403',
    title: 'a proxy in front of Shield answers every upgrade with 403',
    caughtBy: missingToken,
    alsoRed: [...otherRejections, relay, refusal],
    shield: { authentication: 403 },
  }),
  processFault({
    name: 'shield-refuses-for-another-reason',
    title: 'Shield refuses everybody with 401 because the tenant is suspended',
    caughtBy: missingToken,
    alsoRed: [...otherRejections, relay, refusal],
    shield: { authentication: 'other-reason' },
  }),
  processFault({
    name: 'shield-accepts-malformed-authorization',
    title: 'Shield accepts an Authorization header that is not a bearer token',
    caughtBy: runtime('rejects-malformed-authorization'),
    shield: { acceptsMalformedAuthorization: true },
  }),
  processFault({
    name: 'shield-accepts-forged',
    title: 'Shield does not verify the signature of a token',
    caughtBy: runtime('rejects-forged-token'),
    shield: { acceptsForged: true },
  }),
  processFault({
    name: 'shield-accepts-expired',
    title: 'Shield accepts tokens long after their expiry',
    caughtBy: runtime('rejects-expired-token'),
    shield: { acceptsExpired: true },
  }),
  processFault({
    name: 'shield-accepts-unsigned',
    title: 'Shield accepts tokens with the algorithm none',
    caughtBy: runtime('rejects-unsigned-token'),
    shield: { acceptsUnsigned: true },
  }),
  processFault({
    name: 'shield-runs-on-another-secret',
    title: 'Shield was started with another JWT_SECRET than the environment has',
    caughtBy: relay,
    says: 'it was started with another secret',
    cure: { actions: [{ words: ['restart Shield'], restart: 'shield' }] },
    class: 'config',
    alsoRed: [refusal],
    breakIt: async ({ shield, environment }) => shield.adopt({ ...environment, JWT_SECRET: randomSecret() }),
    mend: async ({ shield, environment }) => shield.adopt(environment),
  }),
  processFault({
    name: 'shield-relay-broken',
    title: 'Shield echoes a frame and publishes nothing',
    caughtBy: relay,
    cure: { actions: [{ words: ['restart Shield'], restart: 'shield' }] },
    class: 'dependency',
    alsoRed: [refusal],
    shield: { relay: 'echo-only' },
  }),
  processFault({
    name: 'shield-relay-to-another-subject',
    title: 'Shield publishes under another subject',
    caughtBy: relay,
    class: 'dependency',
    alsoRed: [refusal],
    shield: { relay: 'other-subject' },
  }),
  processFault({
    name: 'shield-relay-alters-frames',
    title: 'Shield publishes other bytes than it was sent',
    caughtBy: relay,
    class: 'dependency',
    alsoRed: [refusal],
    shield: { relay: 'altered' },
  }),
  processFault({
    name: 'shield-echo-broken',
    title: 'Shield publishes a frame and echoes nothing',
    caughtBy: relay,
    class: 'dependency',
    alsoRed: [refusal],
    shield: { relay: 'publish-only' },
  }),
  processFault({
    name: 'shield-schema-off',
    title: 'the running Shield relays bytes that are not an envelope',
    caughtBy: refusal,
    cure: { set: { ARQON_SCHEMA_STRICT: 'true' }, actions: [{ words: ['restart Shield'], restart: 'shield' }] },
    shield: { schema: 'off' },
  }),
  processFault({
    name: 'shield-metrics-garbage',
    title: 'the metrics page of Shield cannot be parsed',
    caughtBy: runtime('metrics'),
    seenAs: 'advisory',
    shield: { metrics: 'garbage' },
  }),
]
