import { connect } from '@nats-io/transport-node'

/** Shield's connection to NATS. */
export interface Spine {
  publish(subject: string, payload: Uint8Array): void
  /** Whether the server answers within this time. */
  isAnswering(withinMs: number): Promise<boolean>
  close(): Promise<void>
}

interface Address {
  readonly servers: string
  readonly user?: string
  readonly pass?: string
  readonly token?: string
}

/** The client takes credentials apart from the address: user and password, or a token that stands alone. */
function parseAddress(url: string): Address {
  const parsed = new URL(url.includes('://') ? url : `nats://${url}`)
  const servers = `${parsed.hostname}:${parsed.port || '4222'}`
  const [user, password] = [parsed.username, parsed.password].map(decodeURIComponent)
  if (!user) return { servers }
  return password ? { servers, user, pass: password } : { servers, token: user }
}

/**
 * Connects once, and again by itself whenever the connection is lost.
 * @throws what the client throws when NATS cannot be reached at the start
 */
export async function connectSpine(url: string): Promise<Spine> {
  const connection = await connect({ ...parseAddress(url), name: 'shield', timeout: 5000, maxReconnectAttempts: -1, reconnectTimeWait: 50, reconnectJitter: 0, ignoreAuthErrorAbort: true })
  return {
    publish: (subject, payload) => connection.publish(subject, payload),
    async isAnswering(withinMs) {
      let timer: NodeJS.Timeout | undefined
      const silence = new Promise<false>((resolve) => {
        timer = setTimeout(() => resolve(false), withinMs)
      })
      const answer = connection.flush().then(
        () => true,
        () => false,
      )
      try {
        return await Promise.race([answer, silence])
      } finally {
        clearTimeout(timer)
      }
    },
    close: () => connection.close(),
  }
}
