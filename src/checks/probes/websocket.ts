import { z } from 'zod'
import { credential } from '../../net/credential.js'
import { anyJson, wholeNumber, blankOf, ladderFacts, noProblem } from '../../base/facts.js'
import { defineProbe } from '../../engine/probe.js'
import { climb } from '../../net/climb-ladder.js'
import { converse, prepareDialogue } from '../../net/websocket/frame-dialogue.js'
import { receivedFacts, frameSteps } from '../../net/websocket/frame-facts.js'
import { freshNames, freshValues, unusedNames, withFresh } from '../../net/websocket/fresh-values.js'
import { headersInput, trustInputs } from '../../net/http/web-facts.js'
import { refusesCredentials } from '../../net/http/refused-credentials.js'
import { httpProblems } from '../../net/http/http-exchange.js'
import { loadProtobufSchema } from '../../net/protobuf/protobuf-schema.js'
import { presentToken, tokenKinds, tokenInput } from '../../net/http/token.js'
import { webAddress } from '../../net/http/web-address.js'
import {
  answerWriter,
  noAnswer,
  oddAnswer,
  type UpgradeAnswerFacts,
  upgrade,
  upgradeRungs,
} from '../../net/websocket/websocket-upgrade.js'
import { frameProblems, type WebSocketSession } from '../../net/websocket/websocket-session.js'

const rungs = [...upgradeRungs, 'frames'] as const

const fields = z.strictObject({
  url: credential().describe('ws or wss'),
  headers: headersInput().describe('sent with the upgrade request'),
  token: tokenInput().optional().describe('the token that is presented; none when absent'),
  protocols: z.array(z.string().min(1)).max(20).default([]).describe('subprotocols that are offered'),
  proto: z
    .array(z.string().min(1))
    .max(20)
    .default([])
    .describe('.proto files that describe the messages below, relative to the check file'),
  frames: frameSteps().default([]).describe('what to send and to wait for after the upgrade, in this order'),
  fresh: freshNames(),
  connections: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe(
      'how often to ask for the upgrade, each time on a new connection, until one is accepted: if several processes share a port, any of them may answer; without frames',
    ),
  'max-bytes': z
    .int()
    .min(1)
    .max(16 * 1024 * 1024)
    .default(256 * 1024)
    .describe("bytes of a frame, and of a refusal's body"),
  ...trustInputs(),
})

const input = fields
  .refine(
    ({ connections, frames }) => connections === 1 || frames.length === 0,
    'frames are exchanged on one connection, so they exclude several',
  )
  .superRefine(({ fresh, frames }, context) => {
    for (const name of unusedNames(fresh, frames))
      context.addIssue({ code: 'custom', path: ['fresh', name], message: `no frame has <${name}>` })
  })

const facts = z.strictObject({
  ...ladderFacts(rungs, [...httpProblems, 'not-websocket', ...frameProblems]),
  connections: wholeNumber().describe('connections on which the upgrade was requested and answered'),
  refusals: wholeNumber().describe('of these, how many were refused'),
  shown: wholeNumber().describe(
    'which connection, counted from 1, the following facts describe: the accepted one, otherwise the first whose refusal differs from the first one (status, challenge, body), otherwise the first; 0 when none was answered',
  ),
  upgraded: z.boolean().describe('the peer accepted the upgrade'),
  status: wholeNumber().describe('of the answer to the upgrade: 101, or that of the refusal; 0 when there was none'),
  headers: z
    .record(z.string(), z.string())
    .describe('headers of that answer, names in lower case; cookies are not shown'),
  contentType: z.string().describe("media type of the refusal's body"),
  text: z.string().describe("the beginning of the refusal's body"),
  isJson: z.boolean().describe("the refusal's body is one JSON text"),
  json: anyJson().describe("the refusal's body as JSON; {} when it is not"),
  wwwAuthenticate: z.string().describe('the WWW-Authenticate header of the refusal'),
  token: z.enum(tokenKinds).describe('what kind of token was presented'),
  fresh: z.record(z.string(), z.string()).describe('what took the place of each name of `fresh`'),
  received: z.array(receivedFacts).describe('one for each `receive`, in order, including those that were not reached'),
  closedCode: wholeNumber().describe('the close code when the peer closed first (1006: without one); else 0'),
  closedReason: z.string().describe('its reason for closing'),
})

const blank = blankOf(facts, { problem: noProblem })

/** Upgrades to a WebSocket, presents a token, exchanges frames. */
export const probe = defineProbe({
  kind: 'websocket',
  title: 'WebSocket dialogue',
  description:
    'Asks for an upgrade to WebSocket, with a given token, one made for this run or a deliberately wrong one, then sends and receives frames. A peer that refuses the upgrade has answered: the status and body are facts, and there is no problem (reached: response); a peer that answers with success and does not upgrade is not a WebSocket server. A required frame that does not arrive is a timeout; an optional one is a fact either way.',
  input,
  facts,
  rungs,
  defaultTimeout: 10_000,
  examples: [
    {
      title: 'the service itself refuses an upgrade without a token, for that reason',
      input: { url: 'ws://127.0.0.1:4000/ws' },
      expect: 'facts.status == 401 && facts.isJson && facts.json.error == "Unauthorized"',
    },
    {
      title: 'with a valid token the service greets in a binary frame',
      input: {
        url: 'ws://127.0.0.1:9100/',
        token: { mint: { secret: 'an-example-key-that-is-not-a-secret', claims: { sub: 'preflight' } } },
        frames: [{ receive: { within: '2s' } }],
      },
      expect: 'facts.upgraded && facts.received[0].binary',
    },
    {
      title: 'a text frame is refused by name',
      input: {
        url: 'ws://127.0.0.1:9100/',
        frames: [{ send: { json: { type: 'message' } } }, { receive: { match: { 'json.type': 'error' } } }],
      },
      expect: 'facts.received[0].isJson && facts.received[0].json.code == "INFRA_PROTOCOL_ERROR"',
    },
  ],
  addresses: (given) => [() => [webAddress(given.url, ['ws', 'wss'])]],
  isLoginRefused: (given, { status }) => refusesCredentials(status, given),
  async observe(given, context) {
    const schema = given.proto.length === 0 ? undefined : await loadProtobufSchema(context.packFolder, given.proto)
    const fresh = freshValues(given.fresh)
    const dialogue = prepareDialogue(withFresh(given.frames, fresh), schema)
    const token = given.token === undefined ? undefined : await presentToken(given.token)
    const start = { ...blank, token: token?.kind ?? 'none', fresh, received: [...dialogue.awaited] }
    return climb(context, start, async (draft, ascent) => {
      const request = {
        url: given.url,
        headers: given.headers,
        token,
        protocols: given.protocols,
        limit: given['max-bytes'],
        trustFile: given['trust-file'],
        serverName: given['server-name'],
      }
      const answers: UpgradeAnswerFacts[] = []
      let session: WebSocketSession | undefined
      while (session === undefined && answers.length < given.connections) {
        const answer: UpgradeAnswerFacts = { ...noAnswer, headers: {} }
        // What a connection leaves with its signal goes with that signal.
        const signal = AbortSignal.any([ascent.signal])
        try {
          session = await upgrade(request, { ...ascent, signal }, answerWriter(answer))
        } finally {
          // What was learned of the first stays a fact when its body could not be read to its end.
          if (answers.length === 0) Object.assign(draft, answer)
        }
        answers.push({ ...answer, upgraded: session !== undefined })
        const shown = oddAnswer(answers)
        Object.assign(draft, answers[shown], {
          connections: answers.length,
          refusals: answers.filter(({ upgraded }) => !upgraded).length,
          shown: shown + 1,
        })
      }
      if (session === undefined) return
      try {
        await converse(session, dialogue, (index, received) => (draft.received[index] = received))
        ascent.reach('frames')
      } finally {
        Object.assign(draft, { closedCode: session.closedCode, closedReason: session.closedReason })
        await session.close()
      }
    })
  },
})
