import { z } from 'zod'
import { pathOrEmpty } from '../../base/text/terminal-text.js'
import { credential, driverInput } from '../../net/credential.js'
import { driverVariables } from '../../net/drivers/known.js'
import { driverContextOf, targetFiles } from '../../environment/driver-context.js'
import { wholeNumber, blankOf, ladderFacts, noProblem } from '../../base/facts.js'
import { defineProbe } from '../../engine/probe.js'
import { climb, type Draft } from '../../net/climb-ladder.js'
import { explainSentinel, ignoresRedisPassword, logInToRedis, sentinelRefusal } from '../../net/redis/redis-login.js'
import { fileProblems, leaveElsewhere } from '../../net/named-files.js'
import { readRedisSecurity, readRedisTarget, redisAddress } from '../../net/redis/redis-target.js'
import {
  infoNumber,
  parseRedisInfo,
  redisProblems,
  type RedisSession,
  readRedisSetting,
} from '../../net/redis/redis-session.js'
import { askReadingCommands, readProblems } from '../../net/redis/redis-read.js'
import { proveRedisWrites } from '../../net/redis/redis-write.js'
import { isRefusal } from '../../net/refusal.js'
import { tlsProblems } from '../../net/tls-connection.js'
import { answersFact, readInput, unanswered } from './redis/redis-answers.js'

const rungs = ['resolve', 'connect', 'tls', 'hello', 'auth', 'role', 'write'] as const

const input = z.strictObject({
  url: credential().describe(
    'connection URL as redis-py reads it: redis, rediss (TLS) or unix, with credentials and database',
  ),
  driver: driverInput('redis'),
  write: z
    .boolean()
    .default(true)
    .describe('whether to prove that it can be written to; otherwise the probe ends at the role'),
  prefix: z
    .string()
    .min(1)
    .max(200)
    .default('preflight:probe:')
    .describe('prefix of the keys that are written, which expire and are deleted at once'),
  read: readInput(),
  'trust-file': pathOrEmpty()
    .default('')
    .describe('PEM file of certificates to trust with rediss, before the one the URL names'),
  'target-files': targetFiles(),
})

/** As written: without what expressions fill. */
type Given = Partial<z.output<typeof input>>

const facts = z.strictObject({
  ...ladderFacts(rungs, [...redisProblems, ...readProblems, ...tlsProblems, ...fileProblems]),
  server: z.enum(['', 'redis', 'valkey']).describe('which of the two it reports'),
  version: z.string().describe("the server's own version"),
  major: wholeNumber().describe('first number of the version'),
  mode: z.string().describe('standalone, cluster or sentinel, as reported'),
  role: z
    .enum(['', 'master', 'replica'])
    .describe('a master (in Valkey: primary) accepts writes, a replica copies those of another server'),
  linkedToMaster: z.boolean().describe('true for a master, and for a replica whose link to its master is up'),
  loading: z.boolean().describe('it is still loading its data set from disk'),
  database: wholeNumber().describe('the number of the database in use'),
  tlsUsed: z.boolean().describe('the connection is encrypted'),
  passwordIgnored: z.boolean().describe('the URL has a password, but the server requires none and accepts any'),
  letsInWithoutPassword: z
    .boolean()
    .describe('its user `default` needs no password; false for the login of another user, which does not show it'),
  exposureKnown: z.boolean().describe('CONFIG GET is permitted; otherwise the following two facts say nothing'),
  listensEverywhere: z.boolean().describe('it is bound to every address of its machine, in IPv4 or IPv6'),
  protectedMode: z
    .boolean()
    .describe('protected mode is on: clients of other machines are refused while the user `default` has no password'),
  canWrite: z.boolean().describe('a value was written, read back unchanged and deleted'),
  canStream: z.boolean().describe('a stream was written to, set to expire and read'),
  canGroup: z.boolean().describe('a consumer group was created and read through'),
  streamRefusal: z.string().describe("the server's words when a stream command was refused"),
  infoKnown: z.boolean().describe('INFO is permitted; otherwise the following facts are empty'),
  policyKnown: z.boolean().describe('the eviction policy could be read'),
  maxmemoryPolicy: z.string().describe('what is dropped when memory is full; noeviction: nothing'),
  maxmemory: wholeNumber().describe('limit of its memory in bytes, 0 for none'),
  usedMemory: wholeNumber().describe('memory in use, in bytes'),
  evictedKeys: wholeNumber().describe('keys dropped since it started because memory was full'),
  aofEnabled: z.boolean().describe('it keeps an append-only file'),
  rdbKnown: z.boolean().describe('the snapshot schedule could be read'),
  rdbEnabled: z.boolean().describe('it takes snapshots on a schedule'),
  lastSaveOk: z.boolean().describe('its last snapshot and its last append-only write succeeded'),
  connectedClients: wholeNumber().describe('clients connected'),
  maxClients: wholeNumber().describe('limit of clients, 0 when unknown'),
  answers: answersFact(),
})
type RedisFacts = z.output<typeof facts>

const blank = blankOf(facts, { problem: noProblem, letsInWithoutPassword: true, listensEverywhere: true })

async function readInfo(session: RedisSession): Promise<ReadonlyMap<string, string>> {
  try {
    const reply = await session.ask('INFO')
    return parseRedisInfo(typeof reply === 'string' ? reply : '')
  } catch (error) {
    if (isRefusal(error) && error.problem.code === 'no-permission') return new Map()
    throw error
  }
}

function learn(draft: Draft<RedisFacts>, info: ReadonlyMap<string, string>): void {
  if (info.size === 0) return
  draft.infoKnown = true
  draft.server = info.has('valkey_version') || info.get('server_name') === 'valkey' ? 'valkey' : 'redis'
  draft.version = info.get('valkey_version') ?? info.get('redis_version') ?? ''
  draft.major = Number(/^\d{1,4}/.exec(draft.version)?.[0] ?? 0)
  draft.mode = info.get('server_mode') ?? info.get('redis_mode') ?? ''
  draft.role = info.get('role') === 'slave' ? 'replica' : info.get('role') === 'master' ? 'master' : ''
  draft.linkedToMaster = draft.role === 'master' || info.get('master_link_status') === 'up'
  draft.loading = info.get('loading') === '1'
  draft.maxmemory = infoNumber(info, 'maxmemory')
  draft.usedMemory = infoNumber(info, 'used_memory')
  draft.evictedKeys = infoNumber(info, 'evicted_keys')
  draft.aofEnabled = info.get('aof_enabled') === '1'
  draft.lastSaveOk = info.get('rdb_last_bgsave_status') === 'ok' && (info.get('aof_last_write_status') ?? 'ok') === 'ok'
  draft.connectedClients = infoNumber(info, 'connected_clients')
  draft.maxClients = infoNumber(info, 'maxclients')
}

/**
 * Reads the setting `bind`: a minus sign is put before an address that need not be there; none at all is all of them,
 * before Redis 7.
 */
function isEverywhere(bound: string): boolean {
  const addresses = bound.split(/\s+/).filter((address) => address !== '')
  const every = new Set(['*', '0.0.0.0', '::', '::*'])
  return addresses.length === 0 || addresses.some((address) => every.has(address.replace(/^-/, '')))
}

async function learnSettings(
  draft: Draft<RedisFacts>,
  info: ReadonlyMap<string, string>,
  session: RedisSession,
): Promise<void> {
  const policy = info.get('maxmemory_policy') ?? (await readRedisSetting(session, 'maxmemory-policy'))
  const schedule = await readRedisSetting(session, 'save')
  const [bound, protection] = [
    await readRedisSetting(session, 'bind'),
    await readRedisSetting(session, 'protected-mode'),
  ]
  if (bound !== undefined && protection !== undefined) {
    draft.exposureKnown = true
    draft.listensEverywhere = isEverywhere(bound)
    draft.protectedMode = protection === 'yes'
  }
  draft.policyKnown = policy !== undefined
  draft.maxmemoryPolicy = policy ?? ''
  draft.rdbKnown = schedule !== undefined
  draft.rdbEnabled = (schedule ?? '') !== ''
}

export const probe = defineProbe({
  kind: 'redis',
  title: 'Redis or Valkey, up to a write round trip',
  description:
    'Connects as redis-py would, proves that the peer speaks the protocol, accepts the credentials and the database, says its role, and takes a write: a random value and a stream ' +
    'with a consumer group, under keys of its own that expire and are deleted at once. A PING alone proves none of that. Commands of your own that only read are asked after that, and their answers are facts.',
  input,
  facts,
  rungs,
  defaultTimeout: 5000,
  examples: [
    {
      title: 'a writable primary',
      input: { url: 'redis://127.0.0.1:6379/0' },
      expect: 'facts.reached == "write" && facts.role == "master"',
    },
    {
      title: 'memory eviction drops nothing',
      input: { url: 'redis://127.0.0.1:6379/0', write: false },
      expect: 'facts.policyKnown && facts.maxmemoryPolicy == "noeviction"',
    },
    {
      title: 'few jobs wait, and the server listens where it should',
      input: {
        url: 'redis://127.0.0.1:6379/0',
        write: false,
        read: { waiting: ['LLEN', 'jobs'], bind: ['CONFIG', 'GET', 'bind'] },
      },
      expect: 'facts.answers.waiting.number < 100 && facts.answers.bind.fields["bind"] == "127.0.0.1"',
    },
  ],
  concealed: (given) =>
    (given as Partial<z.output<typeof input>>).read === undefined ? { answers: 'no command is given under read' } : {},
  needs: ({ write, prefix, read }) => ({
    rights: [
      'log in',
      ...Object.values(read).map((words) => `ask ${words.join(' ')}`),
      ...(write ? [`write, read and delete keys and streams below ${prefix}`] : []),
    ],
  }),
  variables: (given) => driverVariables((given as Given).driver),
  addresses: (given, environment) => [
    () => [redisAddress(readRedisTarget(given.url, given.driver, driverContextOf(environment)))],
  ],
  isLoginRefused: (_input, { problem }) => problem.code === 'wrong-password' || problem.code === 'auth-required',
  onlyReads: ({ write }) => !write,
  observe: (given, context) =>
    climb<RedisFacts>(context, { ...blank, answers: unanswered(given.read) }, async (draft, ascent) => {
      const target = readRedisTarget(given.url, given.driver, driverContextOf(context.environment))
      if (given['target-files'] === 'elsewhere') leaveElsewhere(target.files)
      const security = await readRedisSecurity(target, given['trust-file'])
      const session = await logInToRedis(target, security, {
        signal: ascent.signal,
        limit: () => context.deadline.limit(),
        watch: {
          reach(rung) {
            if (rung === 'tls') draft.tlsUsed = true
            ascent.reach(rung)
          },
          bypass: (rung) => ascent.bypass(rung),
          async authenticated(opened) {
            draft.passwordIgnored = await ignoresRedisPassword(opened, target)
            draft.letsInWithoutPassword = target.password === undefined || draft.passwordIgnored
          },
        },
      })
      try {
        draft.database = target.database
        const info = await readInfo(session)
        learn(draft, info)
        if (draft.mode === 'sentinel') throw sentinelRefusal()
        await session.ask('PING')
        await learnSettings(draft, info, session)
        ascent.reach('role')
        if (given.write) {
          const proof = await proveRedisWrites(session, given.prefix)
          Object.assign(draft, { canWrite: true, ...proof })
          ascent.reach('write')
        }
        if (Object.keys(given.read).length > 0)
          Object.assign(draft, { answers: await askReadingCommands(session, given.read) })
      } catch (error) {
        throw await explainSentinel(session, error)
      } finally {
        session.end()
      }
    }),
})
