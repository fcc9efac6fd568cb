// What needs no server and no build: layout, lint rules, types, unused code, and the structure of the sources.
// Two parts run at a time. Each gets a line when it ends; what the failed ones say follows at the end.
import { spawn } from 'node:child_process'

const cache = 'node_modules/.cache/preflight'

/** The longest first. ESLint has no cache: rules that look at types judge a file by others, which its cache ignores. */
const parts = [
  { name: 'lint', program: 'eslint', args: ['.'] },
  {
    name: 'types',
    program: 'tsc',
    args: ['--noEmit', '--project', '.', '--incremental', '--tsBuildInfoFile', `${cache}/types.tsbuildinfo`],
  },
  {
    name: 'format',
    program: 'prettier',
    args: [
      '--check',
      '--log-level=warn',
      '--cache',
      '--cache-strategy=content',
      `--cache-location=${cache}/format`,
      '.',
    ],
  },
  { name: 'structure', program: 'vitest', args: ['run', 'test/structure', '--reporter=dot'] },
  { name: 'unused', program: 'knip', args: ['--no-progress', '--treat-config-hints-as-errors'] },
]

const waiting = [...parts]
const failed = []
await Promise.all([runNext(), runNext()])
for (const { name, output } of failed) console.log(`\ncheck: ${name}\n${output.trim()}`)
console.log(failed.length === 0 ? 'check: passed' : `\ncheck: failed: ${failed.map(({ name }) => name).join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1

async function runNext() {
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    const start = performance.now()
    const { isGood, output } = await run(part)
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`check: ${part.name.padEnd(10)} ${isGood ? 'passed' : 'FAILED'} ${seconds.padStart(6)} s`)
    if (!isGood) failed.push({ name: part.name, output })
  }
}

function run({ program, args }) {
  return new Promise((settle) => {
    const child = spawn(`node_modules/.bin/${program}`, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const pieces = []
    child.stdout.on('data', (piece) => pieces.push(piece))
    child.stderr.on('data', (piece) => pieces.push(piece))
    child.on('error', (error) => settle({ isGood: false, output: error.message }))
    child.on('close', (code) => settle({ isGood: code === 0, output: Buffer.concat(pieces).toString() }))
  })
}
