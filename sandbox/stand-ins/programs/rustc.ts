import { readBehaviour, recordRun } from './behaviour.js'
import { releaseIn } from './rust-release.js'

recordRun('rustc')
const [argument] = process.argv.slice(2)
if (argument === '--version' || argument === '-V')
  process.stdout.write(`rustc ${releaseIn(process.cwd(), readBehaviour().rustRelease)}\n`)
else {
  process.stderr.write('error: no input filename given\n')
  process.exitCode = 1
}
