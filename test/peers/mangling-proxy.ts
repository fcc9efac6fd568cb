import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import fc from 'fast-check'

/** What is done to the bytes that a server sends, at an offset counted over a whole connection. */
export interface Mangling {
  readonly kind: 'cut' | 'silence' | 'drop' | 'double' | 'inflate' | 'change' | 'insert'
  readonly at: number
  /** Bytes that it concerns. */
  readonly length: number
  /** What is written, inserted or changed to. */
  readonly bytes: Buffer
}

interface ManglingProxy {
  readonly port: number
  /** Bytes that the server has sent over all connections so far. */
  sent(): number
  stop(): Promise<void>
}

/** A proxy before a real server that hands on what the client says as it is, and what the server says mangled. */
export async function startManglingProxy(target: number, mangling: Mangling | undefined): Promise<ManglingProxy> {
  const open = new Set<Socket>()
  let sent = 0
  const proxy = createServer((client) => {
    const server = connect(target, '127.0.0.1')
    for (const socket of [client, server]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => {
        open.delete(socket)
        client.destroy()
        server.destroy()
      })
    }
    client.pipe(server)
    let offset = 0
    server.on('data', (chunk: Buffer) => {
      sent += chunk.length
      const mangled = mangling === undefined ? { bytes: chunk, ends: false } : mangle(chunk, offset, mangling)
      offset += chunk.length
      if (!client.destroyed) client.write(mangled.bytes)
      if (mangled.ends) client.end()
    })
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return {
    port: (proxy.address() as AddressInfo).port,
    sent: () => sent,
    async stop() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => proxy.close(resolve))
    },
  }
}

function mangle(
  chunk: Buffer,
  offset: number,
  { kind, at, length, bytes }: Mangling,
): { readonly bytes: Buffer; readonly ends: boolean } {
  const start = at - offset
  if (kind === 'cut') return { bytes: chunk.subarray(0, Math.max(0, start)), ends: start < chunk.length }
  if (kind === 'silence') return { bytes: chunk.subarray(0, Math.max(0, start)), ends: false }
  if (start < 0 || start >= chunk.length) return { bytes: chunk, ends: false }
  const [before, concerned, after] = [
    chunk.subarray(0, start),
    chunk.subarray(start, start + length),
    chunk.subarray(start + length),
  ]
  const inPlace: Readonly<Record<typeof kind, readonly Buffer[]>> = {
    drop: [],
    double: [concerned, concerned],
    inflate: [bytes.subarray(0, concerned.length)],
    change: [bytes.subarray(0, concerned.length)],
    insert: [bytes, concerned],
  }
  return { bytes: Buffer.concat([before, ...inPlace[kind], after]), ends: false }
}

/** Lengths and endings that a reader may take for more than it should. */
const tellingBytes = [
  Buffer.from([0x7f, 0xff, 0xff, 0xff]),
  Buffer.from([0xff, 0xff, 0xff, 0xff]),
  Buffer.from([0, 0, 0, 0]),
  ...['*2147483647\r\n', '$-5\r\n', '\r\n'].map((text) => Buffer.from(text)),
]

const manglings = (total: number): fc.Arbitrary<Mangling> =>
  fc.record({
    kind: fc.constantFrom<Mangling['kind']>('cut', 'silence', 'drop', 'double', 'inflate', 'change', 'insert'),
    at: fc.nat(total - 1),
    length: fc.integer({ min: 1, max: 64 }),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom(...tellingBytes),
    ),
  })

/** The same ones each time. @param total bytes that an honest server sends */
export function drawManglings(total: number, cases: number): readonly Mangling[] {
  return fc.sample(manglings(total), { numRuns: cases, seed: 20_260_101 })
}
