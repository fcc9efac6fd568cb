// Runs the tests (all, or those that the arguments choose). After all of them it judges from the runner's report whether
// every procedure of docs/coverage.yaml is proven; the tally of the tests stays the last line.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'

const report = 'coverage/tests.json'
const chosen = process.argv.slice(2)
rmSync(report, { force: true })
const reporters = ['default', './test/tally.ts', 'json'].map((name) => `--reporter=${name}`)
const tests = run('vitest', ['run', ...reporters, `--outputFile.json=${report}`, ...chosen])
if (chosen.length > 0) console.log('coverage: not judged, a part of the tests ran')
process.exitCode = tests !== 0 || chosen.length > 0 ? tests : run('tsx', ['scripts/coverage.ts', report])

function run(program, args) {
  return spawnSync(`node_modules/.bin/${program}`, args, { stdio: 'inherit' }).status ?? 1
}
