// Carries out a typical command line in this process, writes what V8 compiled for it, and says on the last line for
// which machine that is: `warm-up.mjs DIST PURPOSE`.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

const [, , dist, purpose] = process.argv
const folder = resolve(dist)
const { startFaster, loading } = createRequire(import.meta.url)(join(folder, 'launch.cjs'))
const { cacheFile, loadBundle, thisMachine } = await loading()
const { program, script } = loadBundle(folder, purpose)
process.chdir(homedir())
writeFileSync('prod.env', 'ARQONBUS_ENVIRONMENT=production\n')
const given = ['--env-file', 'prod.env', '--input', 'shield_directory=.']
await program.runCommandLine(purpose === 'help' ? ['--help'] : ['run', 'arqonbus/config', 'shield/config', ...given])
// The flags with which it is loaded.
if (purpose === 'run') await startFaster()
writeFileSync(join(folder, cacheFile(purpose)), script.createCachedData())
process.stdout.write(`\n${thisMachine}\n`, () => process.exit(0))
