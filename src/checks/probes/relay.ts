import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { pathText } from '../../base/text/terminal-text.js'
import { driverNames, driverVariables } from '../../net/drivers/known.js'
import { credential, durationInput } from '../../net/credential.js'
import { anyJson, wholeNumber, blankOf, ladderFacts, noProblem } from '../../base/facts.js'
import type { Secret } from '../../redaction/secret-value.js'
import { defineProbe } from '../../engine/probe.js'
import { driverContextOf, targetFiles, whereTrustIs } from '../../environment/driver-context.js'
import { climb } from '../../net/climb-ladder.js'
import { headersInput, boundedText, readJson } from '../../net/http/web-facts.js'
import { httpProblems } from '../../net/http/http-exchange.js'
import { listenOnNats, natsLegProblems } from './relay/nats-listener.js'
import { courseRungs, pumpFrames, runCourse, relayMessages, sightingFacts, sightings } from './relay/relay-course.js'
import { presentToken, tokenKinds, tokenInput } from '../../net/http/token.js'
import { webAddress } from '../../net/http/web-address.js'
import { natsAddress } from '../../net/nats/nats-url.js'
import { frameProblems } from '../../net/websocket/websocket-session.js'
import { upgrade, upgradeRungs } from '../../net/websocket/websocket-upgrade.js'
import { refusesCredentials } from '../../net/http/refused-credentials.js'
import { Witness } from './relay/witness.js'

const rungs = ['subscribe', ...upgradeRungs, ...courseRungs] as const

const input = z.strictObject({
  url: credential().describe('ws or wss, of the service that relays'),
  headers: headersInput().describe('sent with the upgrade request'),
  token: tokenInput().optional().describe('the token that is presented; none when absent'),
  nats: credential().describe(
    'URL of the NATS server that is relayed to (nats, tls, ws, wss or no scheme), with credentials',
  ),
  'nats-driver': z.enum(driverNames('nats')).optional().describe('the client library whose rules apply to that URL'),
  'nats-watcher': credential()
    .optional()
    .describe('URL by which the subject is watched instead, with its own credentials; empty for none'),
  'nats-trust-file': pathText()
    .optional()
    .describe("a PEM file of certificates to trust instead of the system's, for NATS"),
  'nats-target-files': targetFiles().describe(whereTrustIs),
  subject: z
    .string()
    .max(200)
    .regex(/^[^\s.*>]+(\.[^\s.*>]+)*$/, { error: 'a subject without wildcards is needed' })
    .describe('the subject on which the message must appear'),
  proto: z
    .array(z.string().min(1))
    .min(1)
    .max(20)
    .describe('.proto files that describe the message, relative to the check file'),
  type: z.string().min(1).describe('full name of the message'),
  value: z.record(z.string(), z.unknown()).default({}).describe('its fields, as they are named in the .proto'),
  'trace-field': z
    .string()
    .min(1)
    .describe('the text field that gets a fresh `preflight-…`, by which the message is recognised'),
  'time-field': z
    .string()
    .min(1)
    .optional()
    .describe('the integer field that gets the present time, in milliseconds since 1970'),
  mode: z
    .enum(['valid', 'invalid'])
    .default('valid')
    .describe('`invalid` sends bytes that are not a message between two valid ones on the same connection'),
  invalid: z
    .array(z.string().regex(/^(?:[0-9a-fA-F]{2})+$/, { error: 'an even number of hexadecimal digits' }))
    .min(1)
    .max(10)
    .default(['ffff'])
    .describe('the bytes that are not a message, as hexadecimal digits'),
  within: durationInput().prefault('3s').describe('how long to wait for a message that must arrive'),
  wait: durationInput().prefault('1s').describe('how long to watch for what must not arrive'),
  'trust-file': pathText().optional().describe("a PEM file of certificates to trust instead of the system's, for wss"),
  'server-name': z
    .string()
    .min(1)
    .optional()
    .describe("the name the certificate must carry, when it is not the URL's host"),
})

/** As written: without what expressions fill. */
type Given = Partial<z.output<typeof input>>

const facts = z.strictObject({
  ...ladderFacts(rungs, [...httpProblems, 'not-websocket', ...frameProblems, ...natsLegProblems]),
  traceId: z
    .string()
    .describe('what the trace ids begin with: the first message appends `-first`, the last one `-after`'),
  subject: z.string().describe('the subject that was watched'),
  upgraded: z.boolean().describe('the peer accepted the upgrade'),
  status: wholeNumber().describe('of the answer to the upgrade; 0 when there was none'),
  text: z.string().describe('the beginning of the body with which it was refused'),
  isJson: z.boolean().describe('that body is one JSON text'),
  json: anyJson().describe('that body as JSON; {} when it is not'),
  token: z.enum(tokenKinds).describe('what kind of token was presented'),
  ...sightingFacts,
  closedCode: wholeNumber().describe('the close code when the peer closed first (1006: without one); else 0'),
})

const blank = blankOf(facts, { problem: noProblem })

/** The URL by which the subject is watched, and the driver whose rules it is read by. */
function watched(given: z.output<typeof input>): [Secret, string | undefined] {
  const watcher = given['nats-watcher']
  return watcher === undefined || watcher.reveal() === '' ? [given.nats, given['nats-driver']] : [watcher, undefined]
}

/** Sends a message through a WebSocket service and watches for it on a NATS subject. */
export const probe = defineProbe({
  kind: 'relay',
  title: 'relay from a WebSocket to NATS',
  description:
    'Subscribes to the subject, upgrades to WebSocket with the token, sends a protobuf message with a fresh trace id, and watches for the same bytes as an echo and on the subject. With `mode: invalid` it then sends bytes that are not a message and, after the wait, a second valid message on the same connection: silence about the bytes proves their rejection only because the messages around them went through. A message that does not arrive is a fact as long as the peers still answer (a ping, a flush); a peer that answers nothing at all is a timeout. The messages are real messages in the deployment: use a tenant and subject that carry no real traffic.',
  input,
  facts,
  rungs,
  defaultTimeout: 20_000,
  examples: [
    {
      title: 'a valid message is echoed and relayed unchanged',
      input: {
        url: 'ws://127.0.0.1:4000/ws',
        token: { mint: { secret: 'an-example-key-that-is-not-a-secret', claims: { sub: 'preflight' } } },
        nats: 'nats://127.0.0.1:4222',
        subject: 'probe.raw',
        proto: ['envelope.proto'],
        type: 'example.Envelope',
        'trace-field': 'trace_id',
      },
      expect: 'facts.echoedSame && facts.relayedSame',
    },
    {
      title: 'bytes that are not a message are neither echoed nor relayed',
      input: {
        url: 'ws://127.0.0.1:4000/ws',
        nats: 'nats://127.0.0.1:4222',
        subject: 'probe.raw',
        proto: ['envelope.proto'],
        type: 'example.Envelope',
        'trace-field': 'trace_id',
        mode: 'invalid',
      },
      expect:
        'facts.reached == "after" && !facts.invalidEchoed && !facts.invalidRelayed && facts.afterEchoed && facts.afterRelayed',
    },
  ],
  variables: (given) => driverVariables((given as Given)['nats-driver']),
  addresses: (given) => [() => [webAddress(given.url, ['ws', 'wss'])], () => [natsAddress(...watched(given))]],
  isLoginRefused: (given, { status, problem }) =>
    refusesCredentials(status, given) || problem.code === 'nats-authorization',
  async observe(given, context) {
    const traceId = `preflight-${randomBytes(8).toString('hex')}`
    const messages = await relayMessages(given, traceId, context.packFolder)
    const token = given.token === undefined ? undefined : await presentToken(given.token)
    const start = { ...blank, traceId, subject: given.subject, token: token?.kind ?? 'none' }
    return climb(context, start, async (draft, ascent) => {
      const { signal } = ascent
      const [echoes, relayed] = [new Witness(), new Witness()]
      const [url, driver] = watched(given)
      const spine = {
        url,
        driver,
        surroundings: driverContextOf(context.environment),
        targetFiles: given['nats-target-files'],
        subject: given.subject,
        trustFile: given['nats-trust-file'],
      }
      const listener = await listenOnNats(spine, relayed, context.deadline.limit(), signal)
      try {
        ascent.reach('subscribe')
        const request = {
          url: given.url,
          headers: given.headers,
          token,
          protocols: [],
          limit: 256 * 1024,
          trustFile: given['trust-file'],
          serverName: given['server-name'],
        }
        const session = await upgrade(request, ascent, {
          answered: ({ status }) => void (draft.status = status),
          refused({ bytes, truncated }) {
            const text = bytes.toString('utf8')
            const { isJson, json } = readJson(text, truncated)
            Object.assign(draft, { text: boundedText(text), isJson, json })
          },
        })
        if (session === undefined) return
        draft.upgraded = true
        const course = { session, listener, echoes, relayed, signal }
        const pumping = pumpFrames(session, echoes)
        try {
          const isComplete = await runCourse(course, messages, given, context.deadline, ascent.reach)
          if (!isComplete && session.ended !== undefined) throw session.ended
        } finally {
          Object.assign(draft, sightings(course, messages), { closedCode: session.closedCode })
          await session.close()
          await pumping
        }
      } finally {
        await listener.end()
      }
    })
  },
})
