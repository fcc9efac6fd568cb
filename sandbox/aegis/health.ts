import { accessSync, constants } from 'node:fs'
import { connect } from 'node:net'
import pg from 'pg'

type ComponentStatus = 'healthy' | 'unhealthy'

/** `select 1`, by the URL without its query: what is behind its `?` the application drops. */
export async function databaseStatus(url: string): Promise<ComponentStatus> {
  const client = new pg.Client({
    connectionString: url.split('?', 1)[0]!.replace('postgresql+psycopg2:', 'postgresql:'),
    connectionTimeoutMillis: 1000,
    query_timeout: 1000,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    await client.end()
    return 'healthy'
  } catch {
    return 'unhealthy'
  }
}

/** Whether a port of this host accepts connections: the one thing that the page finds out about the broker. */
export function brokerStatus(port: number): Promise<ComponentStatus> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 500 })
    const end = (status: ComponentStatus): void => {
      socket.destroy()
      resolve(status)
    }
    socket.once('connect', () => end('healthy'))
    socket.once('error', () => end('unhealthy'))
    socket.once('timeout', () => end('unhealthy'))
  })
}

export function storageStatus(folder: string): ComponentStatus {
  try {
    accessSync(folder, constants.W_OK)
    return 'healthy'
  } catch {
    return 'unhealthy'
  }
}
