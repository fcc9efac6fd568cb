import { z } from 'zod'
import { pathOrEmpty } from '../../base/text/terminal-text.js'
import { credential, driverInput } from '../../net/credential.js'
import { driverContextOf } from '../../environment/driver-context.js'
import type { TestedEnvironment } from '../../environment/environment.js'
import { anyJson, wholeNumber } from '../../base/facts.js'
import { defineStepKind } from '../definition/step-kind.js'
import { logInToRedis } from '../../net/redis/redis-login.js'
import { readAddresses } from '../../net/read-addresses.js'
import { readRedisSecurity, readRedisTarget, redisAddress, type RedisTarget } from '../../net/redis/redis-target.js'
import { approach, driverLimit, textWithoutNul } from './effect/approach.js'
import { refuseCommands, type RedisCommand, sendEach, sendTogether } from './redis/send-commands.js'
import { commandLine } from '../../base/text/shell-words.js'

const mostBytes = 16 * 1024 * 1024

const input = z.strictObject({
  url: credential().describe(
    'connection URL as redis-py reads it: redis, rediss (TLS) or unix, with credentials and database',
  ),
  driver: driverInput('redis'),
  commands: z
    .array(
      z
        .array(textWithoutNul(1_000_000))
        .min(1)
        .max(10_000)
        .refine(([name]) => name !== '', 'expected the name of a command as the first word'),
    )
    .min(1)
    .max(1000)
    .describe(
      'the commands, in order: the name, which cannot come from an expression, and its arguments, passed unchanged',
    ),
  atomic: z.boolean().default(false).describe('send them as one transaction (MULTI, EXEC)'),
  dangerous: z.boolean().default(false).describe('SHUTDOWN, FLUSHALL, FLUSHDB, DEBUG and SWAPDB are intended'),
  'trust-file': pathOrEmpty()
    .default('')
    .describe('PEM file of certificates to trust with rediss, before the one the URL names'),
})

const facts = z.strictObject({
  replies: z.array(anyJson()).describe('the reply of the server, for each command that did not fail'),
  reply: z.string().describe('the last reply as text; empty for nil, JSON for a list'),
  performed: wholeNumber().describe('commands that were performed and did not fail'),
  problem: z
    .strictObject({
      code: z
        .string()
        .describe(
          '`none`; `not-executed` when a transaction was not performed; `error-reply`, or a name for it such as no-permission, when a command failed',
        ),
      detail: z.string().describe("the server's own words"),
      command: wholeNumber().describe(
        'the index of the command with the problem, from 0; -1 when there is none or it is unknown',
      ),
    })
    .describe('what the server refused'),
})

function targetOf({ url, driver }: z.output<typeof input>, environment: TestedEnvironment): RedisTarget {
  return readRedisTarget(url, driver, driverContextOf(environment))
}

function textOf(reply: unknown): string {
  if (reply === null || reply === undefined) return ''
  return typeof reply === 'string' ? reply : JSON.stringify(reply)
}

/** Sends commands to Redis or Valkey. */
export const action = defineStepKind({
  kind: 'redis',
  title: 'send commands to Redis or Valkey',
  description:
    'Sends commands one after the other up to the first that fails, or all of them as a transaction. Nothing was done when the login fails; when the connection is lost after a command was sent, the outcome is unknown. ' +
    'Commands that wait or stream are refused, and so are those that empty or stop a server, unless `dangerous: true` is set. Neither the name of a command nor a script can come from an expression.',
  input,
  facts,
  secretProblem: () => undefined,
  effects: ['read', 'idempotent', 'once'],
  expect: ['facts.problem.code == "none"'],
  defaultTimeout: 10_000,
  examples: [
    {
      title: 'a key that is set and expires',
      input: { url: 'redis://127.0.0.1:6379/0', commands: [['SET', 'maintenance', 'on', 'EX', '3600']] },
      expect: 'facts.reply == "OK"',
    },
    {
      title: 'two counters at once',
      input: {
        url: 'redis://127.0.0.1:6379/0',
        atomic: true,
        commands: [
          ['DECR', 'left'],
          ['INCR', 'taken'],
        ],
      },
      expect: 'facts.performed == 2',
    },
  ],
  changedNothing: ({ problem }) => problem.code === 'not-executed',
  describe: (given, environment) => ({
    lines: [...(given.atomic ? ['MULTI'] : []), ...given.commands.map(commandLine), ...(given.atomic ? ['EXEC'] : [])],
    addresses: readAddresses([() => [redisAddress(targetOf(given, environment))]]).addresses,
    files: [],
  }),
  async perform(given, context) {
    // The schema has seen that none is empty; as tuples they could not be filled by expressions.
    const commands = given.commands as unknown as readonly RedisCommand[]
    refuseCommands(commands, context.filled, given.dangerous)
    const session = await approach(async () => {
      const target = targetOf(given, context.environment)
      const security = await readRedisSecurity(target, given['trust-file'])
      return await logInToRedis(target, security, {
        signal: context.signal,
        limit: () => driverLimit(context.deadline),
        mostBytes,
      })
    })
    try {
      const { replies, performed, failed, code, detail } = await (given.atomic
        ? sendTogether(session, commands, context.signal)
        : sendEach(session, commands, context.signal))
      return {
        replies: [...replies],
        reply: textOf(replies.at(-1)),
        performed,
        problem: { code, detail, command: failed },
      }
    } finally {
      session.end()
    }
  },
})
