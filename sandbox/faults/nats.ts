import { createCertificate } from '../servers/certificate.js'
import type { Fault } from './fault.js'
import { serverFault } from './server-fault.js'

const spine = 'shield/datastores/nats'
const jetStream = 'shield/datastores/nats-jetstream'
const routes = ['shield/runtime/relays-valid-envelope', 'shield/runtime/refuses-invalid-envelope']

export const natsFaults: readonly Fault[] = [
  serverFault({
    name: 'nats-down',
    title: 'nothing listens where the spine should be',
    caughtBy: spine,
    cure: { actions: [{ words: ['start the server of NATS_URL'], mend: true }] },
    alsoRed: [jetStream, ...routes],
    breakIt: ({ servers }) => servers.nats.stop(),
    mend: ({ servers }) => servers.nats.restart(),
  }),
  serverFault({
    name: 'nats-paused',
    title: 'the spine accepts connections and never answers',
    caughtBy: spine,
    cure: { actions: [{ words: ['start the server of NATS_URL'], mend: true }] },
    seenAs: 'silent',
    alsoRed: [jetStream, ...routes],
    breakIt: ({ servers }) => servers.nats.pause(),
    mend: async ({ servers }) => servers.nats.resume(),
  }),
  serverFault({
    name: 'nats-password-demanded',
    title: 'the spine requires the password in its address, but Shield never sends it',
    caughtBy: spine,
    cure: { actions: [{ words: ['let clients in without credentials'], mend: true }] },
    class: 'config',
    alsoRed: ['shield/config/nats-credentials', jetStream, ...routes],
    environment: ({ servers: { nats } }) => ({
      NATS_URL: nats.url.replace('nats://', `nats://${nats.user}:${nats.password}@`),
    }),
    breakIt: ({ servers }) => servers.nats.restart({ demands: 'password' }),
    mend: ({ servers }) => servers.nats.restart(),
  }),
  serverFault({
    name: 'nats-token-demanded',
    title: 'the spine requires the token in its address, but Shield never sends it',
    caughtBy: spine,
    cure: { actions: [{ words: ['let clients in without credentials'], mend: true }] },
    class: 'config',
    alsoRed: ['shield/config/nats-credentials', jetStream, ...routes],
    environment: ({ servers: { nats } }) => ({ NATS_URL: nats.url.replace('nats://', `nats://${nats.password}@`) }),
    breakIt: ({ servers }) => servers.nats.restart({ demands: 'token' }),
    mend: ({ servers }) => servers.nats.restart(),
  }),
  serverFault({
    name: 'nats-publish-denied',
    title: "the NATS user may not publish to the tenants' subjects",
    caughtBy: spine,
    cure: { actions: [{ words: ['allow publish and subscribe on in.t.*.raw'], mend: true }] },
    class: 'config',
    alsoRed: routes,
    breakIt: ({ servers }) => servers.nats.restart({ denyPublish: ['in.t.>'] }),
    mend: ({ servers }) => servers.nats.restart(),
  }),
  serverFault({
    name: 'nats-subscribe-denied',
    title: "the NATS user may not subscribe to the tenants' subjects",
    caughtBy: spine,
    cure: { actions: [{ words: ['allow publish and subscribe on in.t.*.raw'], mend: true }] },
    class: 'config',
    alsoRed: routes,
    breakIt: ({ servers }) => servers.nats.restart({ denySubscribe: ['in.t.>'] }),
    mend: ({ servers }) => servers.nats.restart(),
  }),
  serverFault({
    name: 'nats-tls-demanded',
    title: 'the spine requires TLS, with the certificate of an authority as its own',
    caughtBy: spine,
    class: 'config',
    alsoRed: [jetStream, ...routes],
    breakIt: ({ servers: { nats } }) => nats.restart({ tls: createCertificate(nats.folder) }),
    mend: ({ servers }) => servers.nats.restart(),
  }),
  serverFault({
    name: 'nats-tls-expected',
    title: 'the NATS address asks for TLS of a server that offers none',
    caughtBy: spine,
    cure: { set: { NATS_URL: { value: ({ servers }) => servers.nats.url, words: ['nats://'] } } },
    class: 'config',
    alsoRed: [jetStream, ...routes],
    environment: ({ servers: { nats } }) => ({ NATS_URL: nats.url.replace('nats://', 'tls://') }),
  }),
  serverFault({
    name: 'nats-without-jetstream',
    title: 'the spine runs without JetStream',
    caughtBy: jetStream,
    cure: { actions: [{ words: ['start nats-server with -js'], mend: true }] },
    seenAs: 'advisory',
    breakIt: ({ servers }) => servers.nats.restart({ jetStream: false }),
    mend: ({ servers }) => servers.nats.restart(),
  }),
]
