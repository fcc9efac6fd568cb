import { existsSync } from 'node:fs'
import { type GateBehaviour, hang, readBehaviour } from './behaviour.js'
import { withPostgres } from './postgres-client.js'

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const exitCodes = { failed: 1, usage: 4, nothingRan: 5 }

/** Prints dots and the summary line as `pytest -q` does, and gives its exit code. */
function report({ passed, failed, skipped }: Counts): number {
  const total = passed + failed + skipped
  if (total === 0) {
    process.stdout.write('\nno tests ran in 0.01s\n')
    return exitCodes.nothingRan
  }
  const dots = 'F'.repeat(failed) + '.'.repeat(passed) + 's'.repeat(skipped)
  process.stdout.write(`${dots.slice(-72).padEnd(72)} [100%]\n`)
  if (failed > 0) {
    process.stdout.write(
      '=================================== FAILURES ===================================\nE   AssertionError: assert 2 == 3\n',
    )
    process.stdout.write(
      '=========================== short test summary info ============================\nFAILED tests/unit/test_envelope.py::test_roundtrip - AssertionError: assert 2 == 3\n',
    )
  }
  const parts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(passed > 0 ? [`${passed} passed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ]
  process.stdout.write(`${parts.join(', ')} in 0.12s\n`)
  return failed > 0 ? exitCodes.failed : 0
}

function countsOf(gate: GateBehaviour, tests: number): Counts {
  switch (gate) {
    case 'fails':
      return { passed: tests - 1, failed: 1, skipped: 0 }
    case 'skips':
      return { passed: 0, failed: 0, skipped: tests }
    case 'skips-some':
      return { passed: tests - 1, failed: 0, skipped: 1 }
    case 'runs-none':
      return { passed: 0, failed: 0, skipped: 0 }
    case 'skips-too-many':
      return { passed: tests - 3, failed: 0, skipped: 3 }
    default:
      return { passed: tests, failed: 0, skipped: 0 }
  }
}

/** As the real projector tests: skipped without a test database, and they delete rows where it points. */
async function projectorCounts(): Promise<Counts> {
  const url = process.env['ARQONBUS_TEST_POSTGRES_URL']
  if (!url) return { passed: 0, failed: 0, skipped: 4 }
  try {
    await withPostgres(url, async (client) => {
      await client.query(
        'CREATE TABLE IF NOT EXISTS arqonbus_continuum_projection_dlq (dlq_id text PRIMARY KEY, reason text NOT NULL, event jsonb NOT NULL, queued_at timestamptz NOT NULL DEFAULT now())',
      )
      await client.query('DELETE FROM arqonbus_continuum_projection_dlq')
      await client.query(
        "INSERT INTO arqonbus_continuum_projection_dlq (dlq_id, reason, event) VALUES ('1', 'malformed', '{}')",
      )
    })
    return { passed: 4, failed: 0, skipped: 0 }
  } catch {
    return { passed: 0, failed: 4, skipped: 0 }
  }
}

/** A healthy checkout passes 173 tests of the general gate and skips 2. */
function healthy(gate: GateBehaviour, isProjector: boolean): Counts {
  return gate === 'contract' && !isProjector ? { passed: 173, failed: 0, skipped: 2 } : countsOf(gate, 5)
}

/** The part of `pytest` that the runbook's commands use. */
export async function runPytest(args: readonly string[]): Promise<number> {
  const paths = args.filter((argument) => !argument.startsWith('-'))
  const missing = paths.find((path) => !existsSync(path))
  if (missing !== undefined) {
    process.stderr.write(`ERROR: file or directory not found: ${missing}\n\n`)
    process.stdout.write('\nno tests ran in 0.00s\n')
    return exitCodes.usage
  }
  const isProjector = paths.some((path) => path.includes('continuum_projector'))
  const gate = readBehaviour().gates[isProjector ? 'projector' : 'unit-integration']
  if (gate === 'hangs') return hang()
  return report(isProjector && gate === 'contract' ? await projectorCounts() : healthy(gate, isProjector))
}
