/** Where a NATS server is. */
export interface NatsAddress {
  readonly host: string
  readonly port: number
}

/** Reads a NATS address with or without a scheme. What it holds of credentials is never sent, as by Shield's client. */
export function parseNatsAddress(url: string): NatsAddress {
  const parsed = new URL(url.includes('://') ? url : `nats://${url}`)
  return { host: parsed.hostname, port: Number(parsed.port || 4222) }
}
