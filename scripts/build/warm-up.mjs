// Carries out typical command lines in this process, writes what V8 compiled for them, and says on the last line for
// which machine that is: `warm-up.mjs DIST`.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

const folder = resolve(process.argv[2])
const { loadProgram, thisMachine } = await createRequire(import.meta.url)(join(folder, 'launch.cjs')).loading()
const { program, script } = loadProgram(folder)
process.chdir(homedir())
writeFileSync('prod.env', 'ARQONBUS_ENVIRONMENT=production\n')
const given = ['--env-file', 'prod.env', '--input', 'shield_directory=.']
for (const words of [['--help'], ['run', 'arqonbus/config', 'shield/config', ...given]])
  await program.runCommandLine(words)
writeFileSync(join(folder, 'preflight.cache'), script.createCachedData())
process.stdout.write(`\n${thisMachine}\n`, () => process.exit(0))
