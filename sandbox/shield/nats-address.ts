/** Where a NATS server is, and with what to log in: user and password, or a token that stands alone. */
export interface NatsAddress {
  readonly host: string
  readonly port: number
  readonly credentials: Readonly<Record<string, string>>
}

/** Reads a NATS address with or without a scheme. */
export function parseNatsAddress(url: string): NatsAddress {
  const parsed = new URL(url.includes('://') ? url : `nats://${url}`)
  const user = decodeURIComponent(parsed.username)
  const password = decodeURIComponent(parsed.password)
  const login = password === '' ? { auth_token: user } : { user, pass: password }
  return { host: parsed.hostname, port: Number(parsed.port || 4222), credentials: user === '' ? {} : login }
}
