import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type GateBehaviour, hang, readBehaviour, recordRun } from './behaviour.js'
import { releaseIn } from './rust-release.js'

const compiled = '    Finished `dev` profile [unoptimized + debuginfo] target(s) in 0.31s\n'

/**
 * One message of `cargo check --message-format=json…` (The Cargo Book, external tools), with the fields that name what
 * was built.
 */
function message(reason: string, more: object): string {
  return `${JSON.stringify({ reason, ...more })}\n`
}

function check(gate: GateBehaviour, isJson: boolean): number {
  process.stderr.write(`    Checking shield v0.1.0 (${join(process.cwd(), 'crates/shield')})\n`)
  if (gate !== 'contract') {
    process.stderr.write(
      'error[E0308]: mismatched types\n --> crates/shield/src/lib.rs:4:5\n\nerror: could not compile `shield` (lib) due to 1 previous error\n',
    )
    if (isJson) process.stdout.write(message('build-finished', { success: false }))
    return 101
  }
  if (isJson) {
    process.stdout.write(
      message('compiler-artifact', {
        package_id: `path+file://${join(process.cwd(), 'crates/shield')}#0.1.0`,
        target: { kind: ['lib'], name: 'shield' },
        fresh: false,
      }),
    )
    process.stdout.write(message('build-finished', { success: true }))
  }
  process.stderr.write(compiled)
  return 0
}

interface TestBinary {
  readonly name: string
  readonly tests: readonly string[]
}

const binaries: readonly TestBinary[] = [
  {
    name: 'src/lib.rs',
    tests: [
      'auth::jwt::accepts_valid',
      'auth::jwt::rejects_expired',
      'middleware::schema::rejects_garbage',
      'handlers::socket::rejects_missing',
      'router::subject::maps_tenant',
    ],
  },
  { name: 'tests/relay.rs', tests: ['publishes_raw_envelope', 'echoes_binary_frame'] },
]

function verdictOf(position: number, gate: GateBehaviour): 'ok' | 'FAILED' | 'ignored' {
  if (gate === 'fails' && position === 0) return 'FAILED'
  return gate === 'skips' || (gate === 'skips-some' && position === 0) ? 'ignored' : 'ok'
}

/** One block as libtest prints it. Returns whether a test failed. */
function runBinary(binary: TestBinary, gate: GateBehaviour): boolean {
  const tests = gate === 'runs-none' ? [] : binary.tests
  const verdicts = tests.map((_name, position) => verdictOf(position, gate))
  const count = (verdict: string): number => verdicts.filter((each) => each === verdict).length
  process.stderr.write(`     Running ${binary.name} (target/debug/deps/shield-0f1e2d3c4b5a6978)\n`)
  const lines = tests.map((name, position) => `test ${name} ... ${verdicts[position] ?? ''}`)
  const result = count('FAILED') > 0 ? 'FAILED' : 'ok'
  const summary = `test result: ${result}. ${count('ok')} passed; ${count('FAILED')} failed; ${count('ignored')} ignored; 0 measured; 0 filtered out; finished in 0.02s`
  process.stdout.write(
    `\nrunning ${tests.length} test${tests.length === 1 ? '' : 's'}\n${lines.map((line) => `${line}\n`).join('')}\n${summary}\n\n`,
  )
  return result === 'FAILED'
}

function test(gate: GateBehaviour): number {
  process.stderr.write(compiled)
  if (!binaries.map((binary) => runBinary(binary, gate)).includes(true)) return 0
  process.stderr.write('error: test failed, to rerun pass `-p shield --lib`\n')
  return 101
}

async function main(args: readonly string[]): Promise<number> {
  const { gates, rustRelease } = readBehaviour()
  const [command = ''] = args
  if (command === '--version') {
    process.stdout.write(`cargo ${releaseIn(process.cwd(), rustRelease)}\n`)
    return 0
  }
  if (!existsSync('Cargo.toml')) {
    process.stderr.write(`error: could not find \`Cargo.toml\` in \`${process.cwd()}\` or any parent directory\n`)
    return 101
  }
  const packageName = args[args.indexOf('-p') + 1]
  if ((command === 'check' || command === 'test') && packageName !== 'shield') {
    process.stderr.write(`error: package ID specification \`${packageName ?? ''}\` did not match any packages\n`)
    return 101
  }
  const gate = command === 'check' ? gates['shield-check'] : gates['shield-test']
  if (gate === 'hangs') return hang()
  if (command === 'check')
    return check(
      gate,
      args.some((argument) => argument.startsWith('--message-format=json')),
    )
  if (command === 'test') return test(gate)
  process.stderr.write(`error: no such command: \`${command}\`\n`)
  return 101
}

recordRun('cargo')
process.exitCode = await main(process.argv.slice(2))
