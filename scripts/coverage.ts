// Judges from the runner's report whether every row of the written runbooks is carried out and proven.
// The last line is the tally of the tests, as after any run of them.
import { existsSync, readFileSync } from 'node:fs'
import { judgeReport } from './coverage/judge-report.js'
import { readTestReport, tallyOf } from './coverage/test-report.js'

const report = process.argv[2] ?? 'coverage/tests.json'
if (existsSync(report)) {
  const tests = readTestReport(readFileSync(report, 'utf8'))
  const { lines, failed } = await judgeReport(tests)
  console.log([...lines, '', tallyOf(tests)].join('\n'))
  process.exitCode = failed ? 1 : 0
} else {
  console.error(`coverage: there is no report ${report}; npm test writes one`)
  process.exitCode = 2
}
