import { z } from 'zod'
import { pathOrEmpty } from '../../base/text/terminal-text.js'
import { driverNames, driverVariables } from '../../net/drivers/known.js'
import { credential } from '../../net/credential.js'
import { driverContextOf, targetFiles, whereTrustIs } from '../../environment/driver-context.js'
import { wholeNumber, blankOf, ladderFacts, noProblem } from '../../base/facts.js'
import { defineProbe } from '../../engine/probe.js'
import { climb, type Draft } from '../../net/climb-ladder.js'
import { dial } from '../../net/dial.js'
import { fileProblems } from '../../net/named-files.js'
import { type NatsServerInfo, natsProblems } from '../../net/nats/nats-banner.js'
import { openNatsSession, proveJetStream, proveRoundTrip } from '../../net/nats/nats-session.js'
import { prepareNatsStream } from '../../net/nats/nats-stream.js'
import { natsAddress, natsTrust, parseNatsUrl } from '../../net/nats/nats-url.js'
import { peerWords, misconfigured, refusedForNow } from '../../net/refusal.js'
import { tlsProblems } from '../../net/tls-connection.js'

const rungs = ['resolve', 'connect', 'info', 'tls', 'authenticate', 'roundtrip', 'jetstream'] as const

const input = z.strictObject({
  url: credential().describe(
    'server URL: nats, tls, ws, wss or no scheme, with user and password or a token before the host',
  ),
  driver: z
    .enum(driverNames('nats'))
    .optional()
    .describe(
      'the client library whose rules apply to the URL; if it never sends the credentials of its URL, none are sent here',
    ),
  subject: z
    .string()
    .max(500)
    .regex(/^(?:[^\s.*>]+(?:\.[^\s.*>]+)*)?$/, 'a subject without wildcards')
    .default('')
    .describe('subject to publish one message to and to receive it from; empty: a private inbox'),
  jetstream: z.boolean().default(false).describe('whether JetStream must answer for this account'),
  'trust-file': pathOrEmpty().default('').describe("PEM file of certificates to trust instead of the system's"),
  'target-files': targetFiles().describe(whereTrustIs),
})

/** As written: without what expressions fill. */
type Given = Partial<z.output<typeof input>>

const facts = z.strictObject({
  ...ladderFacts(rungs, [...natsProblems, ...tlsProblems, ...fileProblems]),
  serverVersion: z.string().describe("the server's version"),
  serverName: z.string().describe("the server's name"),
  cluster: z.string().describe('name of its cluster; empty without a cluster'),
  maxPayload: wholeNumber().describe('longest message it takes, in bytes'),
  authRequired: z.boolean().describe('it requires credentials'),
  tlsRequired: z.boolean().describe('it requires TLS'),
  tlsUsed: z.boolean().describe('the connection is encrypted'),
  lameDuck: z.boolean().describe('it has announced that it will stop soon'),
  jetstream: z.boolean().describe('JetStream is on; if it was requested, it answered for this account'),
  canPublish: z.boolean().describe('publishing to the subject was not forbidden'),
  canSubscribe: z.boolean().describe('subscribing to the subject was not forbidden'),
})
type NatsFacts = z.output<typeof facts>

const blank = blankOf(facts, { problem: noProblem })

function learn(draft: Draft<NatsFacts>, info: NatsServerInfo): void {
  draft.serverVersion = info.version
  draft.serverName = info.server_name
  draft.cluster = info.cluster
  draft.maxPayload = info.max_payload
  draft.authRequired = info.auth_required
  draft.tlsRequired = info.tls_required
  draft.lameDuck = info.ldm
  draft.jetstream = info.jetstream
}

export const probe = defineProbe({
  kind: 'nats',
  title: 'NATS, up to a message that comes back',
  description:
    'Reads the banner, logs in, publishes one message to a subject and waits until it comes back over its own subscription. A server forbids a subject only after the ' +
    'login, so neither a banner nor a PONG proves a permission. Every subscriber of that subject sees the message.',
  input,
  facts,
  rungs,
  defaultTimeout: 5000,
  examples: [
    {
      title: 'a subject that may be used',
      input: { url: 'nats://127.0.0.1:4222', subject: 'in.t.preflight.raw' },
      expect: 'facts.canPublish && facts.canSubscribe',
    },
    {
      title: 'JetStream is on',
      input: { url: 'nats://127.0.0.1:4222', jetstream: true },
      expect: 'facts.reached == "jetstream"',
    },
  ],
  needs: ({ subject, jetstream }) => ({
    rights: [
      `publish and subscribe to ${subject === '' ? 'an inbox (_INBOX.>)' : subject}`,
      ...(jetstream ? ['use JetStream'] : []),
    ],
  }),
  variables: (given) => driverVariables((given as Given).driver),
  addresses: (given) => [() => [natsAddress(given.url, given.driver)]],
  isLoginRefused: (_given, { problem }) => problem.code === 'authorization-violation',
  observe: (given, context) =>
    climb<NatsFacts>(context, blank, async (draft, ascent) => {
      const target = parseNatsUrl(given.url, given.driver, driverContextOf(context.environment))
      const trust = await natsTrust(given['trust-file'], target, given['target-files'])
      const socket = await dial(target, ascent)
      try {
        const { stream, isEncrypted, banner } = await prepareNatsStream(socket, target, trust, ascent, ({ info }) =>
          learn(draft, info),
        )
        draft.tlsUsed = isEncrypted
        const session = await openNatsSession(
          { stream, isEncrypted, banner: banner.bytes },
          target,
          context.deadline.limit(),
          ascent.signal,
        )
        try {
          ascent.reach('authenticate')
          const { createInbox } = await import('@nats-io/transport-node')
          const { canPublish, canSubscribe, denial } = await proveRoundTrip(
            session,
            given.subject === '' ? createInbox() : given.subject,
          )
          Object.assign(draft, { canPublish, canSubscribe })
          if (denial !== '') throw misconfigured('permission-denied', peerWords(denial))
          ascent.reach('roundtrip')
          draft.lameDuck ||= session.isLeaving()
          if (draft.lameDuck) throw refusedForNow('lame-duck', 'the server has announced that it will stop soon')
          if (!given.jetstream) return
          draft.jetstream = false
          await proveJetStream(session, context.deadline.limit())
          draft.jetstream = true
          ascent.reach('jetstream')
        } finally {
          await session.end()
        }
      } finally {
        socket.destroy()
      }
    }),
})
