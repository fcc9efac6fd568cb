import { z } from 'zod'
import { driverContextOf } from '../../environment/driver-context.js'
import { anyJson, wholeNumber } from '../../base/facts.js'
import { defineStepKind } from '../definition/step-kind.js'
import { natsAddress } from '../../net/nats/nats-url.js'
import { readAddresses } from '../../net/read-addresses.js'
import { logInToNats } from '../../net/nats/nats-stream.js'
import { boundedText, readJson } from '../../net/http/web-facts.js'
import { approach, driverLimit } from './effect/approach.js'
import {
  natsStepProblems,
  publishMessage,
  request,
  type Delivery,
  natsMessageOf,
  natsInput,
  payloadOf,
} from './nats/deliver.js'

const facts = z.strictObject({
  published: z.boolean().describe('the server accepted the message'),
  reply: z.string().describe('the beginning of the reply, as text; with jetstream the acknowledgement'),
  isJson: z.boolean().describe('the reply is one JSON text'),
  json: anyJson().describe('the reply as JSON; {} when it is not'),
  acknowledged: z.boolean().describe('a stream has stored the message'),
  stream: z.string().describe('that stream, or empty'),
  sequence: wholeNumber().describe("the message's number in it; 0 without one"),
  duplicate: z.boolean().describe('the stream already had the message, from an earlier attempt'),
  problem: z
    .strictObject({
      code: z
        .enum(natsStepProblems)
        .describe('`none`; no-responders: the subject has no subscribers; not-stored: a stream refused the message'),
      detail: z.string().describe("the server's own words"),
    })
    .describe('what the server or a stream refused'),
})

/** What a stream answers (NATS JetStream API, PubAck). */
const acknowledgement = z.object({
  stream: z.string().default(''),
  seq: z.int().default(0),
  duplicate: z.boolean().default(false),
  error: z.object({ description: z.string().default('') }).optional(),
})

const nothingStored = { acknowledged: false, stream: '', sequence: 0, duplicate: false }

function factsOf(delivery: Delivery, isStored: boolean): z.output<typeof facts> {
  const { published, reply, code, detail } = delivery
  const { isJson, json } = readJson(reply)
  const common = { published, reply: boundedText(reply), isJson, json }
  if (!isStored || code !== 'none') return { ...common, ...nothingStored, problem: { code, detail } }
  const answer = acknowledgement.safeParse(json).data
  if (answer === undefined || answer.error !== undefined || answer.seq === 0) {
    return {
      ...common,
      ...nothingStored,
      problem: { code: 'not-stored', detail: answer?.error?.description ?? 'the peer that answered is not a stream' },
    }
  }
  return {
    ...common,
    acknowledged: true,
    stream: answer.stream,
    sequence: answer.seq,
    duplicate: answer.duplicate,
    problem: { code: 'none', detail: '' },
  }
}

/** Publishes a message on NATS. */
export const action = defineStepKind({
  kind: 'nats',
  title: 'publish a message on NATS',
  description:
    'Publishes one message, and on request waits for a reply or until a stream has stored it. A message for a stream carries a Nats-Msg-Id that is the same each time this step of this run is performed, so that the stream drops a repetition. ' +
    'A subject without subscribers and a refusal by the server are known outcomes; after a timeout or a lost connection the outcome is unknown.',
  input: natsInput,
  facts,
  secretProblem: () => undefined,
  effects: ['read', 'idempotent', 'once'],
  expect: ['facts.problem.code == "none"'],
  defaultTimeout: 10_000,
  examples: [
    {
      title: 'a message that a stream keeps',
      input: { url: 'nats://127.0.0.1:4222', subject: 'maintenance.began', json: { until: '22:00' }, jetstream: true },
      expect: 'facts.acknowledged',
    },
    {
      title: 'a request with a reply',
      input: { url: 'nats://127.0.0.1:4222', subject: 'workers.status', request: true },
      expect: 'facts.isJson && facts.json.busy == 0',
    },
  ],
  changedNothing: ({ problem }) => problem.code === 'permission-denied' || problem.code === 'no-responders',
  describe: (input) => ({
    lines: [
      `${input.request ? 'request' : input.jetstream ? 'publish to a stream' : 'publish'} ${input.subject} ${JSON.stringify(payloadOf(input))}`,
      ...(Object.keys(input.headers).length === 0 ? [] : [`headers: ${Object.keys(input.headers).join(', ')}`]),
    ],
    addresses: readAddresses([() => [natsAddress(input.url, input.driver)]]).addresses,
    files: [],
  }),
  async perform(input, context) {
    const { signal, deadline } = context
    const { session, message } = await approach(async () => {
      const { session, info } = await logInToNats(
        {
          url: input.url,
          trustFile: input['trust-file'],
          driver: input.driver,
          surroundings: driverContextOf(context.environment),
        },
        driverLimit(deadline),
        signal,
      )
      try {
        return { session, message: await natsMessageOf(input, context.idempotencyKey, info) }
      } catch (error) {
        await session.end()
        throw error
      }
    })
    try {
      const delivery = await (input.request || input.jetstream
        ? request(session, message, driverLimit(deadline), signal)
        : publishMessage(session, message, signal))
      return factsOf(delivery, input.jetstream)
    } finally {
      await session.end()
    }
  },
})
