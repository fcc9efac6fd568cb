// Runs the tests (all, or those of the paths given) with V8's coverage: a summary, then the sources that none reaches.
// What only a program started by a test reaches is not counted, which is why src/cli is not among them.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

const { status } = spawnSync('node_modules/.bin/vitest', ['run', '--coverage', ...process.argv.slice(2)], {
  stdio: 'inherit',
})
const { total, ...files } = JSON.parse(readFileSync('coverage/coverage-summary.json', 'utf8'))
const unreached = Object.entries(files)
  .filter(([, { statements }]) => statements.total > 0 && statements.covered === 0)
  .map(([file]) => relative('.', file))
  .filter((file) => !file.startsWith('src/cli/'))
console.log(`\n${total.lines.pct} % of the lines of src are reached`)
console.log(unreached.length === 0 ? 'no source file is unreached' : `unreached:\n  ${unreached.join('\n  ')}`)
process.exitCode = status ?? 1
