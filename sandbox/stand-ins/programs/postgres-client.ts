import { createRequire } from 'node:module'
import { readBehaviour } from './behaviour.js'

export interface PostgresClient {
  connect(): Promise<void>
  query(sql: string): Promise<{ readonly rows: readonly Record<string, unknown>[] }>
  end(): Promise<void>
}

interface Driver {
  readonly Client: new (options: { readonly connectionString: string }) => PostgresClient
}

/** Runs work over one connection. The driver is the sandbox's own: these programs are in a folder without any. */
export async function withPostgres<Result>(
  url: string,
  work: (client: PostgresClient) => Promise<Result>,
): Promise<Result> {
  const driver = createRequire(import.meta.url)(readBehaviour().postgresDriver) as Driver
  const client = new driver.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
