import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { sandboxSystems } from '../../sandbox/systems.js'
import { allAlerts } from '../../src/alerts/alert-options.js'
import { builtinRunbooks } from '../../src/base/package.js'
import { loadAll } from '../../src/checks/list-checks.js'
import { probeRegistry } from '../../src/engine/folder-registry.js'
import { actionRegistry } from '../../src/runbooks/action-registry.js'
import { loadRunbooks } from '../../src/runbooks/load/used-kinds.js'
import { countLine, writtenRunbooks } from './count-rows.js'
import { coverageProblems } from './judge-coverage.js'
import { readCoveredRows, readInventory } from './rows.js'
import type { TestCase } from './test-report.js'

const testFolder = join(import.meta.dirname, '../../test')

/** What is said of the coverage after a run of the tests, and whether it fails the run. */
interface CoverageVerdict {
  readonly lines: readonly string[]
  readonly failed: boolean
}

/** Judges docs/coverage.yaml by the tests that ran; where only a part of them did, nothing is judged. */
export async function judgeReport(tests: readonly TestCase[]): Promise<CoverageVerdict> {
  const ran = new Set(tests.map(({ file }) => file))
  const files = readdirSync(testFolder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.test.ts'),
  )
  const missing = files.filter((file) => !ran.has(join(testFolder, file)))
  if (missing.length > 0) {
    const others = `${missing[0]!} and ${missing.length - 1} others did not`
    return { lines: [`coverage: not judged, a part of the tests ran: ${others}`], failed: false }
  }
  const options = { checks: [], noBuiltin: false, config: undefined }
  const { configuration, definitions } = await loadAll(options)
  const alerts = await allAlerts({ ...options, alerts: [] }, configuration, definitions)
  const sources = [{ folder: builtinRunbooks, label: 'runbooks' }]
  const { runbooks } = await loadRunbooks(sources, actionRegistry, probeRegistry)
  const rows = readCoveredRows()
  const problems = coverageProblems(rows, {
    inventory: readInventory(),
    checks: new Set(definitions.packs.flatMap((pack) => pack.checks.map(({ id }) => id))),
    runbooks: new Set(runbooks?.keys()),
    alerts: new Set(alerts.map(({ id }) => id)),
    faults: new Map(
      sandboxSystems.flatMap(({ faults }) =>
        faults.map(({ name, caughtBy, alsoRed }) => [name, new Set([caughtBy, ...alsoRed])] as const),
      ),
    ),
    tests,
  })
  const counts = Object.entries(writtenRunbooks).map(([system, title]) => `${title}, ${countLine(system, rows)}`)
  const verdict = problems.length === 0 ? 'passed' : `FAILED, ${problems.length} problems`
  return { lines: [...problems, ...counts, verdict].map((line) => `coverage: ${line}`), failed: problems.length > 0 }
}
