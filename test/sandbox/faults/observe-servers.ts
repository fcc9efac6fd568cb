import { connect as connectTls } from 'node:tls'
import { connect as connectNats } from '@nats-io/transport-node'
import { Redis } from 'ioredis'
import pg from 'pg'
import type { Environment } from '../../../sandbox/settings/environment.js'

/**
 * What an attempt with a raw client ended in: its result, or the code or text of its error; `silence` after the wait.
 */
async function outcome(attempt: Promise<string>, withinMs: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('silence'), withinMs)
  })
  const settled = attempt.catch((error: unknown) => {
    const { code, message } = error as { readonly code?: string; readonly message: string }
    return typeof code === 'string' ? `${code} ${message}` : message
  })
  try {
    return await Promise.race([settled, silence])
  } finally {
    clearTimeout(timer)
  }
}

/** Connects to the hot store of this environment and writes a key, a stream and a group of it. */
export async function writeToHotStore(environment: Environment, withinMs = 3000): Promise<string> {
  const client = new Redis(environment['ARQONBUS_VALKEY_URL'] ?? '', {
    lazyConnect: true,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
  })
  let first: Error | undefined
  client.on('error', (error: Error) => {
    first ??= error
  })
  const attempt = async (): Promise<string> => {
    try {
      await client.connect()
      // The client itself goes on with database 0 when it may not select the one of its URL.
      await client.select(client.options.db ?? 0)
      await client.set('preflight-test', 'x', 'EX', 5)
      // What a client left that might go no further.
      await client.del('preflight-test-stream')
      await client.xadd('preflight-test-stream', '*', 'field', 'x')
      await client.xgroup('CREATE', 'preflight-test-stream', 'preflight-test-group', '0')
      await client.expire('preflight-test-stream', 5)
      await client.del('preflight-test-stream')
      return 'written'
    } catch (error) {
      throw first ?? error
    }
  }
  try {
    return await outcome(attempt(), withinMs)
  } finally {
    client.disconnect()
  }
}

const tables = [
  'arqonbus_continuum_projection',
  'arqonbus_continuum_projection_events',
  'arqonbus_continuum_projection_dlq',
]

/** Connects to the durable store of this environment, writes, and looks for the projector's tables and indexes. */
export async function writeToDurableStore(environment: Environment, withinMs = 3000): Promise<string> {
  const client = new pg.Client({ connectionString: environment['ARQONBUS_POSTGRES_URL'] })
  client.on('error', () => undefined)
  const attempt = async (): Promise<string> => {
    await client.connect()
    await client.query('CREATE TABLE public.preflight_test (a int)')
    await client.query('DROP TABLE public.preflight_test')
    const found = await client.query(
      "SELECT (SELECT count(*)::int FROM pg_tables WHERE tablename = ANY ($1)) AS tables, (SELECT count(*)::int FROM pg_indexes WHERE indexname LIKE 'idx_arqonbus_cont_%') AS indexes",
      [tables],
    )
    const { tables: tableCount, indexes } = found.rows[0] as { readonly tables: number; readonly indexes: number }
    return `written, ${tableCount} tables, ${indexes} indexes`
  }
  try {
    return await outcome(attempt(), withinMs)
  } finally {
    // end() would wait for a server that is paused.
    ;(
      client as unknown as { readonly connection: { readonly stream: { destroy(): void } } }
    ).connection.stream.destroy()
  }
}

/** Connects to the spine of this environment, and sends a message round on a tenant's subject. */
export async function sendThroughSpine(environment: Environment, withinMs = 3000): Promise<string> {
  const url = new URL(environment['NATS_URL'] ?? '')
  const attempt = async (): Promise<string> => {
    const tls = url.protocol === 'tls:' ? { tls: {} } : {}
    const connection = await connectNats({ servers: url.host, reconnect: false, timeout: withinMs, ...tls })
    try {
      const refusals: string[] = []
      void (async () => {
        for await (const status of connection.status()) if (status.type === 'error') refusals.push(status.error.message)
      })()
      const received: string[] = []
      connection.subscribe('in.t.preflight.raw', {
        callback: (error, message) => void received.push(error === null ? message.string() : error.message),
      })
      connection.publish('in.t.preflight.raw', 'round')
      await connection.flush()
      await connection.flush()
      const stream = connection.info?.jetstream === true ? 'with JetStream' : 'without JetStream'
      return `${[...received, ...refusals].join(' ')} ${stream}`
    } finally {
      await connection.close()
    }
  }
  return outcome(attempt(), withinMs + 500)
}

/** Begins TLS as a client that trusts the authorities of this machine alone; what it ended in. */
export function shakeHands({ hostname, port }: URL): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTls({ host: hostname, port: Number(port) }, () => {
      socket.destroy()
      resolve('secure')
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.destroy()
      resolve(error.code ?? error.message)
    })
  })
}
