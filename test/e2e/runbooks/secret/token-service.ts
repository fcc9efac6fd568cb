import { randomBytes } from 'node:crypto'
import { startHttpPeer, type HttpPeer } from '../../../peers/http-peer.js'

/** A request as the service got it. */
interface Seen {
  readonly path: string
  readonly type: string
  readonly body: string
  readonly token: string
}

/** A service that hands out a new token at each login, and answers with all that it was told. */
export class TokenService {
  readonly seen: Seen[] = []
  readonly tokens: string[] = []

  private constructor(readonly peer: HttpPeer) {}

  static async start(): Promise<TokenService> {
    const service: TokenService = new TokenService(
      await startHttpPeer((request, response) => {
        const chunks: Buffer[] = []
        request.on('data', (chunk: Buffer) => void chunks.push(chunk))
        request.on('end', () => {
          const body = Buffer.concat(chunks).toString()
          const token = (request.headers.authorization ?? '').replace('Bearer ', '')
          const path = request.url ?? ''
          service.seen.push({ path, type: request.headers['content-type'] ?? '', body, token })
          const { status, answer } = service.#answer(path, token, body)
          response.writeHead(status, { 'content-type': 'application/json', 'x-token': token }).end(answer)
        })
      }),
    )
    return service
  }

  #answer(path: string, token: string, body: string): { status: number; answer: string } {
    if (path === '/login') {
      const fresh = `${randomBytes(18).toString('base64url')}-${this.tokens.length}`
      this.tokens.push(fresh)
      return { status: 200, answer: JSON.stringify({ access_token: fresh, note: `it is ${fresh}` }) }
    }
    if (!this.tokens.includes(token)) return { status: 401, answer: '{"error":"who are you"}' }
    const forms = {
      plain: token,
      hex: Buffer.from(token).toString('hex'),
      base64: Buffer.from(token).toString('base64'),
    }
    return {
      status: path === '/broken' ? 500 : 200,
      answer: JSON.stringify({ ...forms, body, headers: `Bearer ${token}` }),
    }
  }

  /** Paths of the requests, in order. */
  get paths(): readonly string[] {
    return this.seen.map(({ path }) => path)
  }
}

/** What a token may look like where it should not be. */
export function formsOf(token: string): readonly string[] {
  const bytes = Buffer.from(token)
  return [
    token,
    token.slice(0, 12),
    token.slice(-12),
    [...token].reverse().join(''),
    bytes.toString('hex'),
    bytes.toString('base64').slice(0, 16),
    bytes.toString('base64url').slice(0, 16),
    Buffer.from(`Bearer ${token}`).toString('base64').slice(12, 32),
    encodeURIComponent(token),
  ]
}
