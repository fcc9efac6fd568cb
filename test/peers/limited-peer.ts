import { startHttpPeer, type HttpPeer } from './http-peer.js'

/** A web service that answers only so many requests in any stretch of time, whoever asks, and 429 to all others. */
export interface LimitedPeer extends HttpPeer {
  /** How many requests it answered, and to how many it said 429. */
  readonly answered: () => number
  readonly throttled: () => number
  /** Somebody else asks, until nothing is left. */
  exhaust(): void
  /** Forgets who asked. */
  forget(): void
}

/** @param per milliseconds */
export async function startLimitedPeer(requests: number, per: number): Promise<LimitedPeer> {
  let times: number[] = []
  let answered = 0
  let throttled = 0
  const isRoom = (): boolean => {
    const now = performance.now()
    times = times.filter((time) => time > now - per)
    return times.length < requests
  }
  const peer = await startHttpPeer((_request, response) => {
    if (!isRoom()) {
      throttled += 1
      response.writeHead(429, { 'retry-after': '5' }).end('Rate limit exceeded')
      return
    }
    times.push(performance.now())
    answered += 1
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"healthy"}')
  })
  return {
    ...peer,
    answered: () => answered,
    throttled: () => throttled,
    forget: () => void (times = []),
    exhaust() {
      while (isRoom()) times.push(performance.now())
    },
  }
}
