import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createRedactor } from '../src/redaction/redact.js'

/**
 * How fast text is scrubbed and how much memory that takes: log lines with a secret in one of 500, through the stream,
 * at 1, 10 and 100 MB, with 20 known secrets. `npx tsx bench/redact.ts [MB …]`
 */
const MB = 1_000_000
const CHUNK_BYTES = 65_536
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1, 10, 100]

const secrets = Array.from({ length: 20 }, (_, i) => ({
  name: `SECRET_${i}`,
  value: Buffer.from(`${i}-bench-only-${'kT9/x+Qw3zLp8Zr8Vb2'.slice(i % 9)}-${i * 7919}`).toString('base64'),
  exposure: 'secret' as const,
}))

function lineOf(i: number): string {
  const time = `2026-02-20 10:${String(i % 60).padStart(2, '0')}:00,${String(i % 1000).padStart(3, '0')}`
  if (i % 500 === 0) return `${time} ERROR server.auth refused ${secrets[i % 20]?.value ?? ''} from 10.0.0.7\n`
  if (i % 3 === 0)
    return `${time} INFO server.transport client arq_1767225600_${i}_9f3c connected from 10.0.0.7:51514 id=3f2b8c1e-8f1d-4c55-9a2e-0a6e5b1c2d3e\n`
  if (i % 3 === 1)
    return `{"level":"info","ts":"${time}","path":"/var/lib/postgresql/16/main","status":200,"duration_ms":${i % 900}}\n`
  return `${time} UTC [${i}] LOG:  checkpoint complete: wrote ${i % 97} buffers (0.3%); 0 WAL file(s) added, 0 removed\n`
}

/** The same as a container's log driver wraps a service's own JSON: every quote is escaped twice. */
function nestedLineOf(i: number): string {
  return `${JSON.stringify({ log: JSON.stringify({ message: lineOf(i), query: '/ws?room=a%2Fb&n=1' }), stream: 'stderr' })}\n`
}

const corpora = { ordinary: lineOf, 'JSON in JSON': nestedLineOf }

function* chunksOf(bytes: number, line: (i: number) => string): Generator<Buffer> {
  let pending = ''
  let produced = 0
  for (let i = 0; produced < bytes; i++) {
    pending += line(i)
    if (pending.length < CHUNK_BYTES) continue
    produced += pending.length
    yield Buffer.from(pending)
    pending = ''
  }
}

/** Peak resident and heap memory in bytes while `work` runs, looked at after each chunk. */
async function measured(
  bytes: number,
  line: (i: number) => string,
): Promise<{ seconds: number; cpuSeconds: number; peakResident: number; peakHeap: number; markers: number }> {
  let peakResident = 0
  let peakHeap = 0
  let markers = 0
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      markers += chunk.toString('utf8').split('[redacted]').length - 1
      const memory = process.memoryUsage()
      peakResident = Math.max(peakResident, memory.rss)
      peakHeap = Math.max(peakHeap, memory.heapUsed)
      done()
    },
  })
  const started = process.hrtime.bigint()
  const cpuBefore = process.cpuUsage()
  await pipeline(Readable.from(chunksOf(bytes, line)), createRedactor(secrets).stream(), sink)
  const cpu = process.cpuUsage(cpuBefore)
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  return { seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6, peakResident, peakHeap, markers }
}

for (const [name, line] of Object.entries(corpora)) {
  for (const size of sizes) {
    const { seconds, cpuSeconds, peakResident, peakHeap, markers } = await measured(size * MB, line)
    const columns = [
      name.padEnd(13),
      `${size} MB`.padStart(7),
      `${(size / seconds).toFixed(1)} MB/s`.padStart(10),
      `${(size / cpuSeconds).toFixed(1)} MB per CPU second`,
      `peak resident ${(peakResident / MB).toFixed(0)} MB`,
      `peak heap ${(peakHeap / MB).toFixed(0)} MB`,
      `${markers} markers`,
    ]
    process.stdout.write(`${columns.join('   ')}\n`)
  }
}
