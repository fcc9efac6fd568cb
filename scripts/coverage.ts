// Judges from the runner's report whether every procedure of the written runbooks is carried out and proven.
// The last line is the tally of the tests, as after any run of them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { faults } from '../sandbox/faults/catalogue.js'
import { builtinRunbooks } from '../src/base/package.js'
import { loadAll } from '../src/checks/list-checks.js'
import { probeRegistry } from '../src/engine/folder-registry.js'
import { actionRegistry } from '../src/runbooks/action-registry.js'
import { loadRunbooks } from '../src/runbooks/load/used-kinds.js'
import { countLine, writtenRunbooks } from './coverage/count-rows.js'
import { coverageProblems } from './coverage/judge-coverage.js'
import { readCoveredRows, readInventory } from './coverage/rows.js'
import { readTestReport, type TestCase } from './coverage/test-report.js'

const report = process.argv[2] ?? 'coverage/tests.json'
if (existsSync(report)) await judge(readTestReport(readFileSync(report, 'utf8')))
else {
  console.error(`coverage: there is no report ${report}; npm test writes one`)
  process.exitCode = 2
}

async function judge(tests: readonly TestCase[]): Promise<void> {
  const ran = new Set(tests.map(({ file }) => file))
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'))
  const missing = files.filter((file) => !ran.has(resolve('test', file)))
  if (missing.length > 0) {
    console.log(
      `coverage: not judged, a part of the tests ran (without ${missing[0]!} and ${missing.length - 1} others)`,
    )
    return
  }
  const { definitions } = await loadAll({ checks: [], noBuiltin: false, config: undefined })
  const sources = [{ folder: builtinRunbooks, label: 'runbooks' }]
  const { runbooks } = await loadRunbooks(sources, actionRegistry, probeRegistry)
  const rows = readCoveredRows()
  const problems = coverageProblems(rows, {
    inventory: readInventory(),
    checks: new Set(definitions.packs.flatMap((pack) => pack.checks.map(({ id }) => id))),
    runbooks: new Set(runbooks?.keys()),
    faults: new Map(faults.map(({ name, caughtBy, alsoRed }) => [name, new Set([caughtBy, ...alsoRed])])),
    tests,
  })
  for (const problem of problems) console.log(`coverage: ${problem}`)
  for (const [system, title] of Object.entries(writtenRunbooks))
    console.log(`coverage: ${title}, ${countLine(system, rows)}`)
  console.log(problems.length === 0 ? 'coverage: passed' : `coverage: FAILED, ${problems.length} problems`)
  console.log(`\n${tallyOf(tests)}`)
  process.exitCode = problems.length === 0 ? 0 : 1
}

function tallyOf(tests: readonly TestCase[]): string {
  const count = (wanted: string): number => tests.filter(({ status }) => status === wanted).length
  const [passed, failed] = [count('passed'), count('failed')]
  return `${passed} passed, ${failed} failed, ${tests.length - passed - failed} skipped`
}
