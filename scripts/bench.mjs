// Runs every benchmark in bench/, one after the other.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'

let failed = false
for (const file of readdirSync('bench')
  .filter((name) => name.endsWith('.ts'))
  .sort()) {
  console.log(`\n== ${file}`)
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', `bench/${file}`, ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  failed ||= status !== 0
}
process.exitCode = failed ? 1 : 0
