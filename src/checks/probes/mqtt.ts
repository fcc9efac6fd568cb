import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { pathOrEmpty } from '../../base/text/terminal-text.js'
import { blankOf, ladderFacts, noProblem, wholeNumber } from '../../base/facts.js'
import { defineProbe } from '../../engine/probe.js'
import { climb } from '../../net/climb-ladder.js'
import {
  clientCertificateInputs,
  clientCertificateProblems,
  isKeyOfCertificate,
  keyNeedsCertificate,
  readClientCertificate,
} from '../../net/client-certificate.js'
import { credential, secretPlace } from '../../net/credential.js'
import { namesOnePlace, portInput } from '../../net/host-port.js'
import { connackRefusal, mqttProblems, reasonText } from '../../net/mqtt/mqtt-refusals.js'
import { openMqttSession, proveMqttRoundTrip } from '../../net/mqtt/mqtt-session.js'
import { explainGreeting, openMqttStream } from '../../net/mqtt/mqtt-stream.js'
import { mqttAddress, readMqttTarget } from '../../net/mqtt/mqtt-target.js'
import { readTrustFile, tlsProblems } from '../../net/tls-connection.js'

const rungs = ['resolve', 'connect', 'tls', 'connack', 'subscribe', 'roundtrip'] as const

const input = z
  .strictObject({
    url: credential()
      .optional()
      .describe('mqtt or mqtts (TLS), with or without user and password; the ports are 1883 and 8883 by default'),
    host: z.string().min(1).max(255).optional().describe('host name or address; with port, in place of url'),
    port: portInput().optional().describe('port, with host'),
    tls: z.boolean().optional().describe('whether to speak TLS; with host, false by default'),
    username: z.string().max(1000).optional().describe('who logs in; nobody without it and without a user in the URL'),
    password: credential().meta(secretPlace).optional().describe('the password of username'),
    protocol: z
      .enum(['3.1.1', '5'])
      .default('3.1.1')
      .describe('version of MQTT; 5 says more about what is not permitted'),
    roundtrip: z
      .boolean()
      .default(true)
      .describe('whether a message must come back; otherwise the probe ends at the CONNACK'),
    topic: z
      .string()
      .max(500)
      .regex(/^[^\s#+$\0/][^\s#+\0]*$/, 'a topic without wildcards and without spaces')
      .default('preflight')
      .describe('topic below which the message has one of its own, whose last level is random'),
    'server-name': z
      .string()
      .max(255)
      .default('')
      .describe('the name the certificate must carry, when it is not the host'),
    'trust-file': pathOrEmpty().default('').describe("PEM file of certificates to trust instead of the system's"),
    ...clientCertificateInputs(),
  })
  .refine(({ url, ...place }) => namesOnePlace({ ...place, address: url }), 'either url, or host and port')
  .refine(({ url, tls }) => url === undefined || tls === undefined, {
    path: ['tls'],
    error: 'the scheme of the URL says it: mqtts is TLS',
  })
  .refine(({ username, password }) => password === undefined || username !== undefined, {
    path: ['password'],
    error: 'a password needs `username`',
  })
  .refine(isKeyOfCertificate, keyNeedsCertificate)

const facts = z.strictObject({
  ...ladderFacts(rungs, [...mqttProblems, ...tlsProblems, ...clientCertificateProblems]),
  tlsUsed: z.boolean().describe('the connection is encrypted, and the certificate is trusted and carries the name'),
  connackCode: wholeNumber().describe('reason code of the CONNACK: 0 is accepted; -1 when there was none'),
  connackReason: z.string().describe('the same in words, alike in all versions; empty when there was none'),
  subscribed: z.boolean().describe('the server acknowledged the subscription, which proves no permission'),
  acknowledged: z.boolean().describe('the server took the message, which proves no permission'),
  echoed: z.boolean().describe('the message came back: this user may publish to the topic and read it'),
})
type MqttFacts = z.output<typeof facts>

const blank = blankOf(facts, { problem: noProblem, connackCode: -1 })

export const probe = defineProbe({
  kind: 'mqtt',
  title: 'MQTT, up to a message that comes back',
  description:
    'Connects, completes TLS, logs in, subscribes to a topic of its own, publishes one message to it and waits until it comes back. A broker may acknowledge a subscription and a message and then drop it, so only the message that comes back proves a permission. The client identifier is random, the session is clean, nothing is retained. Every other subscriber of that topic (such as one of `#`) sees the message. A refusal has the same code in MQTT 3.1.1 and 5.',
  input,
  facts,
  rungs,
  defaultTimeout: 5000,
  examples: [
    {
      title: 'a message comes back',
      input: { url: 'mqtt://127.0.0.1:1883' },
      expect: 'facts.reached == "roundtrip" && facts.echoed',
    },
    {
      title: 'TLS with a private authority, and a certificate for another name',
      input: { url: 'mqtts://127.0.0.1:8883', 'trust-file': '/etc/mosquitto/certs/ca.crt', 'server-name': 'mosquitto' },
      expect: 'facts.tlsUsed && facts.echoed',
    },
    {
      title: 'nobody comes in without a password',
      input: { host: '127.0.0.1', port: 1883, roundtrip: false },
      expect: 'facts.problem.code == "not-authorized"',
    },
  ],
  needs: ({ roundtrip, topic }) => ({
    rights: ['log in', ...(roundtrip ? [`publish to and read topics below ${topic}/`] : [])],
  }),
  addresses: (given) => [() => [mqttAddress(given)]],
  isLoginRefused: (_given, { problem }) => problem.code === 'not-authorized' || problem.code === 'wrong-password',
  onlyReads: ({ roundtrip }) => !roundtrip,
  observe: (given, context) =>
    climb<MqttFacts>(context, blank, async (draft, ascent) => {
      const target = readMqttTarget(given)
      const serverName = given['server-name'] === '' ? target.host : given['server-name']
      const trust = given['trust-file'] === '' ? undefined : await readTrustFile(given['trust-file'])
      const own = await readClientCertificate(given.certificate, given.key)
      const socket = await openMqttStream(target, { serverName, trust, ...own }, ascent)
      try {
        draft.tlsUsed = target.tls
        const version = given.protocol === '5' ? 5 : 4
        const session = await openMqttSession(socket, target, version, context.deadline.limit(), ascent.signal)
        try {
          const code = await session.greeted().catch(async (error: unknown) => {
            const { signal } = ascent
            throw await explainGreeting(error, { target, greeted: socket, limit: context.deadline.limit(), signal })
          })
          draft.connackCode = code
          draft.connackReason = code === 0 ? 'accepted' : reasonText(code)
          if (code !== 0) throw connackRefusal(code)
          ascent.reach('connack')
          if (!given.roundtrip) return
          const topic = `${given.topic}/${randomBytes(9).toString('hex')}`
          await session.subscribe(topic)
          draft.subscribed = true
          ascent.reach('subscribe')
          await proveMqttRoundTrip(session, topic, context.deadline.limit(), ascent.signal, () => {
            draft.acknowledged = true
          })
          draft.echoed = true
          ascent.reach('roundtrip')
        } finally {
          session.end()
        }
      } finally {
        socket.destroySoon()
      }
    }),
})
