import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createRedactor } from '../src/redaction/redact.js'
import { runAlone, type Benchmark, type Figure } from './support/figure.js'

/**
 * How fast text is scrubbed and how much memory that takes: log lines with a secret in one of 500, through the stream,
 * at 1, 10 and 100 MB, with 100 known secrets. `npx tsx bench/redact.ts [MB …]`
 */
const MB = 1_000_000
const CHUNK_BYTES = 65_536
const defaultSizes = [1, 10, 100]

const secrets = Array.from({ length: 100 }, (_, i) => ({
  name: `SECRET_${i}`,
  value: Buffer.from(`${i}-bench-only-${'kT9/x+Qw3zLp8Zr8Vb2'.slice(i % 9)}-${i * 7919}`).toString('base64'),
  exposure: 'secret' as const,
}))

function lineOf(i: number): string {
  const time = `2026-02-20 10:${String(i % 60).padStart(2, '0')}:00,${String(i % 1000).padStart(3, '0')}`
  if (i % 500 === 0) return `${time} ERROR server.auth refused ${secrets[i % 100]?.value ?? ''} from 10.0.0.7\n`
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

const corpora = [
  { name: 'ordinary lines', line: lineOf, target: 60 },
  { name: 'JSON in JSON', line: nestedLineOf, target: 12 },
]

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

/** Bytes of heap at most, after each chunk, and what was masked. */
async function measured(
  bytes: number,
  line: (i: number) => string,
): Promise<{ readonly cpuSeconds: number; readonly peakHeap: number; readonly markers: number }> {
  let peakHeap = 0
  let markers = 0
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      markers += chunk.toString('utf8').split('[redacted]').length - 1
      peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed)
      done()
    },
  })
  const redactor = createRedactor(secrets)
  const cpuBefore = process.cpuUsage()
  await pipeline(Readable.from(chunksOf(bytes, line)), redactor.stream(), sink)
  const cpu = process.cpuUsage(cpuBefore)
  return { cpuSeconds: (cpu.user + cpu.system) / 1e6, peakHeap, markers }
}

async function redaction(sizes: readonly number[] = defaultSizes): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const { name, line, target } of corpora) {
    for (const size of sizes) {
      const { cpuSeconds, peakHeap, markers } = await measured(size * MB, line)
      if (markers === 0) throw new Error(`nothing was masked in ${name}`)
      const figure = `redaction of ${size} MB of ${name}`
      figures.push(
        { figure, value: size / cpuSeconds, unit: 'MB/s CPU', target, atLeast: true },
        { figure: `${figure}, heap`, value: peakHeap / MB, unit: 'MB' },
      )
    }
  }
  return figures
}

export const benchmark: Benchmark = () => redaction()

await runAlone(import.meta.url, () => {
  const sizes = process.argv.slice(2).map(Number)
  return redaction(sizes.length === 0 ? undefined : sizes)
})
