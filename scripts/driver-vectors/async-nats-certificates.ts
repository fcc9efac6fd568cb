/**
 * Writes what async-nats makes of the certificates of servers, one JSON object a line: `npx tsx
 * scripts/driver-vectors/async-nats-certificates.ts > test/fixtures/driver-vectors/async-nats-certificates.jsonl`.
 * Needs Rust. Keys and signatures are new each time; names and verdicts are the same.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { matrix, pemOf } from './certificates/matrix.js'
import { serveCertificate } from './certificates/server.js'

const crate = join(import.meta.dirname, 'async-nats')
const cargo = (...args: string[]) =>
  execFileSync('cargo', args, { cwd: crate, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

/** Where cargo put the program that connects. */
function build(): string {
  const messages = cargo('build', '--locked', '--message-format=json')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { executable?: string | null })
  const built = messages.map(({ executable }) => executable ?? '').find((path) => path.endsWith('certificates'))
  if (built === undefined) throw new Error('cargo built no program named certificates')
  return built
}

function versionOf(name: string): string {
  const found = new RegExp(`name = "${name}"\nversion = "([^"]+)"`).exec(
    readFileSync(join(crate, 'Cargo.lock'), 'utf8'),
  )
  if (found === null) throw new Error(`Cargo.lock names no ${name}`)
  return found[1]!
}

function connect(program: string, host: string, port: number, trustFile: string): Promise<object> {
  return new Promise((fulfil, reject) => {
    const child = spawn(program, [host, String(port)], {
      env: { SSL_CERT_FILE: trustFile },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()))
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? fulfil(JSON.parse(text) as object) : reject(new Error(`${host}: the program ended with ${code}`)),
    )
  })
}

const program = build()
const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
try {
  const versions = ['rustls', 'rustls-webpki', 'rustls-native-certs', 'ring'].map(
    (name) => `${name} ${versionOf(name)}`,
  )
  const interpreter = execFileSync('rustc', ['--version'], { encoding: 'utf8' }).trim()
  console.log(
    JSON.stringify({
      driver: `async-nats ${versionOf('async-nats')}`,
      libraries: versions,
      interpreter,
      generator: 'scripts/driver-vectors/async-nats-certificates.ts',
      keys: 'random',
    }),
  )
  for (const [name, make] of Object.entries(matrix)) {
    const { host, chain, anchors } = make()
    const sent = chain.map(({ certificate }) => certificate)
    const trusted = anchors.map(({ certificate }) => certificate)
    const trustFile = join(folder, 'trusted.pem')
    writeFileSync(trustFile, pemOf(trusted))
    const server = await serveCertificate(
      pemOf(sent),
      chain[0].privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      host === '::1' ? '::1' : '127.0.0.1',
    )
    try {
      const verdict = await connect(program, host, server.port, trustFile)
      console.log(
        JSON.stringify({
          name,
          host,
          chain: sent.map((bytes) => bytes.toString('base64')),
          anchors: trusted.map((bytes) => bytes.toString('base64')),
          ...verdict,
        }),
      )
    } finally {
      await server.stop()
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
