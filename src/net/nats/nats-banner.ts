import type { Duplex } from 'node:stream'
import { z } from 'zod'
import { peerWords, misconfigured, refusedByPeer, connectionClosed, refusedForNow, type Refusal } from '../refusal.js'
import { tlsRefusal } from '../tls-connection.js'
import { untilAborted } from '../../base/time/waiting.js'
import { certificateProblems } from '../drivers/driver.js'
import type { Secret } from '../../redaction/secret-value.js'

/** A banner lists the cluster's addresses; a real one stays far below. */
const longestBanner = 64 * 1024

const serverInfo = z.object({
  // The driver takes the first three numbers that it finds, and prints its own failure on standard output where there
  // are none.
  version: z.string().regex(/\d.\d+.\d/),
  server_name: z.string().default(''),
  server_id: z.string().default(''),
  cluster: z.string().default(''),
  jetstream: z.boolean().default(false),
  headers: z.boolean().default(false),
  max_payload: z.int().default(0),
  auth_required: z.boolean().default(false),
  tls_required: z.boolean().default(false),
  tls_verify: z.boolean().default(false),
  tls_available: z.boolean().default(false),
  ldm: z.boolean().default(false),
})

export type NatsServerInfo = z.output<typeof serverInfo>

export interface NatsBanner {
  readonly info: NatsServerInfo
  /** Everything that was read, for the driver to read again. */
  readonly bytes: Buffer
}

function firstLine(stream: Duplex): Promise<Buffer> {
  return new Promise<Buffer>((fulfil, reject) => {
    const chunks: Buffer[] = []
    const settle = (act: () => void): void => {
      stream.removeListener('readable', take)
      stream.removeListener('close', closed)
      stream.removeListener('end', closed)
      act()
    }
    const closed = (): void =>
      settle(() => reject((stream.errored === null ? undefined : tlsRefusal(stream.errored)) ?? connectionClosed()))
    const take = (): void => {
      for (let chunk = stream.read() as Buffer | null; chunk !== null; chunk = stream.read() as Buffer | null)
        chunks.push(chunk)
      const bytes = Buffer.concat(chunks)
      // What does not even start like a banner need not be waited for until its line ends.
      const start = bytes.subarray(0, 5).toString('latin1').toUpperCase()
      const isPossible = 'INFO '.startsWith(start) || '-ERR '.startsWith(start)
      if (bytes.includes('\r\n') || !isPossible || bytes.length > longestBanner) settle(() => fulfil(bytes))
    }
    stream.on('readable', take)
    stream.once('close', closed)
    stream.once('end', closed)
    if (stream.destroyed) closed()
  })
}

function parsed(text: string): NatsServerInfo | undefined {
  try {
    return serverInfo.safeParse(JSON.parse(text)).data
  } catch {
    // The error would quote what was sent.
    return undefined
  }
}

/**
 * Reads what a NATS server says first.
 *
 * @throws Refusal `not-nats`, what an `-ERR` in its place means, or a connection problem
 * @throws SilenceError when the signal aborts first
 */
export async function readNatsBanner(stream: Duplex, signal: AbortSignal): Promise<NatsBanner> {
  const bytes = await untilAborted(signal, firstLine(stream))
  const [line = ''] = bytes.toString('utf8').split('\r\n')
  const error = /^-ERR\s+'?([^']*)'?/i.exec(line)
  if (error !== null) throw natsRefusal(error[1] ?? '', []) ?? refusedByPeer('not-nats', peerWords(line))
  const info = /^INFO\s/i.test(line) ? parsed(line.slice(5)) : undefined
  if (info === undefined) throw misconfigured('not-nats', 'the greeting of the peer is not that of a NATS server')
  return { info, bytes }
}

/** What a NATS server can refuse, besides the problems of every connection. */
export const natsProblems = [
  'bad-url',
  'not-nats',
  'wrong-port',
  'tls-required',
  'tls-refused',
  'authorization-violation',
  'credentials-not-sent',
  'client-certificate-demanded',
  ...certificateProblems,
  'authentication-expired',
  'permission-denied',
  'max-connections',
  'lame-duck',
  'jetstream-disabled',
] as const

type NatsProblem = (typeof natsProblems)[number]

type Make = (code: NatsProblem, detail: string) => Refusal<NatsProblem>

/** The texts of `-ERR` (NATS client protocol, and the server's own `errors.go`). */
const errors: readonly (readonly [RegExp, NatsProblem, Make])[] = [
  [/permissions violation/i, 'permission-denied', misconfigured],
  [/authorization violation/i, 'authorization-violation', misconfigured],
  [/authentication (?:timeout|expired|revoked)/i, 'authentication-expired', misconfigured],
  [/maximum (?:account |active )*connections exceeded/i, 'max-connections', refusedForNow],
  [/secure connection - tls required/i, 'tls-required', misconfigured],
  [/attempted to connect to (?:\w+ ){1,3}port/i, 'wrong-port', misconfigured],
  [/server shutdown|lame duck/i, 'lame-duck', refusedForNow],
  [/jetstream not enabled/i, 'jetstream-disabled', refusedByPeer],
]

/**
 * Classifies what a server said in `-ERR`.
 *
 * @returns `undefined` for unknown words
 */
export function natsRefusal(words: string, sent: readonly (Secret | undefined)[]): Refusal<NatsProblem> | undefined {
  const known = errors.find(([text]) => text.test(words))
  return known?.[2](known[1], peerWords(words, sent))
}
