import { z } from 'zod'
import { SilenceError } from '../../base/errors.js'
import { anyJson } from '../../base/facts.js'
import { defineStepKind, NotPerformedError } from '../definition/step-kind.js'
import { peerWords } from '../../net/refusal.js'
import { encodeMessage } from '../../net/protobuf/protobuf-encode.js'
import { loadProtobufSchema } from '../../net/protobuf/protobuf-schema.js'
import { presentToken } from '../../net/http/token.js'
import { shownUrl, webAddress } from '../../net/http/web-address.js'
import { upgrade, type UpgradeAnswer } from '../../net/websocket/websocket-upgrade.js'
import type { WebSocketSession } from '../../net/websocket/websocket-session.js'
import { readAddresses } from '../../net/read-addresses.js'
import { approach, driverLimit, noRungs, unknownEnd } from './effect/approach.js'
import {
  answerIn,
  isAnswerTo,
  type ServerAnswer,
  type FrameReader,
  completeEnvelope,
  websocketInput,
  type WebsocketInput,
} from './websocket/message-envelope.js'

const facts = z.strictObject({
  id: z.string().describe('the identifier that was sent'),
  response: anyJson().describe('the whole envelope that answered'),
  responseType: z.string().describe('its type'),
  responseStatus: z.string().describe('its status, such as success'),
  payload: anyJson().describe('its payload; {} when it has none'),
  errorCode: z.string().describe('its error code, or empty'),
  problem: z
    .strictObject({
      code: z.enum(['none', 'refused']).describe('`refused`: the answer is an error, or has an error status'),
      detail: z.string().describe("the peer's own words"),
    })
    .describe('the result that the peer reported'),
})

/** Everything that can be known to be wrong before a connection is made. */
async function prepare(input: WebsocketInput, folder: string, idempotencyKey: string) {
  const { message } = input
  const schema = input.proto.length === 0 ? undefined : await loadProtobufSchema(folder, input.proto)
  if (message !== undefined && schema === undefined)
    throw new Error('a message is to be sent, but no .proto file is given')
  const places = { id: input['id-at'], timestamp: input['timestamp-at'] }
  const { envelope, id } = completeEnvelope(input.send, places, idempotencyKey, Date.now(), message !== undefined)
  const frame =
    message === undefined || schema === undefined
      ? JSON.stringify(envelope)
      : encodeMessage(schema, message.type, envelope)
  const token = input.token === undefined ? undefined : await presentToken(input.token)
  const reader: FrameReader = { schema, message, answerAt: input['answer-at'] }
  return { frame, id, token, reader }
}

/** Connects and is let in. @throws NotPerformedError when the peer refuses the upgrade */
async function enter(
  input: WebsocketInput,
  token: Awaited<ReturnType<typeof prepare>>['token'],
  signal: AbortSignal,
): Promise<WebSocketSession> {
  const request = {
    url: input.url,
    headers: input.headers,
    token,
    protocols: input.protocols,
    limit: input['max-bytes'],
    trustFile: input['trust-file'],
    serverName: input['server-name'],
  }
  let answer: UpgradeAnswer = { status: 0, headers: {} }
  let words = ''
  const session = await upgrade(
    request,
    { signal, reach: noRungs },
    {
      answered: (received) => (answer = received),
      refused: ({ bytes }) => void (words = peerWords(bytes.toString('utf8'), [token?.value])),
    },
  )
  if (session === undefined)
    throw new NotPerformedError(
      `the peer refused the upgrade with status ${answer.status}${words === '' ? '' : `: ${words}`}`,
    )
  return session
}

/**
 * @param limit milliseconds @throws Error when the connection ends or falls silent before an answer: what became of the
 * envelope is not known
 */
async function awaitAnswer(
  session: WebSocketSession,
  reader: FrameReader,
  id: string,
  type: string,
  limit: number,
): Promise<ServerAnswer> {
  const deadline = performance.now() + limit
  for (;;) {
    const frame = await session.next(Math.max(0, deadline - performance.now()))
    if (frame === undefined) throw new SilenceError('no answer within the time limit')
    const answer = answerIn(frame, reader)
    if (answer !== undefined && isAnswerTo(answer, id, type)) return answer
  }
}

/** Sends an envelope over a WebSocket and waits for its answer. */
export const action = defineStepKind({
  kind: 'websocket',
  title: 'send an envelope over a WebSocket',
  description:
    'Asks for an upgrade to WebSocket, with a given token or one made for this run, sends one envelope as JSON or protobuf, and waits for the envelope that refers to it by its identifier. ' +
    'Nothing was done when the upgrade is refused; when the envelope was sent and no answer comes, the outcome is unknown. A missing identifier is generated, and is the same each time this step of this run is performed.',
  input: websocketInput,
  facts,
  secretProblem: () => undefined,
  effects: ['read', 'idempotent', 'once'],
  expect: ['facts.problem.code == "none"'],
  defaultTimeout: 10_000,
  examples: [
    {
      title: 'a command that is answered',
      input: {
        url: 'ws://127.0.0.1:9100/',
        token: { mint: { secret: 'an-example-key-that-is-not-a-secret', claims: { sub: 'preflight' } } },
        send: { type: 'command', version: '1.0', command: 'ping' },
      },
      expect: 'facts.problem.code == "none" && facts.payload.message == "pong"',
    },
  ],
  describe: (input) => ({
    lines: [
      `connect to ${shownUrl(input.url)}`,
      ...(Object.keys(input.headers).length === 0 ? [] : [`headers: ${Object.keys(input.headers).join(', ')}`]),
      `send ${input.message === undefined ? '' : `${input.message.type} `}${JSON.stringify(input.send)}`,
      `await ${input['expect-type']}`,
    ],
    addresses: readAddresses([() => [webAddress(input.url)]]).addresses,
    files: [],
    ownFiles: input.proto,
  }),
  async perform(input, context) {
    const { signal, deadline } = context
    const { session, frame, id, reader } = await approach(async () => {
      const prepared = await prepare(input, context.folder, context.idempotencyKey)
      return { ...prepared, session: await enter(input, prepared.token, signal) }
    })
    try {
      if (session.ended !== undefined || signal.aborted)
        throw new NotPerformedError('the connection ended before anything was sent')
      await session.send(frame)
      const answer = await awaitAnswer(session, reader, id, input['expect-type'], input.within ?? driverLimit(deadline))
      const isRefused = answer.type === 'error' || answer.status === 'error' || answer.errorCode !== ''
      const detail = isRefused
        ? peerWords(
            [answer.errorCode, answer.error, answer.error === '' ? JSON.stringify(answer.payload) : '']
              .filter(Boolean)
              .join(': '),
          )
        : ''
      return {
        id,
        response: answer.envelope,
        responseType: answer.type,
        responseStatus: answer.status,
        payload: answer.payload,
        errorCode: answer.errorCode,
        problem: { code: isRefused ? ('refused' as const) : ('none' as const), detail },
      }
    } catch (error) {
      if (error instanceof NotPerformedError) throw error
      throw unknownEnd('the envelope was sent', error, signal)
    } finally {
      await session.close()
    }
  },
})
